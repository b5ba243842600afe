import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { besideContainer } from './beside-container.ts';
import { CleanupError, InterruptedError } from './errors.ts';
import { type Argv, CommandError, type CommandOutcome, type Exec } from './exec.ts';
import { type Journal, openJournal } from './journal.ts';

const start: Argv = ['docker', 'run', '--detach', '--name=hop-x', 'image'];
let state: string;
let journal: Journal;
let commands: string[];
let stop: AbortController;
/** What the command of this verb does instead of succeeding. */
let instead: Record<string, () => void>;

const exec: Exec = async (argv) => {
  const verb = argv[1] ?? '';
  commands.push(verb);
  instead[verb]?.();
  return { argv, exitCode: 0, stdout: '', stderr: '', durationMs: 0 };
};
const fail = (outcome: CommandOutcome) => () => {
  throw new CommandError({ argv: start, outcome, exitCode: 1, stdout: '', stderr: 'no', timeoutMs: 1 });
};

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hop-beside-'));
  [commands, stop, instead] = [[], new AbortController(), {}];
  journal = await openJournal({ exec, paths: { state, cache: state, project: state } });
  commands = [];
});
afterEach(() => rm(state, { recursive: true }));

const run = (work: () => Promise<string> = async () => 'done') =>
  besideContainer({ host: stop, cleanup: { exec }, journal }, 'hop-x', start, work);
const recorded = async () => (await journal.list()).map(({ made }) => made.name);
const ofContainers = () => commands.filter((verb) => ['run', 'rm'].includes(verb));

test('the container goes with the work, however that ends', async () => {
  expect(await run()).toBe('done');
  await expect(run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(ofContainers()).toEqual(['run', 'rm', 'run', 'rm']);
  expect(await recorded()).toEqual([]);
});

test('a Ctrl-C while it is made waits for it, and then removes it without any work', async () => {
  instead.run = () => stop.abort(new InterruptedError('SIGINT'));
  await expect(run(() => Promise.reject(new Error('was called')))).rejects.toThrow(InterruptedError);
  expect(ofContainers()).toEqual(['run', 'rm']);
  expect(await recorded()).toEqual([]);
});

test('one that Docker may still be making stays in the journal', async () => {
  instead.run = fail('timed out');
  await expect(run()).rejects.toThrow(CommandError);
  expect(await recorded()).toEqual(['hop-x']);
});

test('one that can’t be removed is named, and stays in the journal', async () => {
  instead.rm = fail('exited');
  await expect(run()).rejects.toThrow(CleanupError);
  expect(await recorded()).toEqual(['hop-x']);
});
