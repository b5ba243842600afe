/**
 * A Docker network of our own for each cluster: addresses are the same in every run, and nobody's `kind`
 * network is touched.
 */

import { ProvisioningError } from '../host/errors.ts';
import { type Argv, CommandError, type Exec } from '../host/exec.ts';
import { networkPool } from '../host/network-pool.ts';
import { type Route, routeInto } from '../host/routes.ts';
import type { Shape } from './shape.ts';

/** Nodes get addresses from the front of the subnet; the client has a fixed one at its end. */
export const clientAddress = (subnet: string) => subnet.replace(/\.0\/24$/, '.250');

/** The part of the subnet that Docker hands out by itself, so that a node never takes the client's address. */
const nodeRange = (subnet: string) => subnet.replace(/\.0\/24$/, '.0/25');

/** Unique local addresses (RFC 4193) with the digits of the IPv4 subnet in them: 172.31.77.0/24 and fd00:172:31:77::/64. */
const subnet6Of = (subnet: string) => `fd00:${subnet.replace(/\.0\/24$/, '').replaceAll('.', ':')}::/64`;
export const clientAddress6 = (subnet6: string) => subnet6.replace(/::\/64$/, '::250');

export interface Network {
  readonly subnet: string;
  /** Only where the cluster has IPv6. */
  readonly subnet6?: string;
  readonly bridge: string;
}

/**
 * Creates the network in the first free subnet of the pool; each concurrent cluster takes one. Docker knows of its own
 * networks only: a subnet that a route of this machine leads into is passed over here.
 * @throws ProvisioningError when all of them are taken.
 */
export async function createNetwork(
  exec: Exec,
  name: string,
  ipFamily: Shape['ipFamily'],
  routes: readonly Route[],
): Promise<Network> {
  for (const subnet of networkPool) {
    if (routeInto(subnet, routes) !== undefined) continue;
    const subnet6 = ipFamily === 'ipv4' ? undefined : subnet6Of(subnet);
    try {
      const { stdout: id } = await exec(networkCommand(name, subnet, subnet6));
      const bridge = `br-${id.trim().slice(0, 12)}`;
      return { subnet, bridge, ...(subnet6 === undefined ? {} : { subnet6 }) };
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
  const devices = new Set(networkPool.flatMap((subnet) => routeInto(subnet, routes)?.device ?? []));
  const routed = devices.size === 0 ? '' : ` (routes into them go by ${[...devices].join(', ')})`;
  throw new ProvisioningError(
    `no free subnet for the lab's Docker network: ${networkPool[0]} to ${networkPool.at(-1)} are all in use${routed}. ` +
      'See `docker network ls` and `ip route`; `npm run lab gc` removes what crashed runs left.',
  );
}

/** What makes the network. */
export const networkCommand = (name: string, subnet: string, subnet6?: string): Argv => [
  'docker',
  'network',
  'create',
  '--driver=bridge',
  `--subnet=${subnet}`,
  `--ip-range=${nodeRange(subnet)}`,
  ...(subnet6 === undefined ? [] : ['--ipv6', `--subnet=${subnet6}`]),
  '--label=hop-by-hop=cluster',
  // Docker masquerades what leaves the bridge; the fence drops it before it leaves the machine.
  '--opt=com.docker.network.bridge.enable_ip_masquerade=true',
  name,
];

/** Whether the network is there and has IPv6. */
export async function hasIpv6(exec: Exec, name: string): Promise<boolean> {
  const format = '--format={{.EnableIPv6}}';
  const { stdout } = await exec(['docker', 'network', 'inspect', format, name], { accept: 'any' });
  return stdout.trim() === 'true';
}

/** Removes the network if it is there. */
export async function removeNetwork(exec: Exec, name: string): Promise<void> {
  const { stdout } = await exec(['docker', 'network', 'ls', '--quiet', '--filter', `name=^${name}$`]);
  for (const id of stdout.split('\n').filter(Boolean)) await exec(['docker', 'network', 'rm', id]);
}
