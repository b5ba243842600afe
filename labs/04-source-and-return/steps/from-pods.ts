/** The matrix, asked from pods. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { doors, podSide, type Row, seesOwn, seesPodSide, seesWorker, steps, toCart } from './rows.ts';
import { hairpin, passed } from './ways.ts';

const asker = "pods[app='asker'].ip";
const neighbour = "pods[app='neighbour'].ip";
const worker = 'nodes.worker.ip';

/** asker's own node has the packet leave the pod network under its own address; nobody has rewritten its destination. */
const leavesAsWorker = ({ at }: { readonly at: string }) => ({
  on: 'worker',
  tuples: [asker, at, at, worker] as const,
  source: 'new' as const,
  claim: 'the asking pod’s node puts its own address as the source, and leaves the destination as it is',
});

const rows: readonly Row[] = [
  {
    id: 'pod-clusterip-elsewhere',
    say: 'A pod asks the ClusterIP; cart is on another node.',
    who: 'Pod to ClusterIP, pod on another node',
    from: 'netns/asker',
    asks: doors.clusterIp.asks,
    sees: seesOwn('the asking pod’s own address', asker),
    entries: [
      {
        on: 'worker',
        tuples: toCart(asker, doors.clusterIp, asker),
        source: 'kept',
        claim: 'the entry on the asking pod’s node has a new destination only',
      },
    ],
  },
  {
    id: 'pod-clusterip-here',
    say: 'The same on one node.',
    who: 'Pod to ClusterIP, both on one node',
    from: 'netns/neighbour',
    asks: doors.clusterIp.asks,
    sees: seesOwn('the asking pod’s own address', neighbour),
    entries: [
      {
        on: 'worker2',
        tuples: toCart(neighbour, doors.clusterIp, neighbour),
        source: 'kept',
        claim: 'the entry on their node has a new destination only',
      },
    ],
  },
  {
    id: 'pod-itself',
    say: 'cart asks its own Service, and is its own endpoint.',
    who: 'Pod through its Service to itself',
    from: 'netns/cart',
    asks: doors.clusterIp.asks,
    sees: seesPodSide('the address that its node has on the side of its pods'),
    entries: [
      {
        on: 'worker2',
        tuples: toCart("pods[app='cart'].ip", doors.clusterIp, podSide),
        source: 'new',
        claim: 'the entry on its node has both rewrites',
      },
    ],
    byMode: [
      {
        id: 'itself-marked-in-iptables-mode',
        claim:
          'Pod through its Service to itself, iptables mode: the request is marked before it gets its new destination and its new source.',
        value: passed('pod-itself'),
        expect: { equals: hairpin.iptables },
      },
      {
        id: 'itself-unmarked-in-nftables-mode',
        claim:
          'Pod through its Service to itself, nftables mode: the request gets both without a mark; all other hops are those of iptables mode.',
        value: passed('pod-itself'),
        expect: { equals: hairpin.nftables },
      },
    ],
  },
  {
    id: 'pod-nodeport-own',
    say: 'A pod asks the nodePort of its own node.',
    who: 'Pod to the nodePort of its own node',
    from: 'netns/asker',
    asks: doors.cluster.asks,
    sees: seesWorker('the address of that node'),
    entries: [
      {
        on: 'worker',
        tuples: toCart(asker, doors.cluster, worker),
        source: 'new',
        claim: 'the entry on that node has both rewrites',
      },
    ],
  },
  {
    id: 'pod-nodeport-other',
    say: 'A pod asks the nodePort of another node: two nodes rewrite, one after the other.',
    who: 'Pod to the nodePort of another node',
    from: 'netns/asker',
    asks: doors.clusterHere.asks,
    sees: seesPodSide('the address that the node of the answering pod has on the side of its pods'),
    entries: [
      leavesAsWorker(doors.clusterHere),
      {
        on: 'worker2',
        sourcePort: 'steps.`entry-pod-nodeport-other`.value.reply.destination.port',
        tuples: toCart(worker, doors.clusterHere, podSide),
        source: 'new',
        claim: 'the asked node rewrites the destination, and the source once more',
      },
    ],
  },
  {
    id: 'pod-local-own',
    say: 'Policy Local, asked by a pod on a node that has no endpoint:',
    who: 'Pod to its own node, policy Local, no endpoint there',
    from: 'netns/asker',
    asks: doors.local.asks,
    sees: seesOwn('the asking pod’s own address', asker),
    entries: [
      {
        on: 'worker',
        tuples: toCart(asker, doors.local, asker),
        source: 'kept',
        claim: 'the entry on that node has a new destination only, the pod on the other node',
      },
    ],
  },
  {
    id: 'pod-local-other',
    say: 'Policy Local, asked by a pod on another node:',
    who: 'Pod to another node, policy Local, pod there',
    from: 'netns/asker',
    asks: doors.localHere.asks,
    sees: seesWorker('the address of the asking pod’s node'),
    entries: [
      leavesAsWorker(doors.localHere),
      {
        on: 'worker2',
        sourcePort: 'steps.`entry-pod-local-other`.value.reply.destination.port',
        tuples: toCart(worker, doors.localHere, worker),
        source: 'kept',
        claim: 'the asked node rewrites the destination only',
      },
    ],
  },
];

export const fromPods: LabInput['steps'] = rows.flatMap(steps);
