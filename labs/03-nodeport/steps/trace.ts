/** The same requests, followed over every hop, there and back. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { asPredicted, counts, value } from '../../common/trace-checks.ts';

/** Ids of the hops whose name has one of the words, in the order of the packet. */
const hopsWith = (step: string, way: 'request' | 'reply', ...words: string[]) =>
  `[${value(step, `${way}.hops`)}[${words.map((word) => `$contains($, '${word}')`).join(' or ')}]]`;

export const trace: LabInput['steps'] = [
  {
    kind: 'trace',
    id: 'trace-other-node',
    say: 'One request to worker, which has no pod, at every place where the kernel saw or changed it:',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30080/hostname',
    checks: [
      ...asPredicted('trace-other-node', 'Pod on another node'),
      {
        id: 'answer-passes-entry-node',
        claim:
          'The answer comes back by the entry node, which undoes both rewrites; the pod’s node only routes it.',
        value: hopsWith('trace-other-node', 'reply', '.pod-node.', '.entry-node.'),
        expect: {
          equals: [
            'reply.pod-node.forward.routed',
            'reply.entry-node.prerouting.un-snat',
            'reply.entry-node.forward.routed',
            'reply.entry-node.postrouting.un-dnat',
          ],
        },
      },
      {
        id: 'no-rule-on-the-pods-node',
        claim: 'The pod’s node only routes the request: all rewriting is done on the entry node.',
        value: hopsWith('trace-other-node', 'request', '.pod-node.'),
        expect: { equals: ['forward.pod-node.forward.routed'] },
      },
      {
        id: 'destination-then-source',
        claim:
          'On the way in, two hops rewrite the packet: first the destination in prerouting, then the source in postrouting.',
        value: hopsWith('trace-other-node', 'request', '.dnat', '.snat'),
        expect: {
          equals: ['forward.entry-node.prerouting.dnat', 'forward.entry-node.postrouting.snat'],
        },
      },
      {
        // That such a hop would be seen: local-ends-on-the-node has one.
        id: 'no-process-on-the-way',
        claim:
          'On the node that was asked, neither request nor answer comes to a process: its hooks input and output are not on the way.',
        value: `$count(${hopsWith('trace-other-node', 'request', '.entry-node.input', '.entry-node.output')}) + $count(${hopsWith('trace-other-node', 'reply', '.entry-node.input', '.entry-node.output')})`,
        expect: { equals: 0 },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-own-node',
    say: 'The same to worker2, where the pod runs:',
    from: 'client',
    url: 'http://{{ nodes.worker2.ip }}:30080/hostname',
    checks: [
      ...asPredicted('trace-own-node', 'Pod on the entry node'),
      {
        id: 'own-node-masquerades-too',
        claim: 'With policy Cluster the source is rewritten even when the pod is on the node that was asked.',
        value: counts('trace-own-node', 'request', '.postrouting.snat'),
        expect: { equals: 1 },
      },
      {
        // That another node would be seen: no-rule-on-the-pods-node has one.
        id: 'no-second-node',
        claim: 'When the node that was asked has the pod, no other node is on the way, out or back.',
        value: `${counts('trace-own-node', 'request', '.pod-node.')} + ${counts('trace-own-node', 'reply', '.pod-node.')}`,
        expect: { equals: 0 },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-local',
    say: 'With externalTrafficPolicy Local, on the node with the pod:',
    from: 'client',
    url: 'http://{{ nodes.worker2.ip }}:30081/hostname',
    checks: [
      ...asPredicted('trace-local', 'Policy Local, node with the pod'),
      {
        id: 'local-rewrites-no-source',
        claim: 'With policy Local no hop marks the packet for masquerade or rewrites its source.',
        value: `${counts('trace-local', 'request', '.snat')} + ${counts('trace-local', 'request', '.marked')}`,
        expect: { equals: 0 },
      },
      {
        id: 'local-answer-from-node',
        claim:
          'With policy Local the node undoes the rewrite of the destination all the same: the client gets its answer from whom it asked, although no source was rewritten.',
        value: hopsWith('trace-local', 'reply', '.un-snat', '.un-dnat'),
        expect: { equals: ['reply.entry-node.postrouting.un-dnat'] },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-local-elsewhere',
    say: 'And on a node without one:',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30081/hostname',
    timeoutS: 1,
    checks: [
      ...asPredicted('trace-local-elsewhere', 'Policy Local, node without a pod'),
      {
        id: 'local-ends-on-the-node',
        claim:
          'With policy Local the request to a node without a pod ends on that node: a rule there drops it.',
        value: value('trace-local-elsewhere', 'request.hops[-1]'),
        expect: { equals: 'forward.entry-node.input.dropped' },
      },
    ],
  },
];
