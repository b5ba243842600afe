/** A running cluster of ours and the names of its parts. */
import { join } from 'node:path';
import type { Exec } from '../host/exec.ts';
import type { Paths } from '../host/paths.ts';
import type { ProxyMode } from '../trace/trace.ts';
import type { Network } from './network.ts';
import type { PodNetworkName, Shape } from './shape.ts';

export interface Cluster {
  /** `hop-<shape>-<run id>`; also the name of its Docker network and the prefix of its containers. */
  readonly name: string;
  readonly shape: Shape;
  readonly proxyMode: ProxyMode;
  /** Where it is not kindnet, the nodes are NotReady until a lab has made it. */
  readonly podNetwork: PodNetworkName;
  /** The node image, baked with the lab's workload images. */
  readonly image: string;
  /** Our own Docker network; nodes and client have their addresses in it. */
  readonly network: Network;
  /** A file of ours; the user's kubeconfig is never read or written. */
  readonly kubeconfig: string;
  /** kubectl of the cluster's version. */
  readonly kubectl: string;
}

export const clusterPrefix = 'hop-';

export const clientName = (cluster: Pick<Cluster, 'name'>) => `${cluster.name}-client`;
export const nodeName = (cluster: Pick<Cluster, 'name'>, role: string) => `${cluster.name}-${role}`;

/** Everything of one cluster that is a file. */
export const clusterFolder = (paths: Pick<Paths, 'state'>, name: string) =>
  join(paths.state, 'clusters', name);

/** kind's label on the containers of its nodes (kind pkg/cluster/internal/providers/docker/constants.go). */
export const kindClusterLabel = 'io.x-k8s.kind.cluster';

/** `kubectl` against this cluster only. */
export function kubectlArgv(cluster: Pick<Cluster, 'kubectl' | 'kubeconfig'>, args: readonly string[]) {
  return [cluster.kubectl, '--kubeconfig', cluster.kubeconfig, ...args] as const;
}

/** Reads an object or a list as JSON. */
export async function kubectlJson(exec: Exec, cluster: Cluster, args: readonly string[]): Promise<unknown> {
  const { stdout } = await exec(kubectlArgv(cluster, [...args, '-o', 'json']));
  return JSON.parse(stdout);
}
