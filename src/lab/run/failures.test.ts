import { expect, test } from 'vitest';
import { CleanupError } from '../../host/errors.ts';
import { collectFailures } from './failures.ts';

const removal = (name: string) => () =>
  Promise.reject(new CleanupError(`${name} could not be removed`, [name], { remedy: `remove ${name}` }));

test('removals that fail are told together, with what helps the first', async () => {
  const failures = collectFailures();
  await failures.collect(removal('a'));
  await failures.collect(async () => {});
  await failures.collect(removal('b'));
  expect(() => failures.throwAll()).toThrow(
    expect.objectContaining({
      message: 'a could not be removed\nb could not be removed',
      left: ['a', 'b'],
      remedy: 'remove a',
    }),
  );
});

test('what ends the removals does not hide those that failed before it', async () => {
  const denied = new Error('EACCES: /state');
  const failures = collectFailures();
  await expect(failures.collect(() => Promise.reject(denied))).rejects.toBe(denied);
  await failures.collect(removal('a'));
  await expect(failures.collect(() => Promise.reject(denied))).rejects.toMatchObject({
    message: 'a could not be removed\nEACCES: /state',
    left: ['a'],
    cause: denied,
  });
});
