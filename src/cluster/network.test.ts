import { expect, test } from 'vitest';
import { ProvisioningError } from '../host/errors.ts';
import { CommandError, type Exec } from '../host/exec.ts';
import { createNetwork } from './network.ts';

/** A Docker that has networks in these subnets already. */
const docker =
  (taken: readonly string[]): Exec =>
  async (argv) => {
    const subnet = argv.find((word) => word.startsWith('--subnet='))?.slice('--subnet='.length) ?? '';
    if (!taken.includes(subnet))
      return { argv, exitCode: 0, stdout: '0123456789abcdef', stderr: '', durationMs: 1 };
    const stderr = 'Error response from daemon: Pool overlaps with other one on this address space';
    throw new CommandError({ argv, outcome: 'exited', exitCode: 1, stdout: '', stderr, timeoutMs: 1 });
  };

test('a cluster’s network takes nothing from other Docker networks, nor from where a route of the machine leads', async () => {
  const routes = [
    { destination: 'default', device: 'eth0' },
    { destination: '172.31.77.0/24', device: 'tun0' },
    { destination: '172.31.79.9', device: 'tun0' },
  ];
  const network = await createNetwork(docker(['172.31.78.0/24']), 'hop-a', 'ipv4', routes);
  expect(network).toEqual({ subnet: '172.31.80.0/24', bridge: 'br-0123456789ab' });
});

test('where routes lead into all of them, the error names the interface', async () => {
  const vpn = [{ destination: '172.31.0.0/16', device: 'tun0' }];
  const failure = createNetwork(docker([]), 'hop-a', 'ipv4', vpn);
  await expect(failure).rejects.toThrow(ProvisioningError);
  await expect(failure).rejects.toThrow(/go by tun0/);
});
