import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CleanupError } from './errors.ts';
import { createExec } from './exec.ts';
import { type Journal, openJournal } from './journal.ts';
import { parseStat } from './process-identity.ts';

const exec = createExec({ signal: new AbortController().signal });
let state: string;
let journal: Journal;
const open = () => openJournal({ exec, paths: { state, cache: state, project: state } });

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hop-journal-'));
  journal = await open();
});
afterEach(() => rm(state, { recursive: true }));

describe('the journal', () => {
  test('gives back what was recorded, to another process as well, until it is forgotten', async () => {
    const entry = await journal.record({ kind: 'cluster', name: 'hop-a', network: 'hop-net' });
    expect(await (await open()).list()).toEqual([entry]);
    await journal.forget(entry);
    expect(await journal.list()).toEqual([]);
  });

  test('says on which engine a thing was made, if that answers', async () => {
    const on = (stdout: string) =>
      openJournal({
        exec: async (argv) => ({ argv, exitCode: 0, stdout, stderr: '', durationMs: 0 }),
        paths: { state, cache: state, project: state },
      });
    const made = { kind: 'container', name: 'hop-client' } as const;
    const entry = await (await on('ABCD:EFGH')).record(made);
    expect(entry.engine).toBe('ABCD:EFGH');
    await (await on('')).record(made);
    await journal.amend(entry, { heldBy: 'user' });
    expect((await journal.list()).map(({ engine }) => engine)).toEqual(['ABCD:EFGH', undefined]);
  });

  test('leaves the state directory as it found it', async () => {
    const entry = await journal.record({ kind: 'container', name: 'hop-client' });
    await journal.forget(entry);
    await journal.forget(entry);
    expect(await readdir(state)).toEqual([]);
  });

  test('keeps a thing for the user when it is amended', async () => {
    const entry = await journal.record({ kind: 'container', name: 'hop-client' });
    await journal.amend(entry, { heldBy: 'user' });
    expect(await journal.list()).toMatchObject([{ id: entry.id, heldBy: 'user' }]);
  });

  test('tells a living owner from one that ended', async () => {
    const entry = await journal.record({ kind: 'container', name: 'hop-client' });
    expect(await journal.ownerRuns(entry)).toBe(true);
    expect(await journal.ownerRuns({ ...entry, owner: { ...entry.owner, startTime: '1' } })).toBe(false);
    expect(await journal.ownerRuns({ ...entry, owner: { ...entry.owner, bootId: 'another' } })).toBe(false);
    expect(await journal.ownerRuns({ ...entry, owner: { ...entry.owner, pid: 2 ** 22 + 1 } })).toBe(false);
  });

  test('lets exactly one of two processes claim the entry of a dead owner', async () => {
    await mkdir(join(state, 'journal'));
    const file = 'abc.4194304.1.00000000-0000-0000-0000-000000000000.json';
    const made = { kind: 'cluster', name: 'hop-a', network: 'hop-net' };
    const content = { recordedAt: '2026-11-22T00:00:00.000Z', heldBy: 'owner', made };
    await writeFile(join(state, 'journal', file), JSON.stringify(content));
    const [orphan] = await journal.list();
    if (orphan === undefined) throw new Error('no entry');
    expect(await journal.ownerRuns(orphan)).toBe(false);
    const claims = await Promise.all([journal.claim(orphan), (await open()).claim(orphan)]);
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(await journal.list()).toMatchObject([{ id: 'abc', owner: { pid: process.pid } }]);
  });

  test('survives many writers and removers at the same time', async () => {
    const journals = await Promise.all(Array.from({ length: 8 }, open));
    await Promise.all(
      journals.map(async (one, writer) => {
        for (let i = 0; i < 10; i++) {
          const entry = await one.record({ kind: 'container', name: `hop-${writer}-${i}` });
          await one.list();
          if (i > 0) await one.forget(entry);
        }
      }),
    );
    expect(await journal.list()).toHaveLength(8);
  });

  test('does not see a write that was cut off', async () => {
    await mkdir(join(state, 'journal'));
    await writeFile(join(state, 'journal', '.abc.1.1.boot.json'), '{"recordedAt"');
    expect(await journal.list()).toEqual([]);
  });

  test('names an entry that it can’t read instead of losing it', async () => {
    await mkdir(join(state, 'journal'));
    await writeFile(join(state, 'journal', 'abc.1.1.boot.json'), '{"made":{"kind":"spaceship"}}');
    await expect(journal.list()).rejects.toThrow(CleanupError);
    await expect(journal.list()).rejects.toThrow(/abc\.1\.1\.boot\.json/);
  });
});

test('the start time is found behind a process name with blanks and brackets', () => {
  const stat = `77 (a) b (c) S 1 77 77 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 123456 1 1 1`;
  expect(parseStat(stat)).toEqual({ state: 'S', startTime: '123456' });
});
