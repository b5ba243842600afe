/** The matrix: who asks by which address, and what the pod sees then. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { cart, port, type Row, steps } from './rows.ts';

const worker = 'nodes.worker.ip';
const worker2 = 'nodes.worker2.ip';
const podSide = 'nodes.worker2.podSideIp';
const asker = "pods[app='asker'].ip";
const neighbour = "pods[app='neighbour'].ip";
const clusterIp = port('services.cart.clusterIP', 80);
const on = (expression: string, number: number) => `{{ ${expression} }}:${number}`;
const kindnet = 'cni:kindnet';

const outside: readonly Row[] = [
  {
    id: 'outside-cluster-elsewhere',
    say: 'The client outside asks worker. Policy Cluster, pod on another node:',
    who: 'Client outside, policy Cluster, pod on another node',
    from: 'client',
    asks: on(worker, 30040),
    sees: { whose: 'the address of the node that was asked', ip: worker, port: 'new' },
    entries: [
      {
        on: 'worker',
        tuples: ['client.ip', port(worker, 30040), cart, worker],
        claim: 'the entry on worker has both rewrites; an answer has to come from the pod to worker',
      },
    ],
  },
  {
    id: 'outside-cluster-here',
    say: 'It asks worker2, where the pod is.',
    who: 'Client outside, policy Cluster, pod on the asked node',
    from: 'client',
    asks: on(worker2, 30040),
    sees: {
      whose: 'the address that its node has on the side of its pods',
      ip: podSide,
      port: 'new',
      scope: kindnet,
    },
    entries: [
      {
        on: 'worker2',
        tuples: ['client.ip', port(worker2, 30040), cart, podSide],
        claim: 'the entry on worker2 has both rewrites',
      },
    ],
  },
  {
    id: 'outside-local-here',
    say: 'Policy Local, pod on the asked node:',
    who: 'Client outside, policy Local, pod on the asked node',
    from: 'client',
    asks: on(worker2, 30041),
    sees: { whose: 'the client’s own address', ip: 'client.ip', port: 'kept' },
    entries: [
      {
        on: 'worker2',
        tuples: ['client.ip', port(worker2, 30041), cart, 'client.ip'],
        claim: 'the entry on worker2 has a new destination only; an answer is addressed to the client',
      },
    ],
  },
];

const pods: readonly Row[] = [
  {
    id: 'pod-clusterip-elsewhere',
    say: 'A pod asks the ClusterIP; cart is on another node.',
    who: 'Pod to ClusterIP, pod on another node',
    from: 'netns/asker',
    asks: '{{ services.cart.clusterIP }}',
    sees: { whose: 'the asking pod’s own address', ip: asker, port: 'kept' },
    entries: [
      {
        on: 'worker',
        tuples: [asker, clusterIp, cart, asker],
        claim: 'the entry on the asking pod’s node has a new destination only',
      },
    ],
  },
  {
    id: 'pod-clusterip-here',
    say: 'The same on one node.',
    who: 'Pod to ClusterIP, both on one node',
    from: 'netns/neighbour',
    asks: '{{ services.cart.clusterIP }}',
    sees: { whose: 'the asking pod’s own address', ip: neighbour, port: 'kept' },
    entries: [
      {
        on: 'worker2',
        tuples: [neighbour, clusterIp, cart, neighbour],
        claim: 'the entry on their node has a new destination only',
      },
    ],
  },
  {
    id: 'pod-itself',
    say: 'cart asks its own Service, and is its own endpoint.',
    who: 'Pod through its Service to itself',
    from: 'netns/cart',
    asks: '{{ services.cart.clusterIP }}',
    sees: {
      whose: 'the address that its node has on the side of its pods',
      ip: podSide,
      port: 'new',
      scope: kindnet,
    },
    entries: [
      {
        on: 'worker2',
        tuples: ["pods[app='cart'].ip", clusterIp, cart, podSide],
        claim: 'the entry on its node has both rewrites',
      },
    ],
  },
  {
    id: 'pod-nodeport-own',
    say: 'A pod asks the nodePort of its own node.',
    who: 'Pod to the nodePort of its own node',
    from: 'netns/asker',
    asks: on(worker, 30040),
    sees: { whose: 'the address of that node', ip: worker, port: 'new' },
    entries: [
      {
        on: 'worker',
        tuples: [asker, port(worker, 30040), cart, worker],
        claim: 'the entry on that node has both rewrites',
      },
    ],
  },
  {
    id: 'pod-nodeport-other',
    say: 'A pod asks the nodePort of another node: two nodes rewrite, one after the other.',
    who: 'Pod to the nodePort of another node',
    from: 'netns/asker',
    asks: on(worker2, 30040),
    sees: {
      whose: 'the address that its own node has on the side of its pods',
      ip: podSide,
      port: 'new',
      scope: kindnet,
    },
    entries: [
      {
        on: 'worker',
        tuples: [asker, port(worker2, 30040), port(worker2, 30040), worker],
        claim: 'the asking pod’s node rewrites the source: the packet leaves the pod network',
      },
      {
        on: 'worker2',
        sourcePort: 'steps.`entry-pod-nodeport-other`.value.reply.destination.port',
        tuples: [worker, port(worker2, 30040), cart, podSide],
        claim: 'the asked node rewrites both once more',
      },
    ],
  },
  {
    id: 'pod-local-own',
    say: 'Policy Local, asked by a pod on a node that has no endpoint:',
    who: 'Pod to its own node, policy Local, no endpoint there',
    from: 'netns/asker',
    asks: on(worker, 30041),
    sees: { whose: 'the asking pod’s own address', ip: asker, port: 'kept' },
    entries: [
      {
        on: 'worker',
        tuples: [asker, port(worker, 30041), cart, asker],
        claim: 'the entry on that node leads to the pod on the other node',
      },
    ],
  },
  {
    id: 'pod-local-other',
    say: 'Policy Local, asked by a pod on another node:',
    who: 'Pod to another node, policy Local, pod there',
    from: 'netns/asker',
    asks: on(worker2, 30041),
    sees: { whose: 'the address of the asking pod’s node', ip: worker, port: 'new', scope: kindnet },
    entries: [
      {
        on: 'worker',
        tuples: [asker, port(worker2, 30041), port(worker2, 30041), worker],
        claim: 'the asking pod’s node rewrites the source: the packet leaves the pod network',
      },
      {
        on: 'worker2',
        sourcePort: 'steps.`entry-pod-local-other`.value.reply.destination.port',
        tuples: [worker, port(worker2, 30041), cart, worker],
        claim: 'the asked node rewrites the destination only',
      },
    ],
  },
];

const nodes: readonly Row[] = [
  {
    id: 'node-nodeport',
    say: 'A process of worker itself asks its own nodePort.',
    who: 'Node to its own nodePort, pod on another node',
    from: 'node/worker',
    asks: on(worker, 30040),
    sees: { whose: 'the address of that node', ip: worker, port: 'new' },
    entries: [
      {
        on: 'worker',
        tuples: [worker, port(worker, 30040), cart, worker],
        claim: 'the entry is on the node that asks',
      },
    ],
  },
  {
    id: 'node-clusterip',
    say: 'It asks the ClusterIP.',
    who: 'Node to ClusterIP, pod on another node',
    from: 'node/worker',
    asks: '{{ services.cart.clusterIP }}',
    sees: { whose: 'the address of that node', ip: worker, port: 'new' },
    entries: [
      {
        on: 'worker',
        tuples: [worker, clusterIp, cart, worker],
        claim: 'the entry is on the node that asks',
      },
    ],
  },
  {
    id: 'node-local',
    say: 'And its own nodePort with policy Local, where no endpoint is.',
    who: 'Node to its own nodePort, policy Local, no endpoint there',
    from: 'node/worker',
    asks: on(worker, 30041),
    sees: { whose: 'the address of that node', ip: worker, port: 'new' },
    entries: [
      {
        on: 'worker',
        tuples: [worker, port(worker, 30041), cart, worker],
        claim: 'the entry on that node leads to the pod on the other node',
      },
    ],
  },
];

/** The only row without an answer. */
const silent: LabInput['steps'] = [
  {
    kind: 'probe',
    id: 'see-outside-local-elsewhere',
    say: 'Policy Local, pod on another node:',
    from: 'client',
    url: `http://${on(worker, 30041)}/clientip`,
    timeoutS: 1,
    checks: [
      {
        id: 'sees-outside-local-elsewhere',
        claim: 'Client outside, policy Local, pod on another node: the client gets no answer (curl exit 28).',
        value: 'steps.`see-outside-local-elsewhere`.value.exit',
        expect: { equals: 28 },
      },
    ],
  },
  {
    kind: 'run',
    id: 'entry-outside-local-elsewhere',
    on: 'node/worker',
    command: ['conntrack', '-L', '-p', 'tcp', '--orig-src', '{{ client.ip }}', '--orig-port-dst', '30041'],
    parse: 'conntrack',
    checks: [
      {
        id: 'keeps-outside-local-elsewhere',
        claim:
          'Client outside, policy Local, pod on another node: worker keeps no entry, because a packet that is dropped confirms none.',
        value: '$count(steps.`entry-outside-local-elsewhere`.value)',
        expect: { equals: 0 },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'way-outside-local-elsewhere',
    from: 'client',
    url: `http://${on(worker, 30041)}/clientip`,
    timeoutS: 1,
    checks: [
      {
        id: 'way-outside-local-elsewhere-as-predicted',
        claim:
          'Client outside, policy Local, pod on another node: the request ends on worker as the objects predict, and the kernel reported the packet at every hop.',
        value:
          '[steps.`way-outside-local-elsewhere`.value.verdict, steps.`way-outside-local-elsewhere`.value.observed = steps.`way-outside-local-elsewhere`.value.hops, steps.`way-outside-local-elsewhere`.value.request.hops[-1]]',
        expect: { equals: ['equal', true, 'forward.entry-node.input.dropped'] },
      },
    ],
  },
];

export const matrix: LabInput['steps'] = [
  ...outside.flatMap(steps),
  ...silent,
  ...pods.flatMap(steps),
  ...nodes.flatMap(steps),
];
