import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeHost, fakeHost } from '../../host/fakes.ts';
import { collectGarbage, orphanedFences } from './gc.ts';

test('gc takes down a fence around nothing, and leaves those of clusters that are there, whoever made them', () => {
  const fenced = ['hop-3n-gone', 'hop-3n-gone', 'hop-3n-ours', 'hop-3n-theirs'];
  expect(orphanedFences(fenced, ['hop-3n-ours'], ['bridge', 'hop-3n-theirs'])).toEqual(['hop-3n-gone']);
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
  "run "*" image-1 --wait -S DOCKER-USER") echo '-A DOCKER-USER -i br-1 -m comment --comment hop-by-hop/hop-3n-gone -j DROP' ;;
  "run "*" image-1 "*) ;;
  "run "*) echo 'docker: invalid reference format.' >&2; exit 125 ;;
esac`,
    );

  /** What a run wrote that was killed before its cluster had a cluster.json. */
  async function deadRun() {
    const folder = join(fake.host.paths.state, 'journal');
    await mkdir(folder, { recursive: true });
    const made = { kind: 'cluster', name: 'hop-3n-dead', network: 'hop-3n-dead' };
    const entry = { recordedAt: '2026-11-22T00:00:00.000Z', heldBy: 'owner', made };
    const file = 'abc.4194304.1.00000000-0000-0000-0000-000000000000.json';
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

  test('looks for fences with any node image that is there', async () => {
    await docker('image-1\\nimage-2\\n');
    const { removed } = await collectGarbage(fake.host, 'none');
    expect(removed).toEqual(['cluster hop-3n-dead', 'fence of hop-3n-gone']);
    expect(await calls()).toContainEqual(
      expect.stringMatching(/^run .* image-1 --wait -D DOCKER-USER .*hop-by-hop\/hop-3n-gone/),
    );
  });
});
