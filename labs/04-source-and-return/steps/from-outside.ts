/** The matrix, asked from outside the cluster. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { doors, podSide, type Row, seesOwn, seesPodSide, seesWorker, steps, toCart } from './rows.ts';

const rows: readonly Row[] = [
  {
    id: 'outside-cluster-elsewhere',
    say: 'The client outside asks worker. Policy Cluster, pod on another node:',
    who: 'Client outside, policy Cluster, pod on another node',
    from: 'client',
    asks: doors.cluster.asks,
    sees: seesWorker('the address of the node that was asked'),
    entries: [
      {
        on: 'worker',
        tuples: toCart('client.ip', doors.cluster, 'nodes.worker.ip'),
        source: 'new',
        claim: 'the entry on worker has both rewrites; an answer has to come from the pod to worker',
      },
    ],
  },
  {
    id: 'outside-cluster-here',
    say: 'It asks worker2, where the pod is.',
    who: 'Client outside, policy Cluster, pod on the asked node',
    from: 'client',
    asks: doors.clusterHere.asks,
    sees: seesPodSide('the address that its node has on the side of its pods'),
    entries: [
      {
        on: 'worker2',
        tuples: toCart('client.ip', doors.clusterHere, podSide),
        source: 'new',
        claim: 'the entry on worker2 has both rewrites',
      },
    ],
  },
  {
    id: 'outside-local-here',
    say: 'Policy Local, pod on the asked node:',
    who: 'Client outside, policy Local, pod on the asked node',
    from: 'client',
    asks: doors.localHere.asks,
    sees: seesOwn('the client’s own address', 'client.ip'),
    entries: [
      {
        on: 'worker2',
        tuples: toCart('client.ip', doors.localHere, 'client.ip'),
        source: 'kept',
        claim: 'the entry on worker2 has a new destination only; an answer is addressed to the client',
      },
    ],
  },
];

/** Entries of the client's connections to port 30041, on this node. */
const entries = (on: string, id: string) => ({
  kind: 'run' as const,
  id,
  on,
  command: ['conntrack', '-L', '-p', 'tcp', '--orig-src', '{{ client.ip }}', '--orig-port-dst', '30041'],
  parse: 'conntrack' as const,
});

/** The only row without an answer. */
const silent: LabInput['steps'] = [
  {
    ...entries('node/worker', 'entries-before-local-elsewhere'),
    // Which there are depends on what the client has asked before.
    compare: 'exit',
  },
  {
    kind: 'probe',
    id: 'see-outside-local-elsewhere',
    say: 'Policy Local, pod on another node:',
    from: 'client',
    url: `http://${doors.local.asks}/clientip`,
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
    ...entries('node/worker', 'entry-outside-local-elsewhere'),
    compare: 'exit',
    checks: [
      {
        id: 'keeps-outside-local-elsewhere',
        claim:
          'Client outside, policy Local, pod on another node: worker, which dropped the packets, lists no entry of them.',
        // Of an earlier connection there may be one: a pod was on worker for a while, in a drill.
        value:
          '($before := steps.`entries-before-local-elsewhere`.value.original.source.port; $count(steps.`entry-outside-local-elsewhere`.value.original.source.port[$not($ in $before)]))',
        expect: { equals: 0 },
      },
    ],
  },
  {
    ...entries('node/worker2', 'entries-outside-local-here'),
    say: 'The same question to worker2, which has answered the client:',
    // How many there are depends on what the client has asked before.
    compare: 'exit',
    checks: [
      {
        id: 'lists-where-it-answers',
        claim:
          'Asked in the same way, worker2 lists an entry: that of the client’s connection that was answered before.',
        value:
          'steps.`see-outside-local-here`.value.local.port in steps.`entries-outside-local-here`.value.original.source.port',
        expect: { equals: true },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'way-outside-local-elsewhere',
    from: 'client',
    url: `http://${doors.local.asks}/clientip`,
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

export const fromOutside: LabInput['steps'] = [...rows.flatMap(steps), ...silent];
