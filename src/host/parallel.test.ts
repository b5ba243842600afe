import { expect, test } from 'vitest';
import { fakeHost } from './fakes.ts';
import { together } from './parallel.ts';

test('results come in the order of the works', async () => {
  await using fake = await fakeHost();
  const late = (ms: number) => async () => {
    await new Promise((done) => setTimeout(done, ms));
    return ms;
  };
  expect(await together(fake.host, [late(20), late(1), late(5)], 2)).toEqual([20, 1, 5]);
});

test('the first failure stops the commands of the others and is the one reported', async () => {
  await using fake = await fakeHost();
  const startedAt = performance.now();
  const works = [
    async () => {
      throw new Error('first');
    },
    ({ exec }: typeof fake.host) => exec(['sleep', '30']),
  ];
  await expect(together(fake.host, works)).rejects.toThrow('first');
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
