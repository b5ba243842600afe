import { describe, expect, test } from 'vitest';
import { createExec } from '../host/exec.ts';
import { startWatch } from './watch.ts';

const exec = createExec({ signal: new AbortController().signal });
const script = (text: string) => ['bash', '-c', text] as const;

describe('a watch', () => {
  test('is there only when the command says that it listens, and keeps what it printed', async () => {
    const watch = await startWatch(
      exec,
      script('echo warming up; echo listening on 1; echo got it; sleep 60'),
      (line) => line.startsWith('listening'),
    );
    expect(watch.lines).toContain('listening on 1');
    const lines = await watch.stop();
    expect(lines[0]).toBe('warming up');
  });

  test('that ends before it listens fails with what the command said', async () => {
    const start = startWatch(exec, script('echo no such port >&2; exit 3'), (line) => line === 'never');
    await expect(start).rejects.toThrow('it ended before it listened: no such port');
  });

  test('that never listens fails when its time is over, and its command is gone', async () => {
    const start = startWatch(exec, script('sleep 60'), (line) => line === 'never', 200);
    await expect(start).rejects.toThrow('it did not listen within 200 ms');
  });

  test('may say on standard error that it listens, and end by itself', async () => {
    const watch = await startWatch(
      exec,
      script('echo listening on eth0 >&2; sleep 0.2; echo one; echo two'),
      (line) => line.startsWith('listening'),
    );
    expect(await watch.ended()).toEqual(['one', 'two']);
  });
});
