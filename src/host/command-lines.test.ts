import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandLines, isNodeBuild, makesContainer } from './command-lines.ts';
import { createExec } from './exec.ts';

test.each([
  ['/cache/tools/kind create cluster --name=hop-3n-1111 --retain', true],
  ['docker run --name hop-3n-1111-worker --hostname hop-3n-1111-worker', true],
  ['/usr/bin/docker run --detach --name=hop-3n-1111-client', true],
  ['docker exec hop-3n-1111-worker ip route', false],
  ['docker run --name hop-3n-11112-worker', false],
  ['docker run --rm --label=hop-3n-1111 busybox', false],
  ['kind delete cluster --name=hop-3n-1111', false],
  ['grep docker run --name hop-3n-1111', false],
])('%s: makes a container of cluster hop-3n-1111: %o', (command, makes) => {
  expect(makesContainer(command.split(' '), 'hop-3n-1111')).toBe(makes);
});

test('kind that builds a node image is known by its words', () => {
  const is = (words: string) => isNodeBuild(words.split(' '));
  expect(is('/cache/tools/kind build node-image --type file server.tar.gz')).toBe(true);
  expect(is('kind create cluster --name=build')).toBe(false);
});

test('the words of a process that runs are seen', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', 'hop-3n-1111']);
  try {
    await new Promise((resolve) => child.once('spawn', resolve));
    const exec = createExec({ signal: new AbortController().signal });
    const seen = (await commandLines(exec)).filter((words) => words.includes('hop-3n-1111'));
    expect(seen.some((words) => words[0] === process.execPath)).toBe(true);
  } finally {
    child.kill();
  }
});
