/** Every kind of request that chapters 02 to 04 follow, and the hops of its way. */
import {
  answered,
  asker,
  askerGets,
  bothRewrites,
  bothUndone,
  client,
  clientGets,
  marked,
  podNode,
  type Request,
  received,
  toThePod,
  toWhoAsks,
} from './ways.ts';

const clusterIp = (service: string) => `http://{{ services.${service}.clusterIP }}/hostname`;
const nodePort = (role: string, port: number) => `http://{{ nodes.${role}.ip }}:${port}/hostname`;
/** The nodePorts of policy Cluster, of policy Local, and of the Service without endpoints. */
const [cluster, local, empty] = [30110, 30111, 30112];

const fromOutside: readonly Request[] = [
  {
    id: 'other-node',
    what: 'The client asks a nodePort of a node without the pod',
    from: 'client',
    url: nodePort('worker', cluster),
    forward: [client, ...bothRewrites('entry-node'), podNode, received],
    reply: [answered, podNode, ...bothUndone('entry-node'), clientGets],
  },
  {
    id: 'own-node',
    what: 'The client asks the same nodePort of the node with the pod',
    from: 'client',
    url: nodePort('worker2', cluster),
    forward: [client, ...bothRewrites('entry-node'), received],
    reply: [answered, ...bothUndone('entry-node'), clientGets],
  },
  {
    id: 'local',
    what: 'Policy Local, the node that is asked has the pod',
    from: 'client',
    url: nodePort('worker2', local),
    forward: [client, ...toThePod('entry-node'), received],
    reply: [answered, ...toWhoAsks('entry-node'), clientGets],
  },
  {
    id: 'local-elsewhere',
    what: 'Policy Local, the node that is asked has no pod',
    from: 'client',
    url: nodePort('worker', local),
    forward: [client, 'entry-node.input.dropped'],
    reply: [],
  },
  {
    id: 'no-endpoints',
    what: 'The client asks the nodePort of a Service without endpoints',
    from: 'client',
    url: nodePort('worker', empty),
    forward: [client, 'entry-node.input.rejected'],
    reply: ['entry-node.output.sent', clientGets],
  },
];

const fromPods: readonly Request[] = [
  {
    id: 'pod-same-node',
    what: 'A pod asks a ClusterIP, and the pod that answers is on its own node',
    from: 'pod/asker-here',
    url: clusterIp('cart'),
    forward: [asker, ...toThePod('client-node'), received],
    reply: [answered, ...toWhoAsks('client-node'), askerGets],
  },
  {
    id: 'pod-other-node',
    what: 'A pod asks a ClusterIP, and the pod that answers is on another node',
    from: 'pod/asker-there',
    url: clusterIp('cart'),
    forward: [asker, ...toThePod('client-node'), podNode, received],
    reply: [answered, podNode, ...toWhoAsks('client-node'), askerGets],
  },
  {
    id: 'pod-itself',
    what: 'A pod asks the ClusterIP of its own Service, and gets itself',
    from: 'pod/cart',
    url: clusterIp('cart'),
    forward: [
      asker,
      { hop: marked('client-node'), onlyIn: 'iptables' },
      ...toThePod('client-node'),
      'client-node.postrouting.snat',
      askerGets,
    ],
    reply: [asker, ...bothUndone('client-node'), askerGets],
  },
  {
    id: 'pod-no-endpoints',
    what: 'A pod asks the ClusterIP of a Service without endpoints',
    from: 'pod/asker-there',
    url: clusterIp('empty'),
    forward: [asker, 'client-node.forward.rejected'],
    reply: ['client-node.output.sent', askerGets],
  },
  {
    id: 'pod-nodeport-own',
    what: 'A pod asks the nodePort of its own node, which has no pod to answer',
    from: 'pod/asker-there',
    url: nodePort('worker', cluster),
    forward: [asker, ...bothRewrites('client-node'), podNode, received],
    reply: [answered, podNode, ...bothUndone('client-node'), askerGets],
  },
  {
    id: 'pod-nodeport-other',
    what: 'A pod asks the nodePort of another node, which has the pod that answers',
    from: 'pod/asker-there',
    url: nodePort('worker2', cluster),
    forward: [
      asker,
      ...['client-node.forward.routed', 'client-node.postrouting.snat'],
      ...bothRewrites('entry-node'),
      received,
    ],
    reply: [
      answered,
      ...bothUndone('entry-node'),
      ...['client-node.prerouting.un-snat', 'client-node.forward.routed'],
      askerGets,
    ],
    scope: 'cni:kindnet',
  },
  {
    id: 'pod-local-own',
    what: 'A pod asks a nodePort with policy Local of its own node, which has no pod to answer',
    from: 'pod/asker-there',
    url: nodePort('worker', local),
    forward: [asker, ...toThePod('client-node'), podNode, received],
    reply: [answered, podNode, ...toWhoAsks('client-node'), askerGets],
  },
  {
    id: 'pod-local-other',
    what: 'A pod asks a nodePort with policy Local of another node, which has the pod that answers',
    from: 'pod/asker-there',
    url: nodePort('worker2', local),
    forward: [
      asker,
      ...['client-node.forward.routed', 'client-node.postrouting.snat'],
      ...toThePod('entry-node'),
      received,
    ],
    reply: [
      answered,
      ...toWhoAsks('entry-node'),
      ...['client-node.prerouting.un-snat', 'client-node.forward.routed'],
      askerGets,
    ],
    scope: 'cni:kindnet',
  },
];

/** A process of worker: what it sends passes its own node's output hook, and no prerouting. */
const ofWorker = {
  from: 'node/worker',
  forward: [
    ...['client-node.output.sent', 'client-node.output.marked', 'client-node.output.dnat'],
    ...['client-node.postrouting.snat', podNode, received],
  ],
  reply: [
    ...[answered, podNode, 'client-node.prerouting.un-snat'],
    ...['client-node.input.un-dnat', 'client-node.input.delivered'],
  ],
};

const fromNodes: readonly Request[] = [
  {
    ...ofWorker,
    id: 'node-clusterip',
    what: 'A node asks a ClusterIP, and the pod that answers is on another node',
    url: clusterIp('cart'),
  },
  {
    ...ofWorker,
    id: 'node-nodeport-own',
    what: 'A node asks its own nodePort, and the pod that answers is on another node',
    url: nodePort('worker', cluster),
  },
  {
    ...ofWorker,
    id: 'node-local-own',
    what: 'A node asks its own nodePort with policy Local, and the pod that answers is on another node',
    url: nodePort('worker', local),
  },
  {
    ...ofWorker,
    id: 'node-nodeport-other',
    what: 'A node asks the nodePort of the node with the pod',
    url: nodePort('worker2', cluster),
    forward: ['client-node.output.sent', ...bothRewrites('entry-node'), received],
    reply: [answered, ...bothUndone('entry-node'), 'client-node.input.delivered'],
  },
];

export const requests: readonly Request[] = [...fromOutside, ...fromPods, ...fromNodes];
