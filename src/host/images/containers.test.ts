import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeHost } from '../fakes.ts';
import { removeBuildLeftovers } from './containers.ts';

test('what kind’s builder left is removed, but nothing that may be at work for somebody else', async () => {
  await using fake = await fakeHost();
  const log = join(fake.folder, 'calls');
  await fake.program(
    'docker',
    `case "$1" in ps) printf 'kind-build-1\\nhop-by-hop-build-2\\n' ;; esac; echo "$@" >> ${log}`,
  );
  const removed = async () =>
    (await readFile(log, 'utf8')).split('\n').filter((line) => line.startsWith('rm '));
  await removeBuildLeftovers(fake.host, async () => [
    ['/cache/kind', 'build', 'node-image', 'server.tar.gz'],
  ]);
  expect(await removed()).toEqual([]);
  await removeBuildLeftovers(fake.host, async () => [['bash']]);
  expect(await removed()).toEqual(['rm --force --volumes kind-build-1']);
});
