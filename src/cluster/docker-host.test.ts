import { expect, test, vi } from 'vitest';
import { createExec } from '../host/exec.ts';
import { onDockerHost } from './docker-host.ts';

const exec = createExec({ signal: new AbortController().signal });
const cluster = (bridge: string) => ({ image: 'node', network: { subnet: '172.31.77.0/24', bridge } });
const command = ['ip', 'link', 'show', 'docker0'];

test('where the bridge can’t be seen, the command runs in a container with the host’s network', async () => {
  expect(await onDockerHost(exec, cluster('br-nowhere'), command, false)).toEqual([
    ...['docker', 'run', '--rm', '--network=host', '--cap-add=NET_ADMIN', '--entrypoint=ip', 'node'],
    ...['link', 'show', 'docker0'],
  ]);
});

test.runIf(process.platform === 'linux')('root who sees the bridge is there already', async () => {
  const root = vi.spyOn(process, 'getuid').mockReturnValue(0);
  expect(await onDockerHost(exec, cluster('lo'), command, false)).toEqual(command);
  root.mockRestore();
});
