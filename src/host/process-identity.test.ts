/** Against a folder that looks like /proc. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { linuxTable } from './process-identity.ts';

const proc = await mkdtemp(join(tmpdir(), 'hop-proc-'));
afterAll(() => rm(proc, { recursive: true }));

/** Field 22 of a line of stat is the start time. */
const stat = (pid: number, state: string) => `${pid} (dockerd) ${state} ${'0 '.repeat(18)}4711 0`;

async function withProcess(pid: number, state: string, threads: readonly number[]): Promise<void> {
  await mkdir(join(proc, 'sys/kernel/random'), { recursive: true });
  await writeFile(join(proc, 'sys/kernel/random/boot_id'), 'b007\n');
  for (const thread of threads)
    await mkdir(join(proc, String(pid), 'task', String(thread)), { recursive: true });
  await writeFile(join(proc, String(pid), 'stat'), stat(pid, state));
}

test('a process is known by its start', async () => {
  await withProcess(10, 'S', [10]);
  expect(await linuxTable(proc).identify(10)).toEqual({ pid: 10, startTime: '4711', bootId: 'b007' });
});

test('a zombie has ended', async () => {
  await withProcess(20, 'Z', [20]);
  expect(await linuxTable(proc).identify(20)).toBeUndefined();
});

test('a process whose first thread has ended before the others still runs', async () => {
  await withProcess(30, 'Z', [30, 31]);
  expect(await linuxTable(proc).identify(30)).toMatchObject({ pid: 30, startTime: '4711' });
});

test('a number that no process has is nobody', async () => {
  expect(await linuxTable(proc).identify(40)).toBeUndefined();
});
