/** Removes what crashed runs left behind: everything in the journal whose owner is dead. */
import { byEngine } from '../../cluster/by-engine.ts';
import { lookAtFences, type StandingFences } from '../../cluster/fence.ts';
import { takeDownFence } from '../../cluster/fence-rules.ts';
import { glanceAtKept } from '../../cluster/kept.ts';
import { removeCluster, removeContainer } from '../../cluster/remove.ts';
import { brokenClusters } from '../../cluster/whole.ts';
import { removing } from '../../host/cause.ts';
import { task } from '../../host/events.ts';
import type { Host } from '../../host/host.ts';
import { removeBuildLeftovers } from '../../host/images/containers.ts';
import { nodeImages } from '../../host/images/docker-images.ts';
import { type Journal, type JournalEntry, openJournal } from '../../host/journal.ts';
import { withLock } from '../../host/lock.ts';
import { describeMade } from '../../host/made.ts';
import { collectFailures } from './failures.ts';
import { removeOrphanedFolders } from './orphaned-folders.ts';

export interface Collected {
  /** What was removed, for the person. */
  readonly removed: readonly string[];
  /** What still belongs to a running command or to the user. */
  readonly kept: readonly string[];
  /** What is to be said of clusters that stay and are no longer whole. */
  readonly broken: readonly string[];
  /** What is to be said of things that were made on another engine: they are not looked for here. */
  readonly elsewhere: readonly string[];
}

/** Which of the clusters that the user asked to keep are removed as well (`lab down`): none, all, or a lab's. */
export type AlsoKept = 'none' | 'all' | { readonly lab: string };

/** @throws CleanupError when it has been through everything, with all that is left */
export async function collectGarbage(host: Host, also: AlsoKept): Promise<Collected> {
  const journal = await openJournal(host);
  const removed: string[] = [];
  const kept: string[] = [];
  const failures = collectFailures();
  const wanted = await keptClusters(host, also);
  // Where we are not root on the Docker host, a container has its iptables: of any image that has the command.
  const [image] = await nodeImages(host);
  const { here: entries, elsewhere } = await byEngine(host, await journal.list());
  const broken = await brokenTexts(host, entries);
  for (const entry of entries) {
    await failures.collect(async () => {
      const mine = await claimable(journal, entry, wanted);
      if (mine === undefined) {
        const text = broken.get(entry.made.name);
        if (text === undefined) kept.push(describeMade(entry.made));
        return;
      }
      broken.delete(entry.made.name);
      await task(host.notify, `gc-${entry.id}`, `remove ${describeMade(entry.made)}`, () =>
        remove(host, mine, image),
      );
      await journal.forget(mine);
      removed.push(describeMade(entry.made));
    });
  }
  await failures.collect(async () => {
    removed.push(...(await removeOrphanedFolders(host, journal)));
  });
  // kind names the container of its image build itself, so it can't be in the journal.
  // A build that is going on holds the lock, and its container is no leftover.
  const waiting = (text: string) => host.notify({ type: 'note', text });
  await failures.collect(() =>
    removing('what an image build left', () =>
      withLock(host, 'build', waiting, () => removeBuildLeftovers(host)),
    ),
  );
  await failures.collect(() =>
    removing('a fence around nothing', async () => {
      removed.push(...(await removeOrphanedFences(host, await journal.list(), image)));
    }),
  );
  failures.throwAll();
  return { removed, kept, broken: [...broken.values()], elsewhere: elsewhere.map(({ text }) => text) };
}

/** By the cluster's name. */
async function brokenTexts(host: Host, entries: readonly JournalEntry[]): Promise<Map<string, string>> {
  const staying = entries.flatMap(({ heldBy, made }) => (heldBy === 'user' ? [made.name] : []));
  const broken = await brokenClusters(host);
  return new Map(
    broken.flatMap(({ kept: { cluster }, about }) =>
      staying.includes(cluster.name) ? [[cluster.name, about]] : [],
    ),
  );
}

/** Whether a cluster that was kept is to be removed, by its name. */
async function keptClusters(host: Host, also: AlsoKept): Promise<(name: string) => boolean> {
  if (also === 'none') return () => false;
  if (also === 'all') return () => true;
  const names = (await glanceAtKept(host.paths)).flatMap(({ name, lab }) => (lab === also.lab ? [name] : []));
  return (name) => names.includes(name);
}

async function claimable(
  journal: Journal,
  entry: JournalEntry,
  wanted: (name: string) => boolean,
): Promise<JournalEntry | undefined> {
  const stays =
    entry.heldBy === 'user'
      ? entry.made.kind !== 'cluster' || !wanted(entry.made.name)
      : await journal.ownerRuns(entry);
  return stays ? undefined : journal.claim(entry);
}

async function remove(host: Host, { made }: JournalEntry, image: string | undefined): Promise<void> {
  // Its owner was stopped at an unknown moment: Docker may still be at it.
  if (made.kind === 'container') return removeContainer(host.exec, made.name);
  await removeCluster(host.exec, host.paths, { name: made.name, image, interrupted: true });
}

/** A fence around nothing can only be one that a crashed run of ours left: the comment says whose it is. */
async function removeOrphanedFences(
  host: Host,
  entries: readonly JournalEntry[],
  image: string | undefined,
): Promise<string[]> {
  const there = await lookAtFences(host.exec, image);
  if (there === undefined) {
    const text =
      'no fence was looked for: only root on the Docker host, or a node image of a former run, has its iptables';
    host.notify({ type: 'note', text });
    return [];
  }
  if (there === 'none') return [];
  const recorded = entries.flatMap(({ made }) => (made.kind === 'cluster' ? [made.name] : []));
  const orphans = orphanedFences(there, recorded);
  for (const name of orphans) await takeDownFence(there.iptables, name);
  return orphans.map((name) => `fence of ${name}`);
}

/**
 * A cluster that is in our journal takes its fence along. One that is not may be somebody else's, whose journal is in
 * another state directory, or whose engine is not the one that we talk to: as long as its bridge is there, so is its fence.
 */
export const orphanedFences = (
  { fences, devices }: Pick<StandingFences, 'fences' | 'devices'>,
  recorded: readonly string[],
): string[] => {
  const orphans = fences.filter(
    ({ cluster, bridge }) => !recorded.includes(cluster) && !devices.includes(bridge),
  );
  return [...new Set(orphans.map(({ cluster }) => cluster))];
};
