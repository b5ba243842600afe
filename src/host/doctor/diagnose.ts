/** All rules over the facts of one machine. Pure. */
import { networkPool } from '../network-pool.ts';
import type { HostFacts } from './facts.ts';
import type { Needs, Verdict } from './rule.ts';
import { rules } from './rules.ts';

export interface Finding extends Verdict {
  readonly id: string;
}

const gib = 2 ** 30;

/** What every lab with one control plane and two workers needs; a lab may ask for more. */
export const usualNeeds: Needs = {
  subnets: networkPool,
  features: ['nf_tables', 'nft_compat', 'nft_fib', 'nft_numgen', 'xt_statistic', 'conntrack_netlink', 'veth'],
  parts: [],
  goLabs: [],
  // Three nodes took about 1 GB when they were measured; the build of Kubernetes takes more than 2.
  memoryBytes: 4 * gib,
  // Built from source: Go's caches 6, images 2, work in progress 4.
  diskBytes: 16 * gib,
};

/**
 * One finding a rule whose question arises, in the order of the rules.
 *
 * @param needs beyond the usual
 */
export function diagnose(facts: HostFacts, { features = [], ...needs }: Partial<Needs> = {}): Finding[] {
  const all = { ...usualNeeds, ...needs, features: [...usualNeeds.features, ...features] };
  return rules.flatMap(({ id, judge }) => {
    const verdict = judge(facts, all);
    return verdict ? [{ id, ...verdict }] : [];
  });
}
