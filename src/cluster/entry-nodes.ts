/** By which node a client outside enters, where the address it asks is no node's own. */
import type { Exec } from '../host/exec.ts';
import { parseRoutes } from '../trace/parse/ip-json.ts';
import { familyOf } from '../trace/predict/address.ts';
import type { ClusterState } from '../trace/predict/state/state.ts';
import type { TracedClient } from './traced-cluster.ts';

/**
 * The gateway of the client's route, where it is a node. Otherwise none: the packet goes to the Docker host, and a
 * cluster without a load balancer announces no address there.
 *
 * @returns undefined for a node's own address: the prediction knows the way in.
 */
export async function entryNodes(
  exec: Exec,
  state: ClusterState,
  client: TracedClient,
  ip: string,
): Promise<readonly string[] | undefined> {
  if (state.nodeAt(ip) !== undefined) return undefined;
  const family = familyOf(ip) === 'IPv6' ? '-6' : '-4';
  const argv = ['docker', 'exec', client.name, 'ip', family, '-j', 'route', 'get', ip] as const;
  const { stdout } = await exec(argv, { accept: 'any' });
  const gateway = parseRoutes(stdout).rows[0]?.gateway;
  const node = gateway === undefined ? undefined : state.nodeAt(gateway);
  return node === undefined ? [] : [node.name];
}
