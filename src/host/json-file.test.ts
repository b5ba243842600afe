import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { readJsonFile, writeFileAtomically } from './json-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'hop-json-'));
afterAll(() => rm(folder, { recursive: true }));
const schema = z.strictObject({ a: z.number() });

test('what was written is read, and what is not there is nothing', async () => {
  const path = join(folder, 'deep', 'x.json');
  await writeFileAtomically(path, '{"a": 1}');
  expect(await readJsonFile(path, schema)).toEqual({ a: 1 });
  expect(await readFile(path, 'utf8')).toBe('{"a": 1}');
  expect(await readJsonFile(join(folder, 'none.json'), schema)).toBeUndefined();
});

test.each(['', '{"a":', '{"b": 1}'])('a file with %j in it is named, with what helps', async (text) => {
  const path = join(folder, 'damaged.json');
  await writeFile(path, text);
  await expect(readJsonFile(path, schema)).rejects.toMatchObject({
    exitCode: 5,
    message: expect.stringContaining(path),
    left: [path],
  });
});
