/** iptables where Docker's bridges may be: on this machine, or on that of the engine. */
import type { Argv, Exec } from '../host/exec.ts';
import { CommandError } from '../host/exec.ts';

export type Program = 'iptables' | 'ip6tables';

/** One iptables in one network namespace. */
export interface Place {
  /** Runs it, and returns what it printed. */
  readonly iptables: (args: readonly string[]) => Promise<string>;
  /** Names of the network devices that are there. */
  readonly devices: () => Promise<readonly string[]>;
}

/**
 * Where to look, in this order: as root here, then in a short-lived container in the network namespace of the engine's
 * host. The engine may be elsewhere (DOCKER_HOST, a context, rootless), so that here is not the place of its bridges.
 * Docker's chains are in the legacy tables or in nf_tables, whichever Docker uses.
 *
 * @param image any image with iptables in it; where there is none, only root on the Docker host can look
 */
export function placesOf(exec: Exec, image: string | undefined, program: Program): readonly Place[] {
  const isRootHere = process.getuid?.() === 0 && process.platform === 'linux';
  const variants = [`${program}-nft`, `${program}-legacy`];
  return [
    ...(isRootHere ? placesAt(exec, (name) => [name], [program, ...variants]) : []),
    ...(image === undefined ? [] : placesAt(exec, inContainer(image), variants)),
  ];
}

const inContainer =
  (image: string) =>
  (program: string): Argv => [
    'docker',
    'run',
    '--rm',
    '--network=host',
    '--cap-add=NET_ADMIN',
    `--entrypoint=${program}`,
    image,
  ];

function placesAt(exec: Exec, start: (program: string) => Argv, programs: readonly string[]): Place[] {
  let listed: Promise<readonly string[]> | undefined;
  const list = async () => (await exec([...start('ls'), '/sys/class/net'])).stdout.split(/\s+/);
  const devices = () => {
    listed ??= list();
    return listed;
  };
  return programs.map((program) => ({
    devices,
    iptables: async (args) => (await exec([...start(program), '--wait', ...args])).stdout,
  }));
}

/** What a command that failed has said last. Rethrows what is no answer of it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
  return error.message.split('\n').at(-1)?.trim() ?? error.message;
}
