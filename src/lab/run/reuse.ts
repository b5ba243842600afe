/** What is in a cluster that stays, and that its file says so at any moment. */
import type { Cluster } from '../../cluster/cluster.ts';
import { type Kept, writeKept } from '../../cluster/kept.ts';
import { task } from '../../host/events.ts';
import type { Host } from '../../host/host.ts';
import { loadLab } from '../load.ts';
import { removeWorkload } from './workload.ts';

/** Writes down which lab's workload is in the cluster, or that a run is in the middle of one. */
export const noteInside = (
  host: Pick<Host, 'paths'>,
  cluster: Cluster,
  inside: Pick<Kept, 'lab' | 'halfway'>,
) => writeKept(host.paths, { cluster, hintsShown: 0, ...inside });

/** Takes out the lab that `lab up` or --keep has left: two labs may want the same nodePort. */
export async function takeOut(host: Host, cluster: Cluster, id: string): Promise<void> {
  const lab = await loadLab(host.paths.project, id);
  const label = `take ${id} out of cluster ${cluster.name}`;
  await task(host.notify, `take-out-${id}`, label, () => removeWorkload({ host, cluster, lab }));
  await noteInside(host, cluster, {});
}
