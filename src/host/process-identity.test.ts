/** Against a folder that looks like /proc. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fakeHost } from './fakes.ts';
import { linuxTable, processTable } from './process-identity.ts';

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

test('on macOS a process is known by its start and the session since the boot, which no clock moves', async () => {
  await using fake = await fakeHost();
  await fake.program('ps', 'echo "Fri Nov 27 01:02:03 2026"');
  await fake.program(
    'sysctl',
    '[ "$2" = kern.bootsessionuuid ] && echo 0F0E1D2C-AAAA-4BBB-8CCC-0123456789AB',
  );
  expect(await processTable(fake.host.exec, 'darwin').identify(50)).toEqual({
    pid: 50,
    startTime: String(Date.UTC(2026, 10, 27, 1, 2, 3) / 1000),
    bootId: '0F0E1D2C-AAAA-4BBB-8CCC-0123456789AB',
  });
});
