/** Whether a cluster that stays is as it was left: all of it runs, and its fence stands. */
import { UsageError } from '../host/errors.ts';
import type { Exec } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import type { Paths } from '../host/paths.ts';
import { type Cluster, clientName, nodeName } from './cluster.ts';
import { ensureFence } from './fence.ts';
import { type Kept, readableKept } from './kept.ts';
import { nodeRoles } from './shape.ts';

/** Whether all its containers still run: the machine may have been restarted, or somebody removed one. */
export async function isAlive(exec: Exec, cluster: Cluster): Promise<boolean> {
  const names = [...nodeRoles(cluster.shape).map((role) => nodeName(cluster, role)), clientName(cluster)];
  const filter = `name=^/?${cluster.name}-`;
  const { stdout } = await exec(['docker', 'ps', '--format={{.Names}}', '--filter', filter]);
  const running = stdout.split('\n');
  return names.every((name) => running.includes(name));
}

/** What a person has to know about a cluster of which a part does not run. */
export const aboutBroken = ({ cluster, lab, halfway }: Kept) =>
  `cluster ${cluster.name} is no longer whole, not all of its containers run: \`${['npm run lab down', lab ?? halfway].filter(Boolean).join(' ')}\` removes it`;

/** Clusters that stay, and of which a part does not run. */
export async function brokenClusters(exec: Exec, paths: Pick<Paths, 'state'>): Promise<readonly Kept[]> {
  const broken: Kept[] = [];
  for (const kept of await readableKept(paths)) if (!(await isAlive(exec, kept.cluster))) broken.push(kept);
  return broken;
}

/**
 * Before anything is sent in a cluster: where it is one of ours, it must be whole, and its fence must stand. Whatever
 * is not ours is left as it is.
 *
 * @throws UsageError when it is not whole; ProvisioningError when its fence can't be put up
 */
export async function requireFenced(host: Pick<Host, 'exec' | 'paths'>, name: string): Promise<void> {
  const kept = (await readableKept(host.paths)).find(({ cluster }) => cluster.name === name);
  if (kept === undefined) return;
  if (!(await isAlive(host.exec, kept.cluster))) throw new UsageError(aboutBroken(kept));
  await ensureFence(host.exec, kept.cluster);
}
