/** Nodes that a lab waits for. */
import { z } from 'zod';
import type { Exec } from '../host/exec.ts';
import { type Cluster, kubectlJson } from './cluster.ts';

const nodeList = z.object({
  items: z.array(
    z.object({
      status: z.object({
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
      }),
    }),
  ),
});

/** A node whose kubelet has not said anything yet is not Ready either. */
export async function readyNodes(exec: Exec, cluster: Cluster): Promise<{ ready: number; total: number }> {
  const { items } = nodeList.parse(await kubectlJson(exec, cluster, ['get', 'nodes']));
  const isReady = ({ status }: (typeof items)[number]) =>
    status.conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
  return { ready: items.filter(isReady).length, total: items.length };
}
