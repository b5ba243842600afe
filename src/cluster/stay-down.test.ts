import { expect, test } from 'vitest';
import type { Notify } from '../host/events.ts';
import { CommandError, type CommandOutcome, type Exec } from '../host/exec.ts';
import { sampleCluster } from './sample.ts';
import { stayDown } from './stay-down.ts';

/** The notes of a run in which `docker update` ends like this. */
async function notesOf(end: number | CommandOutcome): Promise<string[]> {
  const notes: string[] = [];
  const exec: Exec = async (argv, { timeoutMs = 120_000 } = {}) => {
    const result = { argv, stdout: '', stderr: 'it said so' };
    if (typeof end === 'number') return { ...result, exitCode: end, durationMs: 0 };
    throw new CommandError({ ...result, outcome: end, exitCode: undefined, timeoutMs });
  };
  const notify: Notify = (event) => {
    if (event.type === 'note') notes.push(event.text);
  };
  await stayDown({ exec, notify }, sampleCluster);
  return notes;
}

test('a Docker that does not make nodes stay down, or not in time, is noted and fails no run', async () => {
  expect(await notesOf(0)).toEqual([]);
  expect(await notesOf(1)).toEqual([expect.stringMatching(/^after a restart .*: it said so$/)]);
  expect(await notesOf('timed out')).toEqual([expect.stringContaining('did not end within 30 s')]);
});

test('a Ctrl-C is no such note', async () => {
  await expect(notesOf('cancelled')).rejects.toThrow('was stopped');
});
