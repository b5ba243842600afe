import { expect, test } from 'vitest';
import type { Exec } from '../../host/exec.ts';
import type { Journal, JournalEntry } from '../../host/journal.ts';
import { freeRunId } from './acquire.ts';

/** An engine with these networks and containers. */
const engine =
  (networks: string[], containers: string[]): Exec =>
  async (argv) => {
    const stdout = (argv[1] === 'network' ? networks : containers).join('\n');
    return { argv, exitCode: 0, stdout, stderr: '', durationMs: 0 };
  };

const journal = (...names: string[]): Pick<Journal, 'list'> => ({
  list: async () =>
    names.map((name) => ({ made: { kind: 'cluster', name, network: name } }) as unknown as JournalEntry),
});

test('a run id is drawn again until nothing has the cluster’s name, here or on the engine', async () => {
  const ids = ['1111', '2222', '3333', '4444', '5555'];
  const exec = engine(['bridge', 'hop-3n-1111'], ['hop-3n-2222-worker']);
  const draw = () => ids.shift() ?? 'none';
  expect(await freeRunId(exec, journal('hop-3n-3333', 'hop-2n-4444'), { id: '3n' }, draw)).toBe('4444');
});

test('it has four hexadecimal digits', async () => {
  expect(await freeRunId(engine([], []), journal(), { id: '3n' })).toMatch(/^[0-9a-f]{4}$/);
});
