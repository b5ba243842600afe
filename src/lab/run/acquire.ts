/** Gets a cluster for a group of cells: one that was kept, or a new one; and gives it back. */
import { randomBytes } from 'node:crypto';
import type { Cluster } from '../../cluster/cluster.ts';
import { clusterName, createCluster } from '../../cluster/create.ts';
import { isAlive, readKept, writeKept } from '../../cluster/kept.ts';
import { removeCluster } from '../../cluster/remove.ts';
import { task } from '../../host/events.ts';
import type { Host } from '../../host/host.ts';
import type { Journal, JournalEntry } from '../../host/journal.ts';
import type { CellGroup } from './cells.ts';
import type { Machine } from './machine.ts';

export interface Acquired {
  readonly cluster: Cluster;
  /** It was there before this run. */
  readonly reused: boolean;
  /** Lab whose workload is in it already. */
  readonly lab: string | undefined;
  release(outcome: 'remove' | 'keep'): Promise<void>;
}

/** Four characters are enough for the clusters of one machine, and short enough to read. */
export const newRunId = () => randomBytes(3).toString('hex').slice(0, 4);

/**
 * Records the cluster in the journal before anything of it exists. When its creation fails, what was made is
 * removed here.
 * @param cleanup a host that the first Ctrl-C does not stop
 */
export async function acquireCluster(
  host: Host,
  cleanup: Host,
  journal: Journal,
  machine: Machine,
  group: Pick<CellGroup, 'shape' | 'proxyMode' | 'podNetwork' | 'images'>,
  reuse: boolean,
): Promise<Acquired> {
  const image = await machine.nodeImage(group.images);
  if (reuse) {
    const kept = await findKept(host, group, image.ref);
    if (kept !== undefined) {
      return { cluster: kept.cluster, reused: true, lab: kept.lab, release: async () => {} };
    }
  }
  const runId = newRunId();
  const name = clusterName(group.shape, runId);
  const entry = await journal.record({ kind: 'cluster', name, network: name });
  const remove = () => removeRecorded(cleanup, journal, entry, name, image.ref, host.signal.aborted);
  try {
    const cluster = await createCluster(host, {
      runId,
      ...group,
      image: image.ref,
      tools: machine.tools,
      patches: machine.patches,
    });
    await writeKept(host.paths, { cluster, hintsShown: 0 });
    return {
      cluster,
      reused: false,
      lab: undefined,
      release: async (outcome) => {
        if (outcome === 'remove') return remove();
        await journal.amend(entry, { heldBy: 'user' });
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function removeRecorded(
  cleanup: Host,
  journal: Journal,
  entry: JournalEntry,
  name: string,
  image: string,
  interrupted: boolean,
): Promise<void> {
  await task(cleanup.notify, 'remove', `remove cluster ${name}`, () =>
    removeCluster(cleanup.exec, cleanup.paths, { name, image, interrupted }),
  );
  await journal.forget(entry);
}

/** A kept cluster of the same shape, mode, pod network and image that still runs. */
async function findKept(
  host: Host,
  group: Pick<CellGroup, 'shape' | 'proxyMode' | 'podNetwork'>,
  image: string,
) {
  for (const kept of await readKept(host.paths)) {
    const { cluster } = kept;
    const same =
      cluster.shape.id === group.shape.id &&
      cluster.proxyMode === group.proxyMode &&
      cluster.podNetwork === group.podNetwork &&
      cluster.image === image;
    if (same && kept.fault === undefined && (await isAlive(host.exec, cluster))) return kept;
  }
  return undefined;
}
