/** Whether a cluster that stays is as it was left: all of it runs, and its fence stands. */
import { UsageError } from '../host/errors.ts';
import type { Exec } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { openJournal } from '../host/journal.ts';
import { byEngine } from './by-engine.ts';
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

const aboutBroken = ({ cluster, lab, halfway }: Kept) =>
  `cluster ${cluster.name} is no longer whole, not all of its containers run: \`${['npm run lab down', lab ?? halfway].filter(Boolean).join(' ')}\` removes it`;

/** A cluster that stays, and of which a part does not run here. */
export interface Broken {
  readonly kept: Kept;
  /** What a person has to know about it: what removes it, or where it is instead. */
  readonly about: string;
}

type HereAndNow = Pick<Host, 'exec' | 'paths'>;

export async function brokenClusters(host: HereAndNow): Promise<readonly Broken[]> {
  const broken: Kept[] = [];
  for (const kept of await readableKept(host.paths))
    if (!(await isAlive(host.exec, kept.cluster))) broken.push(kept);
  return explain(host, broken);
}

/** One that runs on another engine is not broken, and `lab down` would not remove it. */
async function explain(host: HereAndNow, broken: readonly Kept[]): Promise<readonly Broken[]> {
  if (broken.length === 0) return [];
  const { elsewhere } = await byEngine(host, await (await openJournal(host)).list());
  const texts = new Map(elsewhere.map(({ name, text }) => [name, text]));
  return broken.map((kept) => ({ kept, about: texts.get(kept.cluster.name) ?? aboutBroken(kept) }));
}

/**
 * Before anything is sent in a cluster: where it is one of ours, it must be whole, and its fence must stand. Whatever
 * is not ours is left as it is.
 *
 * @throws UsageError when it is not whole; ProvisioningError when its fence can't be put up
 */
export async function requireFenced(host: HereAndNow, name: string): Promise<void> {
  const kept = (await readableKept(host.paths)).find(({ cluster }) => cluster.name === name);
  if (kept === undefined) return;
  if (!(await isAlive(host.exec, kept.cluster))) {
    const [broken] = await explain(host, [kept]);
    throw new UsageError(broken?.about ?? aboutBroken(kept));
  }
  await ensureFence(host.exec, kept.cluster);
}
