/** What a command may not leave behind: everything of ours on this machine that can be seen from outside. */
import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createExec } from '../../src/host/exec.ts';
import { resolvePaths } from '../../src/host/paths.ts';

const exec = createExec({ signal: new AbortController().signal });
const { state } = resolvePaths(process.env);

/** Sorted lists, so that two states can be compared. */
export async function machineState() {
  const lines = async (...argv: [string, ...string[]]) =>
    (await exec(argv)).stdout.split('\n').filter(Boolean).sort();
  return {
    containers: await lines('docker', 'ps', '--all', '--format={{.Names}}'),
    networks: await lines('docker', 'network', 'ls', '--format={{.Name}}'),
    volumes: await lines('docker', 'volume', 'ls', '--quiet'),
    fence: (await lines('iptables', '--wait', '-S', 'DOCKER-USER')).filter((line) =>
      line.includes('hop-by-hop'),
    ),
    state: (await readdir(state, { recursive: true })).sort(),
    kubeconfig: await stat(join(homedir(), '.kube')).then(
      ({ mtimeMs }) => mtimeMs,
      () => 'no ~/.kube',
    ),
  };
}
