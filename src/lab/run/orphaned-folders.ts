/** Folders of clusters that no entry of the journal names any more: somebody removed the entry, as of an engine that is gone. */
import { clusterFolders } from '../../cluster/kept.ts';
import { removeFolderOf } from '../../cluster/remove.ts';
import { namesOnEngine } from '../../cluster/taken.ts';
import type { Host } from '../../host/host.ts';
import type { Journal } from '../../host/journal.ts';

/**
 * Removes those of which the engine has nothing. The entry of a cluster is written before its folder and goes after it,
 * so folders are looked at first: one whose cluster is just being made is never taken for such.
 *
 * @returns what was removed, for the person
 */
export async function removeOrphanedFolders(host: Host, journal: Pick<Journal, 'list'>): Promise<string[]> {
  const folders = await clusterFolders(host.paths);
  const recorded = (await journal.list()).map(({ made }) => made.name);
  const orphans = folders.filter((name) => !recorded.includes(name));
  if (orphans.length === 0) return [];
  const isHere = await namesOnEngine(host.exec);
  const gone = orphans.filter((name) => !isHere(name));
  for (const name of gone) await removeFolderOf(host.paths, name);
  return gone.map((name) => `folder of cluster ${name}`);
}
