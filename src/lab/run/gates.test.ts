import { expect, test } from 'vitest';
import type { ExecResult } from '../../host/exec.ts';
import type { LabEvent } from '../events.ts';
import { type Gate, gateSchema } from '../schema/gate.ts';
import { awaitGates } from './gates.ts';
import type { Session } from './session.ts';

const claim = 'Two nodes are Ready.';
const gate: Gate = gateSchema.parse({ kind: 'nodes', id: 'nodes', claim, ready: 2, timeoutS: 1 });

/** A session on a cluster that says of its nodes, each time it is asked, that so many are Ready. */
function sessionWith(ready: readonly number[]) {
  const told: LabEvent['type'][] = [];
  const answers = ready.values();
  const exec = async (): Promise<Partial<ExecResult>> => {
    const conditions = [{ type: 'Ready', status: 'True' }];
    const items = Array.from({ length: answers.next().value ?? 0 }, () => ({ status: { conditions } }));
    return { stdout: JSON.stringify({ items }) };
  };
  const session = {
    host: { exec, signal: new AbortController().signal },
    cluster: { proxyMode: 'iptables', podNetwork: 'kindnet' },
    gates: [],
    report: (event: LabEvent) => told.push(event.type),
  };
  return { told, session: session as unknown as Session };
}

test('the wait for a gate is reported when it begins, and when it ends', async () => {
  const { told, session } = sessionWith([0, 1, 2]);
  await awaitGates(session, [gate]);
  expect(told).toEqual(['gate-start', 'gate']);
  expect(session.gates).toEqual([{ id: 'nodes', claim, verdict: 'passed', saw: '2 Ready of 2' }]);
});

test('a gate that does not open says what was there instead', async () => {
  const { told, session } = sessionWith([]);
  await expect(awaitGates(session, [gate])).rejects.toThrow('Last seen: 0 Ready of 0.');
  expect(told).toEqual(['gate-start', 'gate']);
});

test('a gate of another cell is not awaited', async () => {
  const { told, session } = sessionWith([]);
  await awaitGates(session, [{ ...gate, when: { proxyMode: 'nftables' } }]);
  expect(told).toEqual([]);
});
