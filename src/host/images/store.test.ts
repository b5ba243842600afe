import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeHost } from '../fakes.ts';
import { inWorkFolder, sweepWork } from './store.ts';

test('unfinished work of a dead process is swept, that of a living one stays until it ends', async () => {
  await using fake = await fakeHost();
  const root = join(fake.host.paths.cache, 'work');
  await mkdir(join(root, '4194304.1.boot.of-the-dead'), { recursive: true });
  await inWorkFolder(fake.host, async (folder) => {
    await sweepWork(fake.host);
    expect(await readdir(root)).toEqual([folder.slice(root.length + 1)]);
  });
  expect(await readdir(root)).toEqual([]);
});

test('work that fails leaves nothing behind', async () => {
  await using fake = await fakeHost();
  await expect(inWorkFolder(fake.host, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await readdir(join(fake.host.paths.cache, 'work'))).toEqual([]);
});
