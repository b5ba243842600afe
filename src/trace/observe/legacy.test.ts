import { expect, it } from 'vitest';
import { legacyRules } from './legacy.ts';

const save = (...counts: [number, number, number]) =>
  `*nat
:PREROUTING ACCEPT [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-NODEPORTS - [0:0]
[${counts[0]}:60] -A PREROUTING -j KUBE-SERVICES
[${counts[1]}:60] -A KUBE-NODEPORTS -p tcp -m tcp --dport 30080 -j KUBE-EXT-A
[${counts[2]}:60] -A KUBE-NODEPORTS -p tcp -m tcp --dport 30081 -j KUBE-EXT-B
COMMIT
`;
const place = { kind: 'node', name: 'worker', addresses: [], traceText: '' } as const;

it('a node with legacy rules says so, and names the Service rules that counted', () => {
  const [problem, ...more] = legacyRules({
    ...place,
    legacySave: { before: save(5, 1, 7), after: save(9, 2, 7) },
  });
  expect(more).toEqual([]);
  expect(problem?.text).toContain("iptables-legacy, which can't be traced");
  expect(problem?.harm).toBe('detail');
  expect(problem?.lines).toEqual(['[2:60] -A KUBE-NODEPORTS -p tcp -m tcp --dport 30080 -j KUBE-EXT-A']);
});

it('other nodes have nothing to say', () => {
  expect(legacyRules(place)).toEqual([]);
});
