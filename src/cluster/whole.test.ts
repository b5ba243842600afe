import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Exec } from '../host/exec.ts';
import { fakeHost } from '../host/fakes.ts';
import { openJournal } from '../host/journal.ts';
import { fenceCommands } from './fence-rules.ts';
import { writeKept } from './kept.ts';
import { sampleCluster } from './sample.ts';
import { brokenClusters, requireFenced } from './whole.ts';

const { name, network } = sampleCluster;
let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hop-whole-'));
  await writeKept({ state }, { cluster: sampleCluster, lab: '03-nodeport', hintsShown: 0 });
});
afterEach(() => rm(state, { recursive: true }));

/** A host whose engine runs these parts of the cluster, without any rule. */
function machine(...running: string[]) {
  const commands: string[] = [];
  const exec: Exec = async (argv) => {
    commands.push(argv.join(' '));
    const isPs = argv[1] === 'ps';
    const stdout = isPs
      ? running.map((part) => `${name}-${part}`).join('\n')
      : argv.includes('/sys/class/net')
        ? network.bridge
        : '';
    return { argv, exitCode: 0, stdout, stderr: '', durationMs: 0 };
  };
  return { host: { exec, paths: { state, cache: state, project: state } }, commands };
}

const whole = ['control-plane', 'worker', 'worker2', 'client'];

test('nothing is sent in a cluster of ours before its fence stands again', async () => {
  const { host, commands } = machine(...whole);
  await requireFenced(host, name);
  for (const rule of fenceCommands(name, network.bridge))
    expect(commands).toContainEqual(expect.stringContaining(rule.join(' ')));
});

test('nor in one of which a part does not run: it says what removes it', async () => {
  const { host } = machine(...whole.slice(0, 3));
  await expect(requireFenced(host, name)).rejects.toThrow(/no longer whole.*npm run lab down 03-nodeport/);
});

test('a cluster that is not ours is left as it is', async () => {
  const { host, commands } = machine();
  await requireFenced(host, 'kind');
  expect(commands).toEqual([]);
});

test('of one on another engine it says where it is, and not that it is broken', async () => {
  await using fake = await fakeHost();
  const { host } = fake;
  const engine = (id: string) => fake.program('docker', `case "$*" in "info "*) echo ${id} ;; esac`);
  await writeKept(host.paths, { cluster: sampleCluster, lab: '03-nodeport', hintsShown: 0 });
  await engine('OLD');
  await (await openJournal(host)).record({ kind: 'cluster', name, network: name }, 'user');
  const said = async () => (await brokenClusters(host)).map(({ about }) => about);
  expect(await said()).toEqual([expect.stringMatching(/no longer whole/)]);
  await engine('NEW');
  expect(await said()).toEqual([expect.stringMatching(/^cluster hop-3n-1111 is on another Docker engine/)]);
  await expect(requireFenced(host, name)).rejects.toThrow(/is on another Docker engine/);
});
