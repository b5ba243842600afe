/** The same eight requests in both modes: each has one list of hops, whatever the mode is. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

interface Request {
  readonly id: string;
  /** Who asks whom. */
  readonly what: string;
  readonly from: string;
  readonly url: string;
  /** Ids of the hops without their direction. */
  readonly forward: readonly string[];
  readonly reply: readonly string[];
}

const clusterIp = (service: string) => `http://{{ services.${service}.clusterIP }}/hostname`;
const nodePort = (role: string, port: number) => `http://{{ nodes.${role}.ip }}:${port}/hostname`;

const fromClient = ['client.output.sent'];
const fromPod = ['client-pod.output.sent'];
const toClient = ['client.input.delivered'];

export const requests: readonly Request[] = [
  {
    id: 'pod-same-node',
    what: 'A pod asks a ClusterIP, and the pod that answers is on its own node',
    from: 'pod/asker-here',
    url: clusterIp('cart'),
    forward: [...fromPod, 'client-node.prerouting.dnat', 'client-node.forward.routed', 'pod.input.delivered'],
    reply: [
      'pod.output.sent',
      'client-node.forward.routed',
      'client-node.postrouting.un-dnat',
      'client-pod.input.delivered',
    ],
  },
  {
    id: 'pod-other-node',
    what: 'A pod asks a ClusterIP, and the pod that answers is on another node',
    from: 'pod/asker-there',
    url: clusterIp('cart'),
    forward: [
      ...fromPod,
      'client-node.prerouting.dnat',
      'client-node.forward.routed',
      'pod-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'pod-node.forward.routed',
      'client-node.forward.routed',
      'client-node.postrouting.un-dnat',
      'client-pod.input.delivered',
    ],
  },
  {
    id: 'other-node',
    what: 'The client asks a nodePort of a node without the pod',
    from: 'client',
    url: nodePort('worker', 30110),
    forward: [
      ...fromClient,
      'entry-node.prerouting.marked',
      'entry-node.prerouting.dnat',
      'entry-node.forward.routed',
      'entry-node.postrouting.snat',
      'pod-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'pod-node.forward.routed',
      'entry-node.prerouting.un-snat',
      'entry-node.forward.routed',
      'entry-node.postrouting.un-dnat',
      ...toClient,
    ],
  },
  {
    id: 'own-node',
    what: 'The client asks the same nodePort of the node with the pod',
    from: 'client',
    url: nodePort('worker2', 30110),
    forward: [
      ...fromClient,
      'entry-node.prerouting.marked',
      'entry-node.prerouting.dnat',
      'entry-node.forward.routed',
      'entry-node.postrouting.snat',
      'pod.input.delivered',
    ],
    reply: [
      'pod.output.sent',
      'entry-node.prerouting.un-snat',
      'entry-node.forward.routed',
      'entry-node.postrouting.un-dnat',
      ...toClient,
    ],
  },
  {
    id: 'local',
    what: 'Policy Local, the node that is asked has the pod',
    from: 'client',
    url: nodePort('worker2', 30111),
    forward: [
      ...fromClient,
      'entry-node.prerouting.dnat',
      'entry-node.forward.routed',
      'pod.input.delivered',
    ],
    reply: ['pod.output.sent', 'entry-node.forward.routed', 'entry-node.postrouting.un-dnat', ...toClient],
  },
  {
    id: 'local-elsewhere',
    what: 'Policy Local, the node that is asked has no pod',
    from: 'client',
    url: nodePort('worker', 30111),
    forward: [...fromClient, 'entry-node.input.dropped'],
    reply: [],
  },
  {
    id: 'no-endpoints',
    what: 'The client asks the nodePort of a Service without endpoints',
    from: 'client',
    url: nodePort('worker', 30112),
    forward: [...fromClient, 'entry-node.input.rejected'],
    reply: ['entry-node.output.sent', ...toClient],
  },
  {
    id: 'pod-no-endpoints',
    what: 'A pod asks the ClusterIP of a Service without endpoints',
    from: 'pod/asker-there',
    url: clusterIp('empty'),
    forward: [...fromPod, 'client-node.forward.rejected'],
    reply: ['client-node.output.sent', 'client-pod.input.delivered'],
  },
];

const value = (step: string, field: string) => `steps.\`${step}\`.value.${field}`;

/** Follows all of them. `prefix` is that of the step ids: once in the cell's own mode, once in the other. */
const traces = (
  prefix: string,
  checks: (request: Request, step: string) => LabInput['steps'][number]['checks'],
): LabInput['steps'] =>
  requests.map((request) => {
    const step = `${prefix}-${request.id}`;
    return {
      kind: 'trace' as const,
      id: step,
      say: `${request.what}:`,
      from: request.from,
      url: request.url,
      timeoutS: 1,
      checks: checks(request, step),
    };
  });

/** The list of hops stands here once, for both modes: one that took another way in its mode would fail. */
export const trace: LabInput['steps'] = traces('trace', ({ id, what, forward, reply }, step) => [
  {
    id: `way-${id}`,
    claim: `${what}: the packet and its answer, if there is one, pass these hops. The list is one for iptables mode and nftables mode.`,
    value: `[${value(step, 'request.hops')}, ${value(step, 'reply.hops')}]`,
    expect: {
      equals: [...forward.map((hop) => `forward.${hop}`), ...reply.map((hop) => `reply.${hop}`)],
    },
  },
  {
    id: `seen-${id}`,
    claim: `${what}: this is the predicted way, and the kernel itself reported the packet at every hop.`,
    value: `[${value(step, 'verdict')}, $string(${value(step, 'observed')} = ${value(step, 'hops')} and ${value(step, 'hops')} > 0)]`,
    expect: { equals: ['equal', 'true'] },
  },
]);

/** After kube-proxy has changed its mode, on the same cluster and to the same pod. */
export const traceAgain: LabInput['steps'] = traces('again', ({ id, what }, step) => [
  {
    id: `same-${id}`,
    claim: `${what}: after the change of mode packet and answer pass the hops that they passed before.`,
    value: `[${value(step, 'request.hops')}, ${value(step, 'reply.hops')}]`,
    expect: { same: `[${value(`trace-${id}`, 'request.hops')}, ${value(`trace-${id}`, 'reply.hops')}]` },
  },
]);
