/** Ctrl-C at any moment, twice, or kill -9: nothing of ours stays on the machine. */
import { describe, expect, test } from 'vitest';
import { type LabProcess, lab, startLab } from './lab-process.ts';
import { machineState } from './machine-state.ts';

const run = ['run', '03-nodeport', '--reporter', 'jsonl'];

/** Moments of a run that differ in what exists and who is at work. */
const moments: readonly { name: string; reached: (process: LabProcess) => Promise<void> }[] = [
  {
    name: 'while the network is made',
    reached: (run) => run.event((event) => event.type === 'task-start' && event.id === 'cluster'),
  },
  {
    name: 'while the nodes start',
    reached: (run) =>
      run.event(
        (event) =>
          event.type === 'task-progress' && event.id === 'cluster' && /Preparing/.test(String(event.detail)),
      ),
  },
  {
    name: 'while workers join',
    reached: (run) =>
      run.event(
        (event) =>
          event.type === 'task-progress' && event.id === 'cluster' && /Joining/.test(String(event.detail)),
      ),
  },
  { name: 'while a gate is awaited', reached: (run) => run.event((event) => event.type === 'gate-start') },
  {
    name: 'while a capture listens',
    reached: (run) =>
      run.event(
        (event) => event.type === 'step-start' && (event.step as { id?: string }).id === 'three-requests',
      ),
  },
  {
    name: 'while the cluster is removed',
    reached: (run) => run.event((event) => event.type === 'task-start' && event.id === 'remove'),
  },
];

describe('one Ctrl-C leaves the machine as it was', () => {
  test.each(moments)('$name', async ({ reached }) => {
    const before = await machineState();
    const process = startLab(run);
    await reached(process);
    process.child.kill('SIGINT');
    const { exitCode, stdout } = await process.ended;
    expect(await machineState()).toEqual(before);
    expect(exitCode, stdout.slice(-1500)).toBe(130);
  });
});

test('after a second Ctrl-C, lab gc leaves the machine as it was', async () => {
  const before = await machineState();
  const process = startLab(run);
  await process.event(
    (event) =>
      event.type === 'task-progress' && event.id === 'cluster' && /Joining/.test(String(event.detail)),
  );
  process.child.kill('SIGINT');
  await process.event((event) => event.type === 'task-start' && event.id === 'remove');
  process.child.kill('SIGINT');
  const { exitCode, stderr } = await process.ended;
  expect(exitCode).toBe(130);
  expect(stderr).toContain('npm run lab gc');
  expect((await lab(['gc'])).exitCode).toBe(0);
  expect(await machineState()).toEqual(before);
});

test('after kill -9 on a Ready cluster, lab gc leaves the machine as it was', async () => {
  const before = await machineState();
  const process = startLab(run);
  await process.event(
    (event) => event.type === 'step-start' && (event.step as { id?: string }).id === 'three-requests',
  );
  process.child.kill('SIGKILL');
  await process.ended;
  expect((await machineState()).containers).not.toEqual(before.containers);
  expect((await lab(['gc'])).exitCode).toBe(0);
  expect(await machineState()).toEqual(before);
});
