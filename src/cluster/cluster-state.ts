/** Reads what a prediction needs from the API: objects, kube-proxy's settings, and which pod network there is. */
import { z } from 'zod';
import { CommandError } from '../host/exec.ts';
import { readKubeProxyConfig } from '../trace/predict/state/kube-proxy-config.ts';
import { kindnet, type PodNetwork } from '../trace/predict/state/settings.ts';
import { type ClusterState, type ListeningPort, loadState } from '../trace/predict/state/state.ts';

/** kubectl against one cluster: its standard output. Read access is enough. */
export type Kubectl = (args: readonly string[]) => Promise<string>;

export interface ReadOptions {
  /** By `NS/POD`, where somebody looked. */
  readonly listening?: Readonly<Record<string, readonly ListeningPort[]>>;
}

/** @throws PredictionError, CommandError */
export async function readClusterState(kubectl: Kubectl, options: ReadOptions = {}): Promise<ClusterState> {
  const [objects, config, daemonSets] = await Promise.all([
    readObjects(kubectl),
    kubectl([
      'get',
      'configmap',
      'kube-proxy',
      '--namespace=kube-system',
      '--ignore-not-found',
      '-o',
      'json',
    ]),
    kubectl(['get', 'daemonsets', '--namespace=kube-system', '-o', 'name']),
  ]);
  const kubeProxy = readKubeProxyConfig(kubeProxyConfig(config));
  return loadState({
    lists: [objects],
    kubeProxy,
    podNetwork: podNetwork(daemonSets.split('\n'), kubeProxy.clusterCIDRs),
    ...options,
  });
}

/** ServiceCIDR is in every API server since 1.33 (KEP-1880); before, there is no such kind. */
async function readObjects(kubectl: Kubectl): Promise<string> {
  const kinds = 'services,endpointslices,nodes,pods';
  const get = (what: string) => kubectl(['get', what, '--all-namespaces', '-o', 'json']);
  try {
    return await get(`${kinds},servicecidrs`);
  } catch (error) {
    if (!(error instanceof CommandError) || !/doesn't have a resource type/.test(error.stderr)) throw error;
    return get(kinds);
  }
}

const configMap = z.object({ data: z.record(z.string(), z.string()).default({}) });

/** An empty text is kube-proxy with its defaults; kubeadm, and so kind, always has the ConfigMap. */
function kubeProxyConfig(json: string): string {
  if (json.trim() === '') return '{}';
  return configMap.parse(JSON.parse(json)).data['config.conf'] ?? '{}';
}

/** Only kindnet masquerades what nodes send as well; others do as CNI plugins commonly do. */
function podNetwork(daemonSets: readonly string[], podSubnets: readonly string[]): PodNetwork {
  if (daemonSets.some((name) => name.endsWith('/kindnet'))) return kindnet(podSubnets);
  return { masquerade: 'pods-to-elsewhere', podSubnets: [...podSubnets] };
}
