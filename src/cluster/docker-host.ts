/** The Docker host's network namespace: where Docker's bridges are. */
import { UsageError } from '../host/errors.ts';
import type { Argv, Exec } from '../host/exec.ts';
import type { Cluster } from './cluster.ts';

/**
 * Root where the cluster's bridge can be seen is there already. Anybody else gets there in a container that shares the
 * host's network, from the node image, and that goes with the command.
 */
export async function onDockerHost(
  exec: Exec,
  { image, network }: Pick<Cluster, 'image' | 'network'>,
  command: readonly string[],
  interactive: boolean,
): Promise<Argv> {
  const [program, ...args] = command;
  if (program === undefined) throw new UsageError('a command has no words');
  if (process.getuid?.() === 0 && (await seesBridge(exec, network.bridge))) return [program, ...args];
  return [
    ...(['docker', 'run', '--rm'] as const),
    ...(interactive ? ['--interactive'] : []),
    '--network=host',
    '--cap-add=NET_ADMIN',
    `--entrypoint=${program}`,
    image,
    ...args,
  ];
}

async function seesBridge(exec: Exec, bridge: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const { exitCode } = await exec(['cat', `/sys/class/net/${bridge}/ifindex`], { accept: 'any' });
  return exitCode === 0;
}
