/** What is in a cluster that stays, and that its file says so at any moment. */
import type { Cluster } from '../../cluster/cluster.ts';
import { type Kept, writeKept } from '../../cluster/kept.ts';
import { task } from '../../host/events.ts';
import type { Host } from '../../host/host.ts';
import { loadLab } from '../load.ts';
import type { LabResult } from './lab.ts';
import { removeWorkload } from './workload.ts';

/** Writes down which lab's workload is in the cluster, and whether a run is in the middle of one. */
export const noteInside = (
  host: Pick<Host, 'paths'>,
  cluster: Cluster,
  inside: Pick<Kept, 'lab' | 'halfway'>,
) => writeKept(host.paths, { cluster, hintsShown: 0, ...inside });

/** What a person has to know about a cluster in which a lab was stopped or has failed. */
export const aboutHalfway = (lab: string, { name }: Cluster) =>
  `${lab} may have left a change of its own in cluster ${name}: no run takes it, and \`npm run lab down ${lab}\` removes it`;

/**
 * Says in the cluster's file that a lab is halfway in it, until `work` has ended at its end and without an error. What
 * a former one may have left is not known to be gone, so that stays written.
 */
export async function whileHalfway<Result extends Pick<LabResult, 'error' | 'stoppedEarly'>>(
  host: Pick<Host, 'paths' | 'notify'>,
  kept: Kept,
  lab: string,
  work: () => Promise<Result>,
): Promise<Result> {
  let ended = false;
  await writeKept(host.paths, { ...kept, halfway: lab });
  try {
    const result = await work();
    if (result.error === undefined && !result.stoppedEarly) {
      await writeKept(host.paths, kept);
      ended = kept.halfway === undefined;
    }
    return result;
  } finally {
    if (!ended) host.notify({ type: 'note', text: aboutHalfway(lab, kept.cluster) });
  }
}

/** Takes out the lab that `lab up` or --keep has left: two labs may want the same nodePort. */
export async function takeOut(host: Host, cluster: Cluster, id: string): Promise<void> {
  const lab = await loadLab(host.paths.project, id);
  const label = `take ${id} out of cluster ${cluster.name}`;
  await task(host.notify, `take-out-${id}`, label, () => removeWorkload({ host, cluster, lab }));
  await noteInside(host, cluster, {});
}
