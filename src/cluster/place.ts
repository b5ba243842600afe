/** Where a command runs, as an argv that starts on this machine. */
import { UsageError } from '../host/errors.ts';
import type { Argv, Exec } from '../host/exec.ts';
import { type Cluster, clientName, kubectlArgv, nodeName } from './cluster.ts';
import { onDockerHost } from './docker-host.ts';

/** A place with its templates filled: see placeSchema in src/lab/schema/names.ts. */
export type FilledPlace = string;

export interface PodPlace {
  readonly name: string;
  /** Role of its node. */
  readonly node: string;
}

/** The pods that `pod/NAME` and `netns/NAME` can mean. */
export type PodLookup = (name: string) => PodPlace;

/**
 * The argv that runs `command` at `place`. Without a terminal; `interactive` keeps standard input open.
 * `kubectl` in a command that runs on the person's machine is the kubectl of this cluster.
 */
export async function argvAt(
  exec: Exec,
  cluster: Cluster,
  place: FilledPlace,
  command: readonly string[],
  pods: PodLookup,
  interactive = false,
): Promise<Argv> {
  const docker = ['docker', 'exec', ...(interactive ? ['--interactive'] : [])] as const;
  const [kind, name = ''] = splitPlace(place);
  switch (kind) {
    case 'you': {
      const [program, ...args] = command;
      if (program === undefined) throw new UsageError('a command has no words');
      return program === 'kubectl' ? kubectlArgv(cluster, args) : [program, ...args];
    }
    case 'docker-host':
      return onDockerHost(exec, cluster, command, interactive);
    case 'client':
      return [...docker, clientName(cluster), ...command];
    case 'node':
      return [...docker, nodeName(cluster, name), ...command];
    case 'pod':
      return kubectlArgv(cluster, [
        'exec',
        ...(interactive ? ['--stdin'] : []),
        pods(name).name,
        '--',
        ...command,
      ]);
    case 'netns': {
      const pod = pods(name);
      const path = await networkNamespace(exec, cluster, pod);
      return [...docker, nodeName(cluster, pod.node), 'nsenter', `--net=${path}`, ...command];
    }
    default:
      throw new UsageError(
        `"${place}" is no place: expected you, docker-host, client, node/ROLE, pod/NAME or netns/NAME`,
      );
  }
}

function splitPlace(place: string): [string, string?] {
  const slash = place.indexOf('/');
  return slash < 0 ? [place] : [place.slice(0, slash), place.slice(slash + 1)];
}

/** Path of a pod's network namespace on its node, from the container runtime. */
export async function networkNamespace(exec: Exec, cluster: Cluster, pod: PodPlace): Promise<string> {
  const node = nodeName(cluster, pod.node);
  const { stdout: id } = await exec([
    'docker',
    'exec',
    node,
    'crictl',
    'pods',
    '--name',
    `^${pod.name}$`,
    '--state=ready',
    '--quiet',
  ]);
  const { stdout } = await exec(['docker', 'exec', node, 'crictl', 'inspectp', id.split('\n')[0] ?? '']);
  const inspected = JSON.parse(stdout) as {
    info: { runtimeSpec: { linux: { namespaces: { type: string; path?: string }[] } } };
  };
  const path = inspected.info.runtimeSpec.linux.namespaces.find(({ type }) => type === 'network')?.path;
  if (path === undefined)
    throw new UsageError(`pod ${pod.name} has no network namespace of its own (hostNetwork?)`);
  return path;
}
