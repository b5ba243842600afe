/**
 * Makes a cluster: network, fence, nodes and client, in this order, and waits until its nodes are Ready, or, where it
 * has no pod network, until they have their address ranges.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endpointOf } from '../host/docker-problems.ts';
import { ProvisioningError } from '../host/errors.ts';
import { type Progress, task } from '../host/events.ts';
import { type Argv, CommandError } from '../host/exec.ts';
import type { Host } from '../host/host.ts';
import { together } from '../host/parallel.ts';
import { readRoutes } from '../host/routes.ts';
import type { ProxyMode } from '../trace/trace.ts';
import { type Cluster, clusterFolder, clusterPrefix, kubectlArgv, nodeName } from './cluster.ts';
import { ensureFence } from './fence.ts';
import { makeContainers } from './make-containers.ts';
import { createNetwork } from './network.ts';
import {
  type KindPatches,
  kindConfig,
  nodeRoles,
  type PodNetworkName,
  type Shape,
  withQuickStart,
} from './shape.ts';
import { stayDown } from './stay-down.ts';

export interface ClusterRequest {
  readonly runId: string;
  readonly shape: Shape;
  readonly proxyMode: ProxyMode;
  readonly podNetwork: PodNetworkName;
  readonly image: string;
  readonly tools: { readonly kind: string; readonly kubectl: string };
  readonly patches: KindPatches;
}

export const clusterName = (shape: Pick<Shape, 'id'>, runId: string) =>
  `${clusterPrefix}${shape.id}-${runId}`;

/**
 * The caller has recorded the cluster's name in the journal before, and removes it also when this throws. A Ctrl-C is
 * heard when the containers are there that Docker has begun to make: nobody could see them before, and so remove them.
 *
 * @param cleanup a host that the first Ctrl-C does not stop
 * @throws ProvisioningError with the part that failed and what kind said.
 */
export async function createCluster(
  host: Host,
  cleanup: Pick<Host, 'exec'>,
  request: ClusterRequest,
): Promise<Cluster> {
  const name = clusterName(request.shape, request.runId);
  const folder = clusterFolder(host.paths, name);
  await mkdir(folder, { recursive: true });
  return task(host.notify, 'cluster', `cluster ${name}: ${describe(request)}`, async (progress) => {
    try {
      const network = await createNetwork(
        host.exec,
        name,
        request.shape.ipFamily,
        // Of the routes of another machine nothing is known.
        endpointOf(host.env) === undefined ? await readRoutes(host.exec) : [],
      );
      const cluster: Cluster = {
        name,
        shape: request.shape,
        proxyMode: request.proxyMode,
        podNetwork: request.podNetwork,
        image: request.image,
        network,
        kubeconfig: join(folder, 'kubeconfig'),
        kubectl: request.tools.kubectl,
      };
      await ensureFence(host.exec, cluster);
      // The nodes take the first addresses, so the client is started when kind has made its containers.
      const configFile = join(folder, 'kind.yaml');
      const { shape, proxyMode, patches } = request;
      await writeFile(configFile, kindConfig(shape, proxyMode, withQuickStart(patches)));
      host.signal.throwIfAborted();
      await makeContainers(
        host,
        cleanup,
        cluster,
        kindCommand(cluster, request.tools.kind, configFile),
        progress,
      );
      const awaitReady = request.shape.podNetwork === 'none' ? awaitRanges : awaitNodes;
      // Where one fails, the cluster is removed next, and nothing may still be at it.
      await together(host, [
        (scoped) => stayDown(scoped, cluster),
        (scoped) => awaitReady(scoped, cluster, progress),
      ]);
      return cluster;
    } catch (error) {
      if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
      throw new ProvisioningError(`cluster ${name} could not be made. ${error.message}`, { cause: error });
    }
  });
}

const describe = ({ shape, proxyMode, podNetwork }: ClusterRequest) =>
  [
    `${nodeRoles(shape).length} nodes`,
    `kube-proxy in ${proxyMode} mode`,
    ...(shape.podNetwork === 'none' ? [`no pod network yet (${podNetwork})`] : []),
  ].join(', ');

/** What makes the nodes; the Docker network goes with it in KIND_EXPERIMENTAL_DOCKER_NETWORK. */
export const kindCommand = (
  { name, image, kubeconfig }: Pick<Cluster, 'name' | 'image' | 'kubeconfig'>,
  kind: string,
  configFile: string,
): Argv => [
  kind,
  'create',
  'cluster',
  `--name=${name}`,
  `--image=${image}`,
  `--kubeconfig=${kubeconfig}`,
  `--config=${configFile}`,
  '--retain',
];

/** For each of the waits below. */
const timeout = '--timeout=120s';

/**
 * Every node Ready, and kube-proxy and the pod network on every one of them. `kind create --wait` looks at the
 * control plane only, and exits 0 when it times out.
 */
async function awaitNodes(host: Host, cluster: Cluster, progress: Progress) {
  progress('nodes Ready, kube-proxy and pod network on each');
  await awaitRegistered(host, cluster);
  await Promise.all([
    host.exec(kubectlArgv(cluster, ['wait', '--for=condition=Ready', 'nodes', '--all', timeout])),
    ...['kube-proxy', 'kindnet'].map((name) =>
      host.exec(
        kubectlArgv(cluster, ['rollout', 'status', `daemonset/${name}`, '--namespace=kube-system', timeout]),
      ),
    ),
  ]);
}

/**
 * A node that has joined registers itself a moment later, and until then `wait nodes --all` does not know of it. One
 * command a node: with several names `wait --for=create` gives up where two of them are missing (kubectl v1.37
 * pkg/cmd/wait/wait.go looks for one NotFound, and gets a list).
 */
async function awaitRegistered(host: Host, cluster: Cluster): Promise<string[]> {
  const nodes = nodeRoles(cluster.shape).map((role) => `node/${nodeName(cluster, role)}`);
  await Promise.all(
    nodes.map((node) => host.exec(kubectlArgv(cluster, ['wait', '--for=create', node, timeout]))),
  );
  return nodes;
}

/**
 * Every node registered, with its range of pod addresses, and kube-proxy on each: it has its node's network and waits
 * for no other. The nodes are NotReady.
 */
async function awaitRanges(host: Host, cluster: Cluster, progress: Progress) {
  progress('an address range for each node, and kube-proxy on it');
  const nodes = await awaitRegistered(host, cluster);
  await Promise.all([
    host.exec(kubectlArgv(cluster, ['wait', '--for=jsonpath={.spec.podCIDR}', ...nodes, timeout])),
    host.exec(
      kubectlArgv(cluster, ['rollout', 'status', 'daemonset/kube-proxy', '--namespace=kube-system', timeout]),
    ),
  ]);
}
