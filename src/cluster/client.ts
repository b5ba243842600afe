/**
 * The client: a container outside the cluster, on the Docker network of its nodes. It has an address of its own,
 * so what a pod says about the source means something, and it is the same on Linux, macOS and WSL.
 */
import type { Argv, Exec } from '../host/exec.ts';
import { type Cluster, clientName } from './cluster.ts';
import { clientAddress, clientAddress6 } from './network.ts';

type WantedClient = Pick<Cluster, 'name' | 'image' | 'network'>;

/** What starts the client, from the node image: curl, ip, nft and conntrack are in it. */
export function clientCommand(cluster: WantedClient): Argv {
  const { subnet, subnet6 } = cluster.network;
  return [
    'docker',
    'run',
    '--detach',
    `--name=${clientName(cluster)}`,
    `--network=${cluster.name}`,
    `--ip=${clientAddress(subnet)}`,
    ...(subnet6 === undefined ? [] : [`--ip6=${clientAddress6(subnet6)}`]),
    '--label=hop-by-hop=client',
    // Its own capture needs nft, and a lab may flush its neighbour table.
    '--cap-add=NET_ADMIN',
    '--entrypoint=sleep',
    cluster.image,
    'infinity',
  ];
}

export async function startClient(exec: Exec, cluster: WantedClient): Promise<void> {
  await exec(clientCommand(cluster));
}
