/** The client of a trace: the cluster's own where it is ours, else one that is made for the probe and goes with it. */
import { randomBytes } from 'node:crypto';
import { besideContainer } from '../host/beside-container.ts';
import type { Host } from '../host/host.ts';
import type { Journal } from '../host/journal.ts';
import { clientName } from './cluster.ts';
import { findClient, type TracedClient, type TracedCluster } from './traced-cluster.ts';

/**
 * Calls `work` with a client outside the cluster, on the Docker network of its nodes. It runs from the node's own
 * image, so nothing is pulled, and it is in the journal before it is made.
 *
 * @param cleanup a host that the first Ctrl-C does not stop.
 */
export async function withProbeClient<T>(
  host: Host,
  cleanup: Host,
  journal: Journal,
  cluster: TracedCluster,
  work: (client: TracedClient) => Promise<T>,
): Promise<T> {
  const own = await findClient(host.exec, clientName(cluster), cluster.network);
  if (own !== undefined) return work(own);
  const name = `hop-trace-${randomBytes(3).toString('hex')}-client`;
  const start = [
    'docker',
    'run',
    '--detach',
    `--name=${name}`,
    `--network=${cluster.network}`,
    '--label=hop-by-hop=client',
    // Its own capture needs nft.
    '--cap-add=NET_ADMIN',
    '--entrypoint=sleep',
    cluster.image,
    'infinity',
  ] as const;
  return besideContainer({ host, cleanup, journal }, name, start, async () => {
    const client = await findClient(host.exec, name, cluster.network);
    if (client === undefined) throw new Error(`the client ${name} did not start`);
    return work(client);
  });
}
