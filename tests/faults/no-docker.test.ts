/** Where there is no Docker engine: one clear sentence, exit 3, and the recorded run. */
import { expect, test } from 'vitest';
import { lab } from './lab-process.ts';

const nowhere = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

test('a run says what is missing and what helps, points to the recorded run, and exits with 3', async () => {
  const { exitCode, stdout } = await lab(['run', '03-nodeport', '--reporter', 'plain'], nowhere);
  expect(exitCode).toBe(3);
  expect(stdout).toContain('What helps:');
  expect(stdout).toContain('npm run lab replay 03-nodeport');
  expect(stdout).not.toMatch(/[1-9]\d* passed/);
});

test('replay shows the recorded run, says so first and last, and is never a pass', async () => {
  const { exitCode, stdout } = await lab(['replay', '03-nodeport', '--reporter', 'plain'], nowhere);
  expect(exitCode).toBe(3);
  const lines = stdout.trim().split('\n');
  expect(lines.at(0)).toMatch(/recorded/i);
  expect(lines.at(-1)).toMatch(/recorded/i);
  expect(stdout).toContain('Every node answers on port 30080');
});

test('a lab that does not exist: exit 2 and the nearest name', async () => {
  const { exitCode, stderr } = await lab(['run', '03-nodport']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('03-nodeport');
});
