import { expect, test } from 'vitest';
import type { Argv, Exec } from '../host/exec.ts';
import { makeContainers } from './make-containers.ts';
import { sampleCluster } from './sample.ts';

const kind: Argv = ['kind', 'create', 'cluster'];

/** An engine that starts the client, or does not; and kind, which says what it is told to, until it is stopped. */
function machine(client: 'starts' | 'fails') {
  let say: (line: string) => void = () => {};
  let stopped = false;
  const exec: Exec = (argv, options = {}) => {
    const result = { argv, exitCode: 0, stdout: '', stderr: '', durationMs: 0 };
    if (argv[0] !== 'kind')
      return client === 'starts' ? Promise.resolve(result) : Promise.reject(new Error('no client'));
    return new Promise((_, reject) => {
      say = (line) => options.onLine?.(line, 'stderr');
      options.signal?.addEventListener('abort', () => {
        stopped = true;
        reject(new Error('kind was stopped'));
      });
    });
  };
  return { exec, say: (line: string) => say(line), isStopped: () => stopped };
}

test('a Ctrl-C stops kind only when Docker has made what it has begun', async () => {
  const { exec, say, isStopped } = machine('starts');
  const stop = new AbortController();
  const made = makeContainers(stop, { exec }, sampleCluster, kind, () => {});
  stop.abort();
  say(' • Preparing nodes 📦 📦 📦  ...');
  expect(isStopped()).toBe(false);
  say(' ✓ Preparing nodes 📦 📦 📦');
  await expect(made).rejects.toThrow('kind was stopped');
});

test('a client that does not start is the error, and kind does not go on behind it', async () => {
  const { exec, say, isStopped } = machine('fails');
  const made = makeContainers(new AbortController(), { exec }, sampleCluster, kind, () => {});
  const error = made.catch((reason: unknown) => reason);
  await Promise.resolve().then(() => Promise.resolve());
  say(' ✓ Preparing nodes 📦');
  expect(await error).toEqual(new Error('no client'));
  expect(isStopped()).toBe(true);
});
