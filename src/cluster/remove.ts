/** Removes everything of one cluster, however far its creation got. */
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { removing } from '../host/cause.ts';
import { isBeingMade } from '../host/command-lines.ts';
import { CleanupError } from '../host/errors.ts';
import type { Exec } from '../host/exec.ts';
import type { Paths } from '../host/paths.ts';
import { type Cluster, clientName, clusterFolder, nodeName } from './cluster.ts';
import { removeFence } from './fence.ts';
import { hasIpv6, removeNetwork } from './network.ts';
import { nodeRoles } from './shape.ts';

export interface Removal {
  readonly name: string;
  /**
   * Any image with iptables in it; used where we are not root on the Docker host. Without one the fence stays there:
   * it stands around a network that is gone, and `lab gc` finds it, if it is of IPv4, when an image is there.
   */
  readonly image: string | undefined;
  /**
   * A run that was interrupted may have left Docker in the middle of creating a container: the client was killed,
   * the daemon goes on. Then we look until nothing has appeared for a while.
   */
  readonly interrupted: boolean;
}

/** Docker creates a container in well under this time after its client was killed, once it has copied its volumes. */
const quietMs = 1_000;
/** Commands that make a cluster end within this time after its containers went. */
const creationMs = 90_000;

/** @throws CleanupError that names what is left. */
export function removeCluster(exec: Exec, paths: Pick<Paths, 'state'>, removal: Removal): Promise<void> {
  return removing(`cluster ${removal.name}`, () => removeParts(exec, paths, removal));
}

async function removeParts(exec: Exec, paths: Pick<Paths, 'state'>, removal: Removal): Promise<void> {
  const { name } = removal;
  await removeContainers(exec, name);
  if (removal.interrupted) await untilQuiet(exec, name, () => removeContainers(exec, name));
  const v6 = await hasIpv6(exec, name);
  await removeNetwork(exec, name);
  for (const program of v6 ? (['iptables', 'ip6tables'] as const) : (['iptables'] as const))
    await removeFence(exec, removal.image, name, program);
  await removeFolderOf(paths, name);

  const left = await containers(exec, name);
  if (left.length > 0) throw new CleanupError(`containers of ${name} could not be removed`, left);
}

/** Removes a container of which somebody was stopped at an unknown moment of making it. */
export async function removeContainer(exec: Exec, name: string): Promise<void> {
  const remove = async () => {
    const { stdout } = await exec(['docker', 'ps', '--all', '--quiet', '--filter', `name=^/?${name}$`]);
    if (stdout === '') return false;
    await exec(['docker', 'rm', '--force', '--volumes', name]);
    return true;
  };
  await removing(`container ${name}`, async () => {
    await remove();
    await untilQuiet(exec, name, remove);
  });
}

/**
 * Removes again and again until nothing has appeared for a while, and no command that makes it still runs: after kill -9
 * kind and its docker commands live on.
 *
 * @param remove returns whether there was something
 */
async function untilQuiet(exec: Exec, name: string, remove: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + creationMs;
  for (let quietSince = Date.now(); Date.now() - quietSince < quietMs; await setTimeout(100)) {
    if (await remove()) quietSince = Date.now();
    if (!(await isBeingMade(exec, name))) continue;
    quietSince = Date.now();
    if (Date.now() > deadline)
      throw new CleanupError(`${name} is still being made by another command`, [name]);
  }
}

/** Removes what a lab has started beside the cluster: containers with its name as prefix that are no part of it. */
export async function removeOwnContainers(exec: Exec, cluster: Cluster): Promise<void> {
  const parts = [clientName(cluster), ...nodeRoles(cluster.shape).map((role) => nodeName(cluster, role))];
  const own = (await containers(exec, cluster.name)).filter((name) => !parts.includes(name));
  if (own.length > 0) await exec(['docker', 'rm', '--force', '--volumes', ...own]);
}

/** With the folder of all clusters when it was the last: the state directory is left as it was found. */
export async function removeFolderOf(paths: Pick<Paths, 'state'>, name: string): Promise<void> {
  const folder = clusterFolder(paths, name);
  await rm(folder, { recursive: true, force: true });
  await rmdir(dirname(folder)).catch((error: NodeJS.ErrnoException) => {
    // Other clusters are there, or another process was faster.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
  });
}

/** Names of the containers that belong to the cluster: its nodes and its client carry its name as a prefix. */
async function containers(exec: Exec, name: string): Promise<readonly string[]> {
  const filter = `name=^/?${name}-`;
  const { stdout } = await exec(['docker', 'ps', '--all', '--format={{.Names}}', '--filter', filter]);
  return stdout.split('\n').filter(Boolean);
}

/** With their anonymous volumes: kind gives each node one for /var. */
async function removeContainers(exec: Exec, name: string): Promise<boolean> {
  const names = await containers(exec, name);
  if (names.length === 0) return false;
  // A container that vanished in the meantime is no error with --force.
  await exec(['docker', 'rm', '--force', '--volumes', ...names]);
  return true;
}
