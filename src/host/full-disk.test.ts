import { expect, test } from 'vitest';
import { causeOf } from './cause.ts';
import { writing } from './full-disk.ts';
import { writeToDisk } from './json-file.ts';

const { signal } = new AbortController();
const failure = (work: Promise<unknown>) => work.catch((error: unknown) => causeOf(signal, error));

test.skipIf(process.platform !== 'linux')(
  'a disk without room is one sentence with the file that was written, and exit 3',
  async () => {
    expect(await failure(writeToDisk('/dev/full', 'x'))).toMatchObject({
      exitCode: 3,
      message: 'the disk is full: /dev/full could not be written',
    });
  },
);

test('a file that Node names itself keeps its name, and other errors stay what they are', async () => {
  const quota = Object.assign(new Error('x'), { code: 'EDQUOT', path: '/own' });
  expect(await failure(writing('/other', () => Promise.reject(quota)))).toMatchObject({
    message: 'the disk quota is used up: /own could not be written',
  });
  const bug = new TypeError('x');
  expect(await failure(writing('/x', () => Promise.reject(bug)))).toBe(bug);
});
