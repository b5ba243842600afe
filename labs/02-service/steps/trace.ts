/** The same requests, followed over every hop, there and back. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { asPredicted, counts, value } from '../../common/trace-checks.ts';

export const trace: LabInput['steps'] = [
  {
    kind: 'trace',
    id: 'trace-far',
    say: 'One request from shopper to a pod on the other node, at every place where a kernel saw or changed it:',
    from: 'pod/shopper',
    url: 'http://{{ services.`cart-far`.clusterIP }}/hostname',
    checks: [
      ...asPredicted('trace-far', 'Pod on another node'),
      {
        id: 'rewritten-where-it-starts',
        claim: 'The destination is rewritten on the node of the pod that asks; the pod’s node only routes.',
        value: `[${counts('trace-far', 'request', '.client-node.prerouting.dnat')}, ${counts('trace-far', 'request', '.dnat')}, ${counts('trace-far', 'request', '.snat')}, ${value('trace-far', 'request.hops')}[$contains($, '.pod-node.')]]`,
        expect: { equals: [1, 1, 0, 'forward.pod-node.forward.routed'] },
      },
      {
        id: 'undone-where-it-was-done',
        claim: 'The answer is rewritten back on the same node, once.',
        value: `[${counts('trace-far', 'reply', '.client-node.postrouting.un-dnat')}, ${counts('trace-far', 'reply', '.un-')}]`,
        expect: { equals: [1, 1] },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-near',
    say: 'The same to a pod on the same node:',
    from: 'pod/shopper',
    url: 'http://{{ services.`cart-near`.clusterIP }}/hostname',
    checks: [
      ...asPredicted('trace-near', 'Pod on the same node'),
      {
        id: 'near-passes-the-node',
        claim: 'Also between two pods of one node the packet passes the node, which rewrites and routes it.',
        value: `[${counts('trace-near', 'request', '.client-node.prerouting.dnat')}, ${counts('trace-near', 'request', '.client-node.forward.routed')}]`,
        expect: { equals: [1, 1] },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-gold',
    say: 'A Service without endpoints:',
    from: 'pod/shopper',
    url: 'http://{{ services.`cart-gold`.clusterIP }}/hostname',
    timeoutS: 1,
    checks: [
      ...asPredicted('trace-gold', 'Service without endpoints'),
      {
        id: 'refused-on-the-own-node',
        claim:
          'The request to a Service without endpoints ends on the node of the pod that asks: a rule there refuses it.',
        value: value('trace-gold', 'request.hops[-1]'),
        expect: { equals: 'forward.client-node.forward.rejected' },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-own',
    say: 'And a pod that asks its own Service and gets itself:',
    from: 'pod/shopper',
    url: 'http://{{ services.shopper.clusterIP }}/hostname',
    checks: [
      ...asPredicted('trace-own', 'Pod that asks its own Service'),
      {
        id: 'own-service-is-masqueraded',
        claim:
          'When a pod asks its own Service and gets itself, the node rewrites the source too, and the answer comes back by the node, which undoes both.',
        value: `[${counts('trace-own', 'request', '.client-node.prerouting.dnat')}, ${counts('trace-own', 'request', '.client-node.postrouting.snat')}, ${counts('trace-own', 'reply', '.client-node.prerouting.un-snat')}, ${counts('trace-own', 'reply', '.client-node.postrouting.un-dnat')}]`,
        expect: { equals: [1, 1, 1, 1] },
      },
    ],
  },
];
