/** Hops that have no row of their own, such as forwarding before a rewrite, and the row that tells of them. */
import type { Hop, Rule } from '../../trace/hop.ts';

/** By the id of the row that they go with: the next one at the same place, else the one before. */
export function foldHops(hops: readonly Hop[], shown: ReadonlySet<string | undefined>): Map<string, Hop[]> {
  const folded = new Map<string, Hop[]>();
  for (const [at, hop] of hops.entries()) {
    if (shown.has(hop.id)) continue;
    const same = (other: Hop) => other.place.name === hop.place.name && shown.has(other.id);
    const host = hops.slice(at + 1).find(same) ?? hops.slice(0, at).findLast(same);
    if (host) folded.set(host.id, [...(folded.get(host.id) ?? []), hop]);
  }
  return folded;
}

/** In the order in which the packet met them. Forwarding has no row beside a rewrite, but a rule may decide there. */
export function rulesOfRow(hop: Hop, folded: readonly Hop[], hops: readonly Hop[]): Rule[] {
  return hops.filter((one) => one === hop || folded.includes(one)).flatMap(({ rules }) => rules);
}
