import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { writeKept } from '../../cluster/kept.ts';
import { sampleCluster } from '../../cluster/sample.ts';
import { exitCodes } from '../../host/errors.ts';
import { type FakeHost, fakeHost } from '../../host/fakes.ts';
import type { Host } from '../../host/host.ts';
import { openJournal } from '../../host/journal.ts';
import { collectGarbage, orphanedFences } from './gc.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hop-gc-'));
});
afterEach(() => rm(state, { recursive: true }));

test('gc takes down a fence around nothing, and leaves those whose bridge is there, whoever made them', () => {
  const around = (cluster: string, bridge: string) => ({ cluster, bridge });
  const gone = around('hop-3n-gone', 'br-gone');
  const fences = [gone, gone, around('hop-3n-ours', 'br-ours'), around('hop-3n-theirs', 'br-theirs')];
  expect(orphanedFences({ fences, devices: ['lo', 'br-theirs'] }, ['hop-3n-ours'])).toEqual(['hop-3n-gone']);
});

describe('gc without root on the Docker host', () => {
  let fake: FakeHost;
  const calls = async () => (await readFile(join(fake.folder, 'calls'), 'utf8')).split('\n');

  /** A docker command that has these node images, and containers of a base image. */
  const docker = (images: string) =>
    fake.program(
      'docker',
      `echo "$@" >> ${join(fake.folder, 'calls')}
case "$*" in
  "image ls"*) printf '${images}' ;;
  "ps "*role=base*) echo build ;;
  "run "*" image-1 --wait -S"*) echo '-A DOCKER-USER -i br-1 -m comment --comment hop-by-hop/hop-3n-gone -j DROP' ;;
  "run "*" image-1 "*) ;;
  "run "*) echo 'docker: invalid reference format.' >&2; exit 125 ;;
esac`,
    );

  /** What a run wrote that was killed before its cluster had a cluster.json. */
  async function deadRun(id = 'abc', name = 'hop-3n-dead', recordedAt = '2026-11-22T00:00:00.000Z') {
    const folder = join(fake.host.paths.state, 'journal');
    await mkdir(folder, { recursive: true });
    const made = { kind: 'cluster', name, network: name };
    const entry = { recordedAt, heldBy: 'owner', made };
    const file = `${id}.4194304.1.00000000-0000-0000-0000-000000000000.json`;
    await writeFile(join(folder, file), JSON.stringify(entry));
  }

  beforeEach(async () => {
    fake = await fakeHost();
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    await deadRun();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await fake[Symbol.asyncDispose]();
  });

  test('removes clusters and what builds left, and says that it looked for no fence where no image can', async () => {
    await docker('');
    const { removed } = await collectGarbage(fake.host, 'none');
    expect(removed).toEqual(['cluster hop-3n-dead']);
    expect(await readdir(fake.host.paths.state)).toEqual([]);
    expect(await calls()).toContain('rm --force --volumes build');
    expect((await calls()).filter((line) => line.startsWith('run '))).toEqual([]);
    expect(fake.events).toContainEqual({
      type: 'note',
      text: expect.stringMatching(/^no fence was looked for/),
    });
  });

  test('goes on after what can’t be removed, and names it at the end', async () => {
    await docker('');
    const script = await readFile(join(fake.folder, 'bin', 'docker'), 'utf8');
    const stuck = `case "$*" in "ps --all"*dead*) echo has active endpoints >&2; exit 1 ;; esac`;
    await fake.program('docker', `${stuck}\n${script}`);
    await deadRun('abd', 'hop-3n-dead2', '2026-11-22T00:00:01.000Z');
    await deadRun('abe', 'hop-3n-later', '2026-11-22T00:00:02.000Z');
    const error = await collectGarbage(fake.host, 'none').catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      exitCode: exitCodes.cleanupIncomplete,
      left: ['cluster hop-3n-dead', 'cluster hop-3n-dead2'],
      message: expect.stringContaining('has active endpoints'),
    });
    expect(await calls()).toContain('rm --force --volumes build');
    expect((await (await openJournal(fake.host)).list()).map(({ made }) => made.name)).toEqual([
      'hop-3n-dead',
      'hop-3n-dead2',
    ]);
  });

  test('is no worse for an engine without the chain in which fences stand', async () => {
    await docker('image-1');
    const script = await readFile(join(fake.folder, 'bin', 'docker'), 'utf8');
    const none = `case "$*" in "run "*DOCKER-USER*) echo No chain by that name >&2; exit 1 ;; "run "*) exit 0 ;; esac`;
    await fake.program('docker', `${none}\n${script}`);
    expect((await collectGarbage(fake.host, 'none')).removed).toEqual(['cluster hop-3n-dead']);
    expect(await readdir(fake.host.paths.state)).toEqual([]);
  });

  test('looks for fences with any node image that is there', async () => {
    await docker('image-1\\nimage-2\\n');
    const { removed } = await collectGarbage(fake.host, 'none');
    expect(removed).toEqual(['cluster hop-3n-dead', 'fence of hop-3n-gone']);
    expect(await calls()).toContainEqual(
      expect.stringMatching(/^run .* image-1 --wait -D DOCKER-USER .*hop-by-hop\/hop-3n-gone/),
    );
  });
});

test.each([
  ['all', '{"cluster"'],
  [{ lab: '03-nodeport' }, '{"version":9,"lab":"03-nodeport","cluster":{"name":"hop-3n-1111"}}'],
] as const)('a cluster whose file another version wrote can be removed: %o', async (also, text) => {
  const commands: string[] = [];
  // An engine with nothing in it.
  const host: Host = {
    exec: async (argv) => {
      commands.push(argv.join(' '));
      return { argv, exitCode: 0, stdout: '', stderr: '', durationMs: 0 };
    },
    paths: { state, cache: join(state, 'cache'), project: state },
    notify: () => {},
    signal: new AbortController().signal,
    env: {},
    childEnv: {},
  };
  const name = 'hop-3n-1111';
  const journal = await openJournal(host);
  await journal.record({ kind: 'cluster', name, network: name }, 'user');
  await mkdir(join(state, 'clusters', name), { recursive: true });
  await writeFile(join(state, 'clusters', name, 'cluster.json'), text);

  expect(await collectGarbage(host, 'none')).toEqual({
    removed: [],
    kept: [`cluster ${name}`],
    broken: [],
    elsewhere: [],
  });
  expect(await collectGarbage(host, also)).toEqual({
    removed: [`cluster ${name}`],
    kept: [],
    broken: [],
    elsewhere: [],
  });
  expect(commands).toContainEqual(
    expect.stringContaining(`docker network ls --quiet --filter name=^${name}$`),
  );
  expect(await readdir(state)).toEqual(['cache']);
});

test('a cluster that stays and is no longer whole is not told as one in use, and goes with down', async () => {
  await using fake = await fakeHost();
  await fake.program('docker', 'echo');
  const { name } = sampleCluster;
  await writeKept(fake.host.paths, { cluster: sampleCluster, lab: '03-nodeport', hintsShown: 0 });
  await (await openJournal(fake.host)).record({ kind: 'cluster', name, network: name }, 'user');
  const { kept, broken } = await collectGarbage(fake.host, 'none');
  expect({ kept, broken }).toEqual({
    kept: [],
    broken: [
      expect.stringMatching(/^cluster hop-3n-1111 is no longer whole.*`npm run lab down 03-nodeport`/),
    ],
  });
  const gone = await collectGarbage(fake.host, { lab: '03-nodeport' });
  expect(gone).toEqual({ removed: [`cluster ${name}`], kept: [], broken: [], elsewhere: [] });
});

test('what was made on another engine is left in the journal and named; here or without an id it goes', async () => {
  await using fake = await fakeHost();
  const engine = (id: string, network = '') =>
    fake.program(
      'docker',
      `case "$*" in "info "*) echo ${id} ;; "network ls --format"*) echo ${network} ;; esac`,
    );
  const cluster = (name: string) => ({ kind: 'cluster', name, network: name }) as const;
  await engine('OLD');
  const journal = await openJournal(fake.host);
  await journal.record(cluster('hop-3n-1111'), 'user');
  await journal.record(cluster('hop-3n-2222'), 'user');
  // Of the second one this engine has the network: it is the same engine with another id.
  await engine('NEW', 'hop-3n-2222');
  const { removed, elsewhere } = await collectGarbage(fake.host, 'all');
  expect(removed).toEqual(['cluster hop-3n-2222']);
  expect(elsewhere).toEqual([
    expect.stringMatching(/^cluster hop-3n-1111 is on another Docker engine.*journal\//),
  ]);
  // An engine that does not say which one it is.
  await engine('');
  expect(await collectGarbage(fake.host, 'all')).toMatchObject({
    removed: [],
    elsewhere: [expect.stringMatching(/^cluster hop-3n-1111 was left.*nobody can tell/)],
  });
  await engine('OLD');
  expect(await collectGarbage(fake.host, 'all')).toMatchObject({
    removed: ['cluster hop-3n-1111'],
    elsewhere: [],
  });
});

test('the folder of a cluster goes that no journal entry names and that is not here', async () => {
  await using fake = await fakeHost();
  const { paths } = fake.host;
  await fake.program('docker', `case "$*" in "network ls --format"*) echo hop-3n-here ;; esac`);
  for (const name of ['hop-3n-gone', 'hop-3n-here', 'hop-3n-made'])
    await mkdir(join(paths.state, 'clusters', name), { recursive: true });
  const journal = await openJournal(fake.host);
  await journal.record({ kind: 'cluster', name: 'hop-3n-made', network: 'hop-3n-made' });
  expect((await collectGarbage(fake.host, 'none')).removed).toEqual(['folder of cluster hop-3n-gone']);
  expect(await readdir(join(paths.state, 'clusters'))).toEqual(['hop-3n-here', 'hop-3n-made']);
});
