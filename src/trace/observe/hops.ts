/** From one packet's way through a namespace to the hops of a trace. */
import type { EvidenceLines, Hop, Rule } from '../hop.ts';
import type { Packet } from '../packet.ts';
import type { NftTraceLine } from '../parse/nft-trace.ts';
import type { Direction } from '../passage.ts';
import type { Seen } from './passages.ts';
import { linesOf, type PlacedHop, placeHops } from './placing.ts';
import type { Listings } from './rules.ts';

/** A hop without its id and place, which the whole way gives it. */
export type LocalHop = Omit<Hop, 'id' | 'place'>;

/**
 * The hops of a namespace, with packet, rules and evidence. Every line is evidence of exactly one hop: the first at
 * or after it, or the last of its hook. The line that shows a change is evidence of the hop that made it as well.
 *
 * @param stopped tells a stop that no rule decided.
 */
export function hopsOfNamespace(
  direction: Direction,
  seen: Seen,
  tracer: string,
  listings: Listings,
  stopped: Seen['stopped'] = seen.stopped,
): LocalHop[] {
  const lines = linesOf(seen);
  let from = 0;
  return placeHops(direction, seen, tracer, listings, stopped).map((hop) => {
    const own = lines.slice(from, hop.until + 1);
    from = hop.until + 1;
    return describe(hop, own, tracer, listings);
  });
}

function describe(
  { hook, action, step, shows }: PlacedHop,
  own: readonly NftTraceLine[],
  tracer: string,
  listings: Listings,
): LocalHop {
  const shown = shows?.lines[0];
  const raw = [...own, ...(shown && !own.includes(shown) ? [shown] : [])].map((line) => line.raw);
  const evidence: EvidenceLines[] = raw.length === 0 ? [] : [{ source: 'nft-trace', lines: raw }];
  // The outgoing interface is known from the routing decision on: postrouting has it, prerouting has not.
  const { iif, oif } = hook === 'postrouting' ? { ...step.seen, ...shows?.seen } : step.seen;
  return {
    hook,
    action,
    packet: step.packet,
    ...(shows ? { after: changed(step.packet, shows.packet, action) } : {}),
    ...(iif === undefined ? {} : { in: iif }),
    ...(oif === undefined ? {} : { out: oif }),
    rules: own.flatMap((line) => ruleOf(line, tracer, listings)),
    grade: 'observed',
    evidence,
  };
}

function ruleOf(line: NftTraceLine, tracer: string, listings: Listings): Rule[] {
  if (line.kind === 'rule' && line.table !== tracer) return [listings.rule(line)];
  if (line.kind !== 'policy' || line.policy !== 'drop') return [];
  const { family, table, chain } = line;
  return [{ table: `${family} ${table}`, chain, text: 'policy drop', verdict: 'drop' }];
}

/** The packet right after the hop: only what this hop changes. Later hops change other fields, and the TTL. */
function changed(before: Packet, shows: Packet, action: PlacedHop['action']): Packet {
  return action === 'dnat' || action === 'un-snat'
    ? { ...before, destination: shows.destination }
    : { ...before, source: shows.source };
}
