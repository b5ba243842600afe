/** What a restart of the machine does to the nodes: nothing. */
import { CommandError } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { type Cluster, nodeName } from './cluster.ts';
import { nodeRoles } from './shape.ts';

/**
 * kind lets its nodes start again with the machine (`--restart=on-failure:1`). Ours must not: the fence does not come
 * back, nor does the client. Where Docker refuses or does not answer, no run is worse for it: before anything is sent, the
 * fence is looked at.
 */
export async function stayDown(host: Pick<Host, 'exec' | 'notify'>, cluster: Cluster): Promise<void> {
  const refusal = await update(host, cluster);
  if (refusal === undefined) return;
  const text = `after a restart of this machine the nodes of ${cluster.name} will run again, without their fence, if they are still there: ${refusal}`;
  host.notify({ type: 'note', text });
}

/** @returns why it was not done */
async function update({ exec }: Pick<Host, 'exec'>, cluster: Cluster): Promise<string | undefined> {
  const nodes = nodeRoles(cluster.shape).map((role) => nodeName(cluster, role));
  try {
    const { exitCode, stderr } = await exec(['docker', 'update', '--restart=no', ...nodes], {
      accept: 'any',
      timeoutMs: 30_000,
    });
    return exitCode === 0 ? undefined : stderr;
  } catch (error) {
    if (error instanceof CommandError && error.outcome === 'timed out') return error.message;
    throw error;
  }
}
