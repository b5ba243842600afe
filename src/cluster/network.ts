/**
 * A Docker network of our own for each cluster: addresses are the same in every run, and nobody's `kind`
 * network is touched.
 */

import { ProvisioningError } from '../host/errors.ts';
import { CommandError, type Exec } from '../host/exec.ts';
import { networkPool } from '../host/network-pool.ts';

/** Nodes get addresses from the front of the subnet; the client has a fixed one at its end. */
export const clientAddress = (subnet: string) => subnet.replace(/\.0\/24$/, '.250');

/** The part of the subnet that Docker hands out by itself, so that a node never takes the client's address. */
const nodeRange = (subnet: string) => subnet.replace(/\.0\/24$/, '.0/25');

export interface Network {
  readonly subnet: string;
  readonly bridge: string;
}

/**
 * Creates the network in the first free subnet of the pool; each concurrent cluster takes one.
 * @throws ProvisioningError when all of them are taken.
 */
export async function createNetwork(exec: Exec, name: string): Promise<Network> {
  for (const subnet of networkPool) {
    try {
      const { stdout: id } = await exec([
        'docker',
        'network',
        'create',
        '--driver=bridge',
        `--subnet=${subnet}`,
        `--ip-range=${nodeRange(subnet)}`,
        '--label=hop-by-hop=cluster',
        // Docker masquerades what leaves the bridge; the fence drops it before it leaves the machine.
        '--opt=com.docker.network.bridge.enable_ip_masquerade=true',
        name,
      ]);
      return { subnet, bridge: `br-${id.trim().slice(0, 12)}` };
    } catch (error) {
      if (
        error instanceof CommandError &&
        /Pool overlaps|overlaps with other one|conflicts with/.test(error.stderr)
      ) {
        continue;
      }
      throw error;
    }
  }
  throw new ProvisioningError(
    `no free subnet for the lab's Docker network: ${networkPool[0]} to ${networkPool.at(-1)} are all in use. ` +
      'See `docker network ls`; `npm run lab gc` removes what crashed runs left.',
  );
}

/** Removes the network if it is there. */
export async function removeNetwork(exec: Exec, name: string): Promise<void> {
  const { stdout } = await exec(['docker', 'network', 'ls', '--quiet', '--filter', `name=^${name}$`]);
  for (const id of stdout.split('\n').filter(Boolean)) await exec(['docker', 'network', 'rm', id]);
}
