import { expect, test } from 'vitest';
import type { Exec } from '../../host/exec.ts';
import type { Gate } from '../schema/gate.ts';
import type { Lab } from '../schema/lab.ts';
import { fakeCluster, fakeKept } from './fake-cluster.ts';
import { ask, isRepaired, undoWhatIsLeft } from './faults.ts';
import { sampleFault } from './sample-fault.ts';
import { newSession } from './session.ts';

const fault = sampleFault({
  undo: ['audit', 'backup'].map((table) => ({
    on: 'node/worker',
    command: ['nft', 'delete', 'table', 'ip', table],
  })),
  repaired: [] as Gate[],
});

/** A client that gets this status (0: none), and a node where these tables are. */
function sessionWith(status: number, ...tables: string[]) {
  const { signal } = new AbortController();
  const asked: string[] = [];
  const inner = fakeCluster('shop').exec(signal);
  const exec: Exec = async (argv, options) => {
    const ended = (exitCode: number, stdout = '') => ({ argv, exitCode, stdout, stderr: '', durationMs: 0 });
    if (argv.includes('curl')) {
      return ended(status === 0 ? 7 : 0, `\n${status} 1.1.1.1:1 -> 2.2.2.2:2 (new connections: 1)\n`);
    }
    if (!argv.includes('nft')) return inner(argv, options);
    const table = argv.at(-1) ?? '';
    asked.push(table);
    return ended(tables.includes(table) ? 0 : 1);
  };
  const host = {
    exec,
    paths: { state: '/state', cache: '/cache', project: '/project' },
    notify: () => {},
    signal,
    env: {},
    childEnv: {},
  };
  const lab = { id: '42-demo', namespace: 'shop' } as unknown as Lab;
  const at = { lab: '42-demo', cell: 'iptables' };
  return { asked, session: newSession({ host, cluster: fakeKept.cluster, lab, at, report: () => {} }) };
}

test.each([
  [200, true],
  [404, false],
  [0, false],
])('a fault whose symptom is HTTP 404, and the client sees %i: repaired is %s', async (status, repaired) => {
  const { session } = sessionWith(status);
  expect(await isRepaired(session, fault, await ask(session, fault))).toBe(repaired);
});

test('an undo that can be done has not found a repair', async () => {
  const { session } = sessionWith(200, 'audit', 'backup');
  expect(await undoWhatIsLeft(session, fault)).toBe(false);
});

test('after a repair of somebody’s own the rest is undone, and the fault is known to be gone', async () => {
  const { session, asked } = sessionWith(200, 'backup');
  expect(await undoWhatIsLeft(session, fault)).toBe(true);
  expect(asked).toEqual(['audit', 'backup']);
});

test('an undo that fails while the symptom shows fails with its own reason', async () => {
  const { session } = sessionWith(404, 'backup');
  await expect(undoWhatIsLeft(session, fault)).rejects.toThrow(/nft delete table ip audit` exited with 1/);
});

test('so it does where the cluster does not come back', async () => {
  const { session } = sessionWith(200, 'backup');
  const pods = { kind: 'pods', id: 'pod', claim: 'It runs.', selector: 'app=cart', ready: 1, timeoutS: 0 };
  const shut = { ...fault, repaired: [pods as unknown as Gate] };
  await expect(undoWhatIsLeft(session, shut)).rejects.toThrow(/nft delete table ip audit` exited with 1/);
  const { session: undone } = sessionWith(200, 'audit', 'backup');
  await expect(undoWhatIsLeft(undone, shut)).rejects.toThrow(/gate pod/);
});
