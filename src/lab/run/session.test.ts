import { expect, test } from 'vitest';
import type { LabEvent } from '../events.ts';
import type { Lab } from '../schema/lab.ts';
import { fakeKept } from './fake-cluster.ts';
import { newSession, type SessionStart, unheard } from './session.ts';

test('of what is done unheard nothing is told, and the pods that it found are known', async () => {
  const told: LabEvent[] = [];
  const session = newSession({
    host: {} as SessionStart['host'],
    cluster: fakeKept.cluster,
    lab: { id: '42-demo' } as Lab,
    at: { lab: '42-demo', cell: 'iptables' },
    report: (event) => told.push(event),
  });
  const pod = { name: 'cart', ip: '10.244.1.7' } as (typeof session.facts.pods)[number];
  await unheard(session, async (silent) => {
    silent.report({ type: 'gate-start', id: 'pods', claim: 'The pod runs.' });
    silent.facts = { ...silent.facts, pods: [pod] };
  });
  expect(told).toEqual([]);
  expect(session.facts.pods).toEqual([pod]);
});
