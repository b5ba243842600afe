/** The rules of a fence, in the words of iptables: see fence.ts. */
import { CommandError } from '../host/exec.ts';

/** The comment by which a rule of ours is known. */
export const fenceComment = (cluster: string) => `hop-by-hop/${cluster}`;

/** Docker's own chain for rules of others: it is passed before Docker's (docs.docker.com, packet filtering). */
export const dockerChain = 'DOCKER-USER';

/** Runs iptables where the cluster's bridge is. */
export interface HostIptables {
  (args: readonly string[]): Promise<string>;
  /** Where the fence's rules stand; DOCKER-USER unless said otherwise. */
  readonly chain?: string;
  /** Where rules of it may stand from an earlier time; the same unless said otherwise. */
  readonly chains?: readonly string[];
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

/** The count of the cluster's rules for IPv4 without that for DNS; `undefined` when there are none. */
export async function countPackets(iptables: HostIptables, cluster: string): Promise<number | undefined> {
  const listing = await iptables(['-L', iptables.chain ?? dockerChain, '-n', '-v', '-x']);
  const rules = listing
    .split('\n')
    .filter((line) => line.includes(`/* ${fenceComment(cluster)} */`) && !line.includes('dpt:53 '));
  if (rules.length === 0) return undefined;
  return rules.reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[0]), 0);
}

/** The cluster's rules, in words, each with its chain first. */
export async function rulesOf(iptables: HostIptables, cluster: string): Promise<string[][]> {
  const rules = await listChains(iptables);
  return rules
    .replaceAll('"', '')
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter((words) => words.includes(fenceComment(cluster)))
    .map((words) => words.slice(1));
}

/**
 * Chain by chain: of a whole table iptables lists nothing where nft has put one rule of its own into any chain of it.
 * A chain that is not there has no rules.
 */
async function listChains(iptables: HostIptables): Promise<string> {
  const listings: string[] = [];
  let failure: unknown;
  for (const chain of iptables.chains ?? [iptables.chain ?? dockerChain]) {
    try {
      listings.push(await iptables(['-S', chain]));
    } catch (error) {
      if (!(error instanceof CommandError) || error.outcome !== 'exited') throw error;
      failure = error;
    }
  }
  if (listings.length === 0) throw failure;
  return listings.join('\n');
}

/**
 * Removes this cluster's rules, however many there are.
 * @returns whether there were any
 */
export async function takeDownFence(iptables: HostIptables, cluster: string): Promise<boolean> {
  const rules = await rulesOf(iptables, cluster);
  for (const words of rules) await iptables(['-D', ...words]);
  return rules.length > 0;
}

/** Fences that stand in Docker's chain: which cluster's, and around which bridge. Pure. */
export function fencesIn(rules: string): readonly { cluster: string; bridge: string }[] {
  return rules.split('\n').flatMap((line) => {
    const cluster = /hop-by-hop\/([\w-]+)/.exec(line)?.[1];
    const bridge = / -i (\S+)/.exec(line)?.[1];
    return cluster === undefined || bridge === undefined ? [] : [{ cluster, bridge }];
  });
}
