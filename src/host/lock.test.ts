import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeHost } from './fakes.ts';
import { withLock } from './lock.ts';

const silent = () => undefined;

test('work under one lock never overlaps', async () => {
  await using fake = await fakeHost();
  let inside = 0;
  const work = async () => {
    expect(++inside).toBe(1);
    await new Promise((done) => setTimeout(done, 20));
    inside--;
  };
  await Promise.all(Array.from({ length: 3 }, () => withLock(fake.host, 'x', silent, work)));
});

test('the lock of a process that has ended counts as free', async () => {
  await using fake = await fakeHost();
  const folder = join(fake.host.paths.cache, 'locks');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'x.json'), JSON.stringify({ pid: 4194304, startTime: '1', bootId: 'other' }));
  expect(await withLock(fake.host, 'x', silent, async () => 'done')).toBe('done');
});

test.each(['', '{"pid": 41', '{"pid": 1}'])(
  'a lock that names nobody, with %j in it, counts as free',
  async (text) => {
    await using fake = await fakeHost();
    const folder = join(fake.host.paths.cache, 'locks');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'x.json'), text);
    expect(await withLock(fake.host, 'x', silent, async () => 'done')).toBe('done');
  },
);

test('a lock is free again when the work fails', async () => {
  await using fake = await fakeHost();
  await expect(withLock(fake.host, 'x', silent, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(await withLock(fake.host, 'x', silent, async () => 'done')).toBe('done');
});

test('whom it waits for is told, once', async () => {
  await using fake = await fakeHost();
  const told: string[] = [];
  const { promise: inside, resolve: enter } = Promise.withResolvers<void>();
  const { promise: freed, resolve: free } = Promise.withResolvers<void>();
  const held = withLock(fake.host, 'x', silent, () => {
    enter();
    return freed;
  });
  await inside;
  // Its own look at the lock, and the one after it, find the same owner.
  const { promise: waits, resolve: looked } = Promise.withResolvers<void>();
  const tell = (detail: string) => {
    told.push(detail);
    looked();
  };
  const second = withLock(fake.host, 'x', tell, async () => undefined);
  await waits;
  setTimeout(free, 700);
  await Promise.all([held, second]);
  expect(told).toEqual([`waiting for process ${process.pid}, which does the same`]);
});
