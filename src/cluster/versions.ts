/** What a cluster says about itself: on this a run was recorded. */
import { z } from 'zod';
import type { Exec } from '../host/exec.ts';
import { type Cluster, kubectlJson, nodeName } from './cluster.ts';

const nodeInfo = z.object({
  items: z
    .array(
      z.object({
        status: z.object({
          nodeInfo: z.object({
            kernelVersion: z.string(),
            containerRuntimeVersion: z.string(),
            kubeletVersion: z.string(),
            architecture: z.string(),
          }),
        }),
      }),
    )
    .min(1),
});

export interface Versions {
  readonly kubernetes: string;
  readonly kernel: string;
  readonly containerd: string;
  readonly docker: string;
  readonly kind: string;
  readonly architecture: string;
  /** As kube-proxy says at /proxyMode. */
  readonly proxyMode: string;
}

export async function readVersions(exec: Exec, cluster: Cluster, kind: string): Promise<Versions> {
  const [nodes, docker, kindVersion, proxyMode] = await Promise.all([
    kubectlJson(exec, cluster, ['get', 'nodes']).then((json) => nodeInfo.parse(json)),
    exec(['docker', 'version', '--format={{.Server.Version}}']),
    exec([kind, 'version', '--quiet']),
    exec([
      'docker',
      'exec',
      nodeName(cluster, 'control-plane'),
      'curl',
      '-s',
      'http://localhost:10249/proxyMode',
    ]),
  ]);
  const info = nodes.items[0]?.status.nodeInfo;
  if (info === undefined) throw new Error('the cluster has no nodes');
  return {
    kubernetes: info.kubeletVersion,
    kernel: info.kernelVersion,
    containerd: info.containerRuntimeVersion.replace('containerd://', ''),
    docker: docker.stdout,
    kind: kindVersion.stdout,
    architecture: info.architecture,
    proxyMode: proxyMode.stdout,
  };
}
