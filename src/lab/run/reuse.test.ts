import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { glanceAtKept, type Kept, readKept, writeKept } from '../../cluster/kept.ts';
import { InterruptedError } from '../../host/errors.ts';
import { openJournal } from '../../host/journal.ts';
import type { LabEvent } from '../events.ts';
import { loadLab } from '../load.ts';
import { canTake } from './acquire.ts';
import { chooseCells, groupCells } from './cells.ts';
import { type FakeCluster, fakeCluster, fakeKept } from './fake-cluster.ts';
import { runGroup } from './group.ts';
import { whileHalfway } from './reuse.ts';
import type { RunRequest } from './run.ts';

const project = join(import.meta.dirname, '..', '..', '..');
const whole = await loadLab(project, '03-nodeport');
const say = (id: string) => ({ kind: 'say' as const, id, say: 'Hello.', checks: [] });
const lab = { ...whole, readiness: [], steps: [say('hello'), say('goodbye')], faults: [] };
const cells = chooseCells(lab, { proxyMode: 'iptables', podNetwork: 'first' });
const [group] = groupCells(cells);
if (group === undefined) throw new Error('no group');
const shape = group.shape;

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hop-reuse-'));
});
afterEach(() => rm(state, { recursive: true }));

/** A cluster that stays, with this lab in it, and a run with --reuse. */
async function runIn(
  fake: FakeCluster,
  inside: string | undefined,
  {
    keep = 'never',
    heldBy = 'user',
    until,
    tidy = 'shared',
  }: {
    keep?: RunRequest['keep'];
    heldBy?: 'user' | 'owner';
    until?: string;
    tidy?: RunRequest['tidy'];
  } = {},
) {
  const stop = new AbortController();
  const host = (signal: AbortSignal) => ({
    exec: fake.exec(signal),
    paths: { state, cache: join(state, 'cache'), project },
    notify: () => {},
    signal,
    env: {},
    childEnv: {},
  });
  const hosts = { host: host(stop.signal), cleanup: host(new AbortController().signal) };
  const kept: Kept = {
    ...fakeKept,
    cluster: { ...fakeKept.cluster, shape },
    ...(inside === undefined ? {} : { lab: inside }),
  };
  await writeKept(hosts.host.paths, kept);
  const { name } = kept.cluster;
  await (await openJournal(hosts.cleanup)).record({ kind: 'cluster', name, network: name }, heldBy);
  const request: RunRequest = {
    cells,
    faults: () => [],
    keep,
    reuse: true,
    tidy,
    until,
    consent: async () => false,
  };
  const image = { ref: kept.cluster.image, provenance: [] };
  const machine = {
    tools: { kind: 'kind', kubectl: 'kubectl' },
    patches: { kubeadmConfigPatches: [], containerdConfigPatches: [] },
    nodeImage: async () => image,
  } as unknown as Parameters<typeof runGroup>[0]['machine'];
  const events: LabEvent[] = [];
  const report = (event: LabEvent) => events.push(event);
  const run = { hosts, machine, group: group as never, request, report, onLab: () => {} };
  return {
    stop: () => stop.abort(new InterruptedError('SIGINT')),
    ended: runGroup(run, { stays: [], fenced: 0 }).then(() =>
      events.flatMap((event) => (event.type === 'cell-end' ? [event.error ?? event.exitCode] : [])),
    ),
    inside: async () => (await readKept({ state }))[0]?.lab,
  };
}

test('a lab that runs in the cluster that was brought up for it stays there: check goes on', async () => {
  const fake = fakeCluster('shop');
  const run = await runIn(fake, '03-nodeport');
  expect(await run.ended).toEqual([0]);
  expect([...fake.namespaces]).toEqual(['shop']);
  expect(await run.inside()).toBe('03-nodeport');
});

test('which its file says, and that nothing is halfway', async () => {
  const run = await runIn(fakeCluster('shop'), '03-nodeport');
  await run.ended;
  expect((await readKept({ state }))[0]).not.toHaveProperty('halfway');
});

test('it comes back where its namespace is gone', async () => {
  const fake = fakeCluster();
  const run = await runIn(fake, '03-nodeport');
  expect(await run.ended).toEqual([0]);
  expect([...fake.namespaces]).toEqual(['shop']);
});

test('unless it must be tidy: then it is taken out, and run as in a cluster that was empty', async () => {
  const fake = fakeCluster('shop');
  const run = await runIn(fake, '03-nodeport', { tidy: 'always' });
  expect(await run.ended).toEqual([0]);
  expect([...fake.namespaces]).toEqual([]);
  expect(await run.inside()).toBeUndefined();
});

test('another lab is taken out before, and the cluster is known to be empty after', async () => {
  const fake = fakeCluster('shop-source');
  const run = await runIn(fake, '04-source-and-return');
  expect(await run.ended).toEqual([0]);
  expect([...fake.namespaces]).toEqual([]);
  expect(await run.inside()).toBeUndefined();
  const order = ['delete namespace shop-source', 'create namespace shop', 'delete namespace shop'];
  const at = order.map((words) =>
    fake.commands.findIndex((command) => `${command} `.startsWith(`${words} `)),
  );
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(at).not.toContain(-1);
});

test('with --keep it stays in the cluster that was empty, and check finds it', async () => {
  const fake = fakeCluster();
  const run = await runIn(fake, undefined, { keep: 'always' });
  expect(await run.ended).toEqual([0]);
  expect([...fake.namespaces]).toEqual(['shop']);
  expect(await run.inside()).toBe('03-nodeport');
});

test('after Ctrl-C in the middle no run takes the cluster any more, and down finds it by the lab', async () => {
  const fake = fakeCluster();
  const run = await runIn(fake, undefined);
  fake.before = (command) => {
    if (command.startsWith('apply')) run.stop();
  };
  await expect(run.ended).rejects.toThrow();
  const [kept] = await readKept({ state });
  expect(kept).toMatchObject({ halfway: '03-nodeport' });
  expect(kept?.lab).toBeUndefined();
  expect(kept && canTake(kept, group, 'node:1')).toBe(false);
  expect(await glanceAtKept({ state })).toMatchObject([{ lab: '03-nodeport' }]);
});

test('the cluster of a run that is still at it is not taken', async () => {
  const run = await runIn(fakeCluster(), undefined, { heldBy: 'owner' });
  await expect(run.ended).rejects.toThrow(/network create/);
});

test('after Ctrl-C at home it is taken no more, either, and its lab is still known to be there', async () => {
  const fake = fakeCluster('shop');
  const run = await runIn(fake, '03-nodeport');
  fake.before = (command) => {
    if (command.startsWith('apply')) run.stop();
  };
  await expect(run.ended).rejects.toThrow();
  const [kept] = await readKept({ state });
  expect(kept).toMatchObject({ lab: '03-nodeport', halfway: '03-nodeport' });
  expect(kept && canTake(kept, group, 'node:1')).toBe(false);
});

test.each([
  ['at home', '03-nodeport', 'never'],
  ['that --keep-on-failure keeps', undefined, 'on-failure'],
] as const)('a failed lab %s stays, and is halfway', async (_, inside, keep) => {
  const fake = fakeCluster('shop');
  const run = await runIn(fake, inside, { keep });
  fake.before = (command) => {
    if (command.startsWith('apply')) throw new Error('the disk is full');
  };
  expect(await run.ended).toEqual([expect.stringContaining('the disk is full')]);
  expect((await readKept({ state }))[0]).toMatchObject({ lab: '03-nodeport', halfway: '03-nodeport' });
});

test.each([
  ['hello', '03-nodeport'],
  ['goodbye', undefined],
])('--until %s leaves the lab that stays halfway: %s', async (until, halfway) => {
  const run = await runIn(fakeCluster('shop'), '03-nodeport', { until });
  expect(await run.ended).toEqual([0]);
  expect((await readKept({ state }))[0]?.halfway).toBe(halfway);
});

describe('while a check is at work its lab is halfway in the cluster', () => {
  const kept: Kept = { ...fakeKept, lab: '03-nodeport' };
  const notes: unknown[] = [];
  const work = async (before: Kept, error: string | undefined, stoppedEarly = false) => {
    const host = { paths: { state }, notify: (event: unknown) => notes.push(event) } as never;
    notes.length = 0;
    let during: readonly Kept[] = [];
    await whileHalfway(host, before, '03-nodeport', async () => {
      during = await readKept({ state });
      return { error, stoppedEarly };
    });
    return { during: during[0]?.halfway, after: (await readKept({ state }))[0] };
  };

  test('and no longer when it ended, though checks may have failed', async () => {
    expect(await work(kept, undefined)).toEqual({ during: '03-nodeport', after: kept });
    expect(notes).toEqual([]);
  });

  test('and after an error, which is said', async () => {
    const { after } = await work(kept, 'no such pod');
    expect(after).toEqual({ ...kept, halfway: '03-nodeport' });
    expect(notes).toMatchObject([{ text: expect.stringContaining('npm run lab down 03-nodeport') }]);
  });

  test('and where --until stopped it before its end', async () => {
    const { after } = await work(kept, undefined, true);
    expect(after).toEqual({ ...kept, halfway: '03-nodeport' });
  });

  test('and after a good end, where a former error is not known to have left nothing', async () => {
    const before = { ...kept, halfway: '03-nodeport' };
    expect((await work(before, undefined)).after).toEqual(before);
    expect(notes).toHaveLength(1);
  });
});

test('a cluster is taken where all of it fits, and never on a network that a lab has made', () => {
  const kept = { ...fakeKept, cluster: { ...fakeKept.cluster, shape } };
  expect(canTake(kept, group, 'node:1')).toBe(true);
  expect(canTake(kept, group, 'node:2')).toBe(false);
  expect(canTake({ ...kept, fault: 'first-refusal' }, group, 'node:1')).toBe(false);
  expect(canTake(kept, { ...group, proxyMode: 'nftables' }, 'node:1')).toBe(false);
  const flannel = { ...kept, cluster: { ...kept.cluster, podNetwork: 'flannel-vxlan' as const } };
  const wanted = { ...group, podNetwork: 'flannel-vxlan' as const };
  expect(canTake(flannel, wanted, 'node:1')).toBe(false);
  expect(canTake({ ...flannel, lab: '03-nodeport' }, wanted, 'node:1')).toBe(false);
});
