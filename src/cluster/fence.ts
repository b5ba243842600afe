/**
 * The fence: what leaves a lab's bridge for anywhere else is stopped on the Docker host, so that a broken route
 * times out instead of asking somebody's network, where something might answer.
 *
 * A node's default route points at the host. A packet for a pod or a ClusterIP that finds no route in the node
 * takes it, and Docker would masquerade it to the network outside (seen: HTTP 404 instead of a timeout).
 */

import { ProvisioningError } from '../host/errors.ts';
import type { Exec } from '../host/exec.ts';
import { CommandError } from '../host/exec.ts';

/** The comment by which a rule of ours is known. */
export const fenceComment = (cluster: string) => `hop-by-hop/${cluster}`;

/** Docker's own chain for rules of others: it is passed before Docker's (docs.docker.com, packet filtering). */
const dockerChain = 'DOCKER-USER';

/** Runs iptables on the Docker host: as root here, or in a short-lived container in the host's network namespace. */
export interface HostIptables {
  (args: readonly string[]): Promise<string>;
  /** Where the fence's rules stand; DOCKER-USER unless said otherwise. */
  readonly chain?: string;
}

/**
 * iptables of the Docker host. Docker's chains are in the legacy tables or in nf_tables, whichever Docker uses:
 * the first binary that knows DOCKER-USER is the right one.
 *
 * @param image any image with iptables in it; where there is none, only root on the Docker host can look
 * @returns undefined without an image, where nobody can look
 */
export function hostIptables(exec: Exec, image: string): Promise<HostIptables>;
export function hostIptables(exec: Exec, image: string | undefined): Promise<HostIptables | undefined>;
export function hostIptables(exec: Exec, image: string | undefined): Promise<HostIptables | undefined> {
  return findIptables(exec, image, 'iptables', dockerChain);
}

/** For IPv6 Docker has chains of its own only since 27 (ip6tables on by default): FORWARD is always there. */
export function hostIp6tables(exec: Exec, image: string): Promise<HostIptables>;
export function hostIp6tables(exec: Exec, image: string | undefined): Promise<HostIptables | undefined>;
export function hostIp6tables(exec: Exec, image: string | undefined): Promise<HostIptables | undefined> {
  return findIptables(exec, image, 'ip6tables', 'FORWARD');
}

async function findIptables(
  exec: Exec,
  image: string | undefined,
  program: 'iptables' | 'ip6tables',
  chain: string,
): Promise<HostIptables | undefined> {
  const inContainer = (from: string, binary: string) =>
    [
      'docker',
      'run',
      '--rm',
      '--network=host',
      '--cap-add=NET_ADMIN',
      `--entrypoint=${binary}`,
      from,
    ] as const;
  const candidates: (readonly [string, ...string[]])[] = [];
  if (process.getuid?.() === 0 && process.platform === 'linux') {
    candidates.push([program], [`${program}-nft`], [`${program}-legacy`]);
  }
  if (image !== undefined)
    candidates.push(inContainer(image, `${program}-nft`), inContainer(image, `${program}-legacy`));

  const reasons: string[] = [];
  for (const argv of candidates) {
    try {
      await exec([...argv, '--wait', '-S', chain]);
      const run = async (args: readonly string[]) => (await exec([...argv, '--wait', ...args])).stdout;
      return Object.assign(run, { chain });
    } catch (error) {
      if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
      reasons.push(error.message.split('\n').at(-1)?.trim() ?? error.message);
    }
  }
  if (image === undefined) return undefined;
  throw new ProvisioningError(
    `can't put up the fence: no ${program} on the Docker host knows the chain ${chain} (${reasons.join('; ')}). ` +
      'Labs send no packet without it.',
  );
}

/** Stops everything that comes in by the lab's bridge and would leave by another interface. */
export async function putUpFence(iptables: HostIptables, cluster: string, bridge: string): Promise<void> {
  for (const words of fenceCommands(cluster, bridge, iptables.chain)) await iptables(words);
}

/** What iptables is told, in this order: the last one stands first. */
export const fenceCommands = (cluster: string, bridge: string, chain = dockerChain): readonly string[][] => [
  ['-I', chain, ...rule(cluster, bridge, [], 'DROP')],
  ['-I', chain, ...rule(cluster, bridge, dns, 'REJECT')],
];

/**
 * CoreDNS asks the host's resolver for names outside of the cluster as soon as it starts, in every cluster. A rule of
 * its own stops that: the count of the other one says what else tried to leave. It is refused, not dropped: Docker
 * waits 4 s for each answer (extIOTimeout in libnetwork's resolver.go), also before it lets go of a removed node.
 */
const dns = ['-p', 'udp', '--dport', '53'];

function rule(
  cluster: string,
  bridge: string,
  match: readonly string[],
  target: 'DROP' | 'REJECT',
): string[] {
  return [
    '-i',
    bridge,
    '!',
    '-o',
    bridge,
    ...match,
    '-m',
    'comment',
    '--comment',
    fenceComment(cluster),
    '-j',
    target,
  ];
}

/** Packets that the fence has stopped for this cluster, DNS queries not counted. */
export async function fencedPackets(iptables: HostIptables, cluster: string): Promise<number> {
  const listing = await iptables(['-L', iptables.chain ?? dockerChain, '-n', '-v', '-x']);
  return listing
    .split('\n')
    .filter((line) => line.includes(`/* ${fenceComment(cluster)} */`) && !line.includes('dpt:53 '))
    .reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[0]), 0);
}

/** Removes this cluster's rules, however many there are. */
export async function takeDownFence(iptables: HostIptables, cluster: string): Promise<void> {
  const rules = await iptables(['-S', iptables.chain ?? dockerChain]);
  for (const line of rules.replaceAll('"', '').split('\n')) {
    const words = line.split(/\s+/);
    if (words.includes(fenceComment(cluster))) await iptables(['-D', ...words.slice(1)]);
  }
}

/** Clusters that have a rule in the fence. */
export async function fencedClusters(iptables: HostIptables): Promise<readonly string[]> {
  const rules = await iptables(['-S', iptables.chain ?? dockerChain]);
  return [...rules.matchAll(/hop-by-hop\/([\w-]+)/g)].map((match) => match[1] ?? '');
}
