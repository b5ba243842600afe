/** A kind cluster as a capture sees it: containers, their network, and kubectl inside the control plane. */
import { z } from 'zod';
import { MachineError, UsageError } from '../host/errors.ts';
import { CommandError, type Exec } from '../host/exec.ts';
import { kindClusterLabel } from './cluster.ts';
import type { Kubectl } from './cluster-state.ts';

export interface TracedCluster {
  readonly name: string;
  /** Names of the containers, which are the names of the nodes. */
  readonly nodes: readonly string[];
  readonly image: string;
  /** Docker network of the nodes. */
  readonly network: string;
  readonly kubectl: Kubectl;
}

/** A container outside the cluster, on its network. */
export interface TracedClient {
  readonly name: string;
  readonly ips: readonly string[];
}

const containerSchema = z.array(
  z.object({
    Name: z.string().transform((name) => name.replace(/^\//, '')),
    Config: z.object({ Image: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
    State: z.object({ Running: z.boolean() }),
    NetworkSettings: z.object({
      Networks: z.record(
        z.string(),
        z.object({ IPAddress: z.string().default(''), GlobalIPv6Address: z.string().default('') }),
      ),
    }),
  }),
);

/** kind's label on a node's container (kind pkg/cluster/internal/providers/docker/constants.go). */
const roleLabel = 'io.x-k8s.kind.role';

/**
 * Finds the nodes of any kind cluster on this machine's Docker engine.
 *
 * @throws MachineError without access to Docker; UsageError when there is no such cluster, or it does not run.
 */
export async function findCluster(exec: Exec, name: string): Promise<TracedCluster> {
  const ids = await containersOf(exec, name);
  if (ids.length === 0) {
    const known = await clusterNames(exec);
    throw new UsageError(
      `there is no kind cluster "${name}" on this Docker engine; there is ${known.join(', ') || 'none'}`,
    );
  }
  const { stdout } = await exec(['docker', 'inspect', ...ids]);
  const found = containerSchema.parse(JSON.parse(stdout));
  const stopped = found.filter(({ State }) => !State.Running).map(({ Name }) => Name);
  if (stopped.length > 0) throw new UsageError(`of cluster ${name} these do not run: ${stopped.join(', ')}`);
  // A load balancer in front of several control planes is a container of the cluster, and no node.
  const nodes = found.filter(({ Config }) => Config.Labels?.[roleLabel] !== 'external-load-balancer');
  const control = nodes.find(({ Config }) => Config.Labels?.[roleLabel] === 'control-plane');
  const network = Object.keys(control?.NetworkSettings.Networks ?? {})[0];
  if (control === undefined || network === undefined) {
    throw new UsageError(`cluster ${name} has no control plane on this Docker engine`);
  }
  return {
    name,
    nodes: nodes.map(({ Name }) => Name).sort(),
    image: control.Config.Image,
    network,
    kubectl: kubectlInNode(exec, control.Name),
  };
}

/** Needs no kubeconfig of the user, and has the cluster's version. */
function kubectlInNode(exec: Exec, node: string): Kubectl {
  return async (args) => {
    const kubectl = ['docker', 'exec', node, 'kubectl', '--kubeconfig=/etc/kubernetes/admin.conf'] as const;
    return (await exec([...kubectl, ...args])).stdout;
  };
}

async function containersOf(exec: Exec, name: string): Promise<string[]> {
  const filter = `label=${kindClusterLabel}=${name}`;
  try {
    const { stdout } = await exec(['docker', 'ps', '--all', '--quiet', '--filter', filter]);
    return stdout.split('\n').filter(Boolean);
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    const reason = error.stderr.split('\n')[0] || error.message;
    throw new MachineError(
      `a capture runs in the cluster's containers, and Docker can't be asked: ${reason}`,
      'npm run lab doctor',
      { cause: error },
    );
  }
}

/** Names of all kind clusters of this Docker engine. */
export async function clusterNames(exec: Exec): Promise<string[]> {
  const format = `--format={{.Label "${kindClusterLabel}"}}`;
  const { stdout } = await exec(['docker', 'ps', '--all', format, '--filter', `label=${kindClusterLabel}`]);
  return [...new Set(stdout.split('\n').filter(Boolean))].sort();
}

/** A client that runs already. */
export async function findClient(
  exec: Exec,
  name: string,
  network: string,
): Promise<TracedClient | undefined> {
  const { stdout, exitCode } = await exec(['docker', 'inspect', '--type=container', name], { accept: 'any' });
  if (exitCode !== 0) return undefined;
  const [container] = containerSchema.parse(JSON.parse(stdout));
  const at = container?.NetworkSettings.Networks[network];
  if (container === undefined || at === undefined || !container.State.Running) return undefined;
  return { name, ips: [at.IPAddress, at.GlobalIPv6Address].filter((ip) => ip !== '') };
}
