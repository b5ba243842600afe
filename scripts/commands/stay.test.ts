import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readKept, writeKept } from '../../src/cluster/kept.ts';
import { exitCodes } from '../../src/host/errors.ts';
import { fakeCluster, fakeKept } from '../../src/lab/run/fake-cluster.ts';
import { parseArguments } from '../cli/parse.ts';
import type { CommandContext } from './context.ts';
import { aboutFault, check } from './stay.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hop-stay-'));
});
afterEach(() => rm(state, { recursive: true }));

function contextOf(fake: ReturnType<typeof fakeCluster>) {
  const { signal } = new AbortController();
  const projectRoot = join(import.meta.dirname, '..', '..');
  const paths = { state, cache: join(state, 'cache'), project: projectRoot };
  const host = { exec: fake.exec(signal), paths, notify: () => {}, signal, env: {} };
  const invocation = parseArguments(['check', '03-nodeport'], {});
  if (!('options' in invocation)) throw new Error('no command');
  const { options } = invocation;
  return {
    hosts: { host },
    reporter: { report: () => {} },
    options,
    projectRoot,
  } as unknown as CommandContext;
}

test('a check that an error ended leaves its lab halfway, and can be tried again', async () => {
  const fake = fakeCluster('shop');
  const inside: unknown[] = [];
  fake.before = (command) => {
    if (command.startsWith('apply')) throw new Error('the disk is full');
  };
  await writeKept({ state }, { ...fakeKept, lab: '03-nodeport' });
  for (const _ of [1, 2]) {
    expect(await check(contextOf(fake), '03-nodeport')).toBe(exitCodes.checkFailed);
    inside.push(...(await readKept({ state })));
  }
  const halfway = { ...fakeKept, lab: '03-nodeport', halfway: '03-nodeport' };
  expect(inside).toEqual([halfway, halfway]);
});

test('with a fault in place, checks that pass say that it is gone only when all of them ran', () => {
  const said = (skipped: number) => aboutFault(exitCodes.passed, { skipped });
  expect(said(0)).toContain('Nothing of the fault is left');
  expect(said(3)).not.toContain('Nothing of the fault is left');
  expect(said(3)).toContain('Not all checks ran');
});

test('check says of a cluster that was restarted without its fence and client what removes it', async () => {
  const fake = fakeCluster('shop');
  const exec = fake.exec(new AbortController().signal);
  const context = contextOf({
    ...fake,
    // Its client has no restart policy, and is not there.
    exec: () => async (argv) =>
      argv[1] === 'ps' ? { ...(await exec(argv)), stdout: 'hop-3n-1111-worker' } : exec(argv),
  });
  await writeKept({ state }, { ...fakeKept, lab: '03-nodeport' });
  await expect(check(context, '03-nodeport')).rejects.toThrow(/no longer whole.*lab down 03-nodeport/);
});

test('check says of a cluster whose pod network the lab has made that it can’t run there again, and runs nothing', async () => {
  const fake = fakeCluster();
  const cluster = { ...fakeKept.cluster, podNetwork: 'bgp' as const };
  const kept = { ...fakeKept, cluster, lab: '05-cross-node' };
  await writeKept({ state }, kept);
  await expect(check(contextOf(fake), '05-cross-node')).rejects.toThrow(
    /begin without a pod network, and its steps have made bgp.*npm run lab 05-cross-node -- --network bgp/,
  );
  expect(fake.commands.filter((command) => command.startsWith('apply'))).toEqual([]);
  expect(await readKept({ state })).toEqual([kept]);
});
