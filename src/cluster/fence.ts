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
import type { Cluster } from './cluster.ts';
import {
  countPackets,
  dockerChain,
  fenceCommands,
  fencesIn,
  type HostIptables,
  putUpFence,
  rulesOf,
  takeDownFence,
} from './fence-rules.ts';
import { type Place, type Program, placesOf, reasonOf } from './host-iptables.ts';

/** Around what a fence stands. */
export type Fenced = Pick<Cluster, 'name' | 'image' | 'network'>;

/** Chains by which a rule stops what leaves a bridge, and what proves it. The first one that does is taken. */
const chains = {
  // The chain alone may be a left-over: it stays when Docker changes its tables, and nothing leads there.
  iptables: [[dockerChain, ['-C', 'FORWARD', '-j', dockerChain]]],
  // For IPv6 Docker has chains of its own only since 27 (ip6tables on by default): FORWARD is always there.
  ip6tables: [
    [dockerChain, ['-C', 'FORWARD', '-j', dockerChain]],
    ['FORWARD', ['-S', 'FORWARD']],
  ],
} as const;

const chainsOf = (program: Program): readonly string[] => chains[program].map(([chain]) => chain);

/** The iptables in which a rule stops what leaves this bridge: the bridge is there, and the kernel comes to the chain. */
async function hostIptables(exec: Exec, { image, network }: Fenced, program: Program): Promise<HostIptables> {
  const reasons = new Set<string>();
  for (const { iptables, devices } of placesOf(exec, image, program)) {
    for (const [chain, proof] of chains[program]) {
      try {
        if ((await devices()).includes(network.bridge)) {
          await iptables(proof);
          return Object.assign((args: readonly string[]) => iptables(args), {
            chain,
            chains: chainsOf(program),
          });
        }
        reasons.add(`a place without the bridge ${network.bridge}`);
      } catch (error) {
        reasons.add(reasonOf(error));
      }
    }
  }
  throw new ProvisioningError(
    `can't put up the fence: no ${program} on the Docker host has the bridge ${network.bridge} and a FORWARD chain that leads to ${dockerChain} ` +
      `(${[...reasons].join('; ')}). Labs send no packet without it.`,
  );
}

/** Those in which the cluster's fence stands: one, and one more where it has IPv6. */
async function tablesOf(exec: Exec, cluster: Fenced): Promise<readonly HostIptables[]> {
  const iptables = await hostIptables(exec, cluster, 'iptables');
  if (cluster.network.subnet6 === undefined) return [iptables];
  return [iptables, await hostIptables(exec, cluster, 'ip6tables')];
}

/** Puts up what is missing of the cluster's fence: all of it at first, and after a firewall was loaded anew. */
export async function ensureFence(exec: Exec, cluster: Fenced): Promise<void> {
  const { name, network } = cluster;
  for (const iptables of await tablesOf(exec, cluster)) {
    const there = await rulesOf(iptables, name);
    if (there.length === fenceCommands(name, network.bridge).length) continue;
    await takeDownFence(iptables, name);
    await putUpFence(iptables, name, network.bridge);
  }
}

/**
 * Packets that the cluster's fence has stopped, DNS queries not counted.
 * @throws ProvisioningError when it no longer stands: nobody knows what has left in the meantime
 */
export async function fencedPackets(exec: Exec, cluster: Fenced): Promise<number> {
  const iptables = await hostIptables(exec, cluster, 'iptables');
  const counted = await countPackets(iptables, cluster.name);
  if (counted !== undefined) return counted;
  throw new ProvisioningError(
    `the fence around cluster ${cluster.name} is gone (was a firewall loaded anew?), so packets may have left the machine: run it again`,
  );
}

/**
 * Takes the fence down wherever it may stand: its bridge may be gone already. Where iptables gives no answer, none was
 * put up by it either.
 */
export async function removeFence(
  exec: Exec,
  image: string | undefined,
  cluster: string,
  program: Program,
): Promise<void> {
  for (const place of placesOf(exec, image, program)) {
    const iptables = Object.assign((args: readonly string[]) => place.iptables(args), {
      chains: chainsOf(program),
    });
    const rules = await orNothing(rulesOf(iptables, cluster));
    if (rules === undefined || rules.length === 0) continue;
    return void (await takeDownFence(iptables, cluster));
  }
}

/** What stands in Docker's chain, and the devices that are there. */
export interface StandingFences extends Pick<Place, 'iptables'> {
  readonly fences: ReturnType<typeof fencesIn>;
  readonly devices: readonly string[];
}

/**
 * The fences of this Docker host, whoever put them up.
 * @returns `undefined` where nobody can look; 'none' where Docker has no such chain
 */
export async function lookAtFences(
  exec: Exec,
  image: string | undefined,
): Promise<StandingFences | 'none' | undefined> {
  for (const { iptables, devices } of placesOf(exec, image, 'iptables')) {
    const rules = await orNothing(iptables(['-S', dockerChain]));
    if (rules !== undefined) return { iptables, fences: fencesIn(rules), devices: await devices() };
  }
  return image === undefined ? undefined : 'none';
}

/** `undefined` where the command had no such thing to tell of. One that hangs says nothing about it. */
async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CommandError && error.outcome === 'timed out') throw error;
    reasonOf(error);
    return undefined;
  }
}
