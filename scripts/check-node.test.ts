import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createExec } from '../src/host/exec.ts';

const exec = createExec({ signal: new AbortController().signal });
const checkNode = join(import.meta.dirname, 'check-node.mjs');
const run = (...flags: string[]) => exec([process.execPath, ...flags, checkNode], { accept: 'any' });

test('a Node that runs TypeScript passes without a word', async () => {
  expect(await run()).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
});

test('a Node that does not is refused in one sentence', async () => {
  const { exitCode, stderr } = await run('--no-strip-types');
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^This project needs Node 22\.18 or newer with type stripping .*\.$/);
});
