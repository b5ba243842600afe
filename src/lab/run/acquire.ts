/** Gets a cluster for a group of cells: one that was kept, or a new one; and gives it back. */
import { randomBytes } from 'node:crypto';
import type { Cluster } from '../../cluster/cluster.ts';
import { clusterName, createCluster } from '../../cluster/create.ts';
import { ensureFence } from '../../cluster/fence.ts';
import { type Kept, readKept, writeKept } from '../../cluster/kept.ts';
import { removeCluster } from '../../cluster/remove.ts';
import type { Shape } from '../../cluster/shape.ts';
import { namesOnEngine } from '../../cluster/taken.ts';
import { isAlive } from '../../cluster/whole.ts';
import { cleanUpAfter } from '../../host/cause.ts';
import { task } from '../../host/events.ts';
import type { Exec } from '../../host/exec.ts';
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

/** The cluster that is looked for. */
export type Wanted = Pick<CellGroup, 'shape' | 'proxyMode' | 'podNetwork' | 'images'>;

/** Four characters are enough for the clusters of one machine, and short enough to read. */
const newRunId = () => randomBytes(2).toString('hex');

/**
 * A run id with which the cluster's name is nobody's. When a creation fails, everything of its name is removed: by a
 * name drawn twice a cluster that stays would go, or another person's.
 *
 * @param draw for tests
 */
export async function freeRunId(
  exec: Exec,
  journal: Pick<Journal, 'list'>,
  shape: Pick<Shape, 'id'>,
  draw: () => string = newRunId,
): Promise<string> {
  const isOnEngine = await namesOnEngine(exec);
  const recorded = (await journal.list()).map(({ made }) => made.name);
  for (;;) {
    const runId = draw();
    const name = clusterName(shape, runId);
    if (!recorded.includes(name) && !isOnEngine(name)) return runId;
  }
}

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
  group: Wanted,
  reuse: boolean,
): Promise<Acquired> {
  const image = await machine.nodeImage(group.images);
  if (reuse) {
    const kept = await findKept(host, journal, group, image.ref);
    if (kept !== undefined) {
      await ensureFence(host.exec, kept.cluster);
      return { cluster: kept.cluster, reused: true, lab: kept.lab, release: async () => {} };
    }
  }
  const runId = await freeRunId(host.exec, journal, group.shape);
  const name = clusterName(group.shape, runId);
  const entry = await journal.record({ kind: 'cluster', name, network: name });
  const remove = (interrupted: boolean) =>
    removeRecorded(cleanup, journal, entry, name, image.ref, interrupted);
  try {
    const cluster = await createCluster(host, cleanup, {
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
        if (outcome === 'remove') return remove(host.signal.aborted);
        await journal.amend(entry, { heldBy: 'user' });
      },
    };
  } catch (error) {
    // kind gives up at the first node that fails, while Docker is still at the others.
    return cleanUpAfter(error, host.signal, () => remove(true));
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

/** A kept cluster that fits and still runs. One that another run is at has a file, too, and is nobody's to take. */
async function findKept(host: Host, journal: Journal, group: Wanted, image: string) {
  const entries = await journal.list();
  const held = entries.flatMap(({ heldBy, made }) =>
    heldBy === 'user' && made.kind === 'cluster' ? [made.name] : [],
  );
  for (const kept of await readKept(host.paths)) {
    const { cluster } = kept;
    if (!held.includes(cluster.name) || !canTake(kept, group, image)) continue;
    if (await isAlive(host.exec, cluster)) return kept;
  }
  return undefined;
}

/**
 * Same shape, mode and image, no fault in place, and no lab that is halfway. A network other than kindnet is made by a
 * lab in its first steps, and they want nodes without one: such a cluster is good for one run, and the file does not
 * say whether that has been.
 */
export function canTake({ cluster, fault, halfway }: Kept, group: Wanted, image: string): boolean {
  return (
    fault === undefined &&
    halfway === undefined &&
    cluster.shape.id === group.shape.id &&
    cluster.proxyMode === group.proxyMode &&
    cluster.podNetwork === group.podNetwork &&
    cluster.podNetwork === 'kindnet' &&
    cluster.image === image
  );
}
