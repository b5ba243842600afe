import { expect, test } from 'vitest';
import { createExec } from './exec.ts';

const exec = createExec({ signal: new AbortController().signal });

test('a program that exits in good order when its time is over has not answered', async () => {
  const polite = ['bash', '-c', 'trap "exit 3" TERM; while :; do sleep 0.05; done'] as const;
  await expect(exec(polite, { accept: 'any', timeoutMs: 300 })).rejects.toMatchObject({
    outcome: 'timed out',
    message: expect.stringContaining('did not end within 0.3 s'),
  });
});

test('any exit code within the time is an answer where all are accepted', async () => {
  expect(await exec(['bash', '-c', 'exit 3'], { accept: 'any' })).toMatchObject({ exitCode: 3 });
});
