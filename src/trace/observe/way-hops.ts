/** The hops of a packet's whole way, with ids, roles and what the nodes' own tables say beside it. */
import type { EvidenceLines, Hop, Role } from '../hop.ts';
import { type Direction, hopIds } from '../passage.ts';
import { hopsOfNamespace, type LocalHop } from './hops.ts';
import { roleOf } from './join.ts';
import { eventsOf, onwardFrom } from './lookups.ts';
import type { Seen } from './passages.ts';
import type { Watch } from './watch.ts';

/** @param stopped where the way ends, when no rule said so but an ICMP error or silence did. */
export function hopsOfWay(
  direction: Direction,
  way: readonly Seen[],
  stopped: Seen['stopped'],
  roles: ReadonlyMap<string, Role>,
  watch: Watch,
): Hop[] {
  const id = hopIds(direction);
  return way.flatMap((seen, at) => {
    const next = way[at + 1];
    const stop = next ? undefined : stopped;
    const role = roleOf(roles, seen.place);
    const local = hopsOfNamespace(direction, seen, watch.capture.tracer, watch.at(seen.place).listings, stop);
    const beside = evidenceBeside(direction, seen, next, local, watch);
    return local.map((hop): Hop => {
      const { via, evidence = [] } = beside.get(hop) ?? {};
      // The last hop of a stop that no rule decided follows from what came after it, or did not.
      const grade = stop && !seen.stopped && hop === local.at(-1) ? 'inferred' : hop.grade;
      return {
        id: id(role, hop),
        place: { role, name: seen.place.name },
        ...hop,
        ...(via === undefined ? {} : { via }),
        grade,
        evidence: [...hop.evidence, ...evidence],
      };
    });
  });
}

interface Beside {
  readonly via?: string;
  readonly evidence: readonly EvidenceLines[];
}

/** conntrack's entry, the route and what the client printed, each at the hop that it is about. */
function evidenceBeside(
  direction: Direction,
  seen: Seen,
  next: Seen | undefined,
  local: readonly LocalHop[],
  watch: Watch,
): Map<LocalHop, Beside> {
  const beside = new Map<LocalHop, Beside>();
  const add = (hop: LocalHop | undefined, { via, evidence }: Beside): void => {
    if (!hop) return;
    const before = beside.get(hop);
    beside.set(hop, {
      ...before,
      ...(via === undefined ? {} : { via }),
      evidence: [...(before?.evidence ?? []), ...evidence],
    });
  };

  const events = eventsOf(seen, direction, watch.at(seen.place).lookups).map(({ raw }) => raw);
  if (events.length > 0) add(owner(local), { evidence: [{ source: 'conntrack-event', lines: events }] });
  if (seen.kind !== 'ending') {
    const leaving = local.find(({ action }) => action === 'routed' || action === 'sent');
    add(
      leaving,
      onwardFrom(seen, next, (place) => watch.at(place).lookups),
    );
  } else if (direction === 'reply' && !next) {
    const lines = [...(watch.capture.probe.result?.lines ?? [])];
    if (lines.length > 0) add(local.at(-1), { evidence: [{ source: 'http', lines }] });
  }
  return beside;
}

/** The hop that a conntrack entry explains: the NAT, or where there is none the hop that the namespace is known by. */
function owner(local: readonly LocalHop[]): LocalHop | undefined {
  const nat: ReadonlySet<LocalHop['action']> = new Set(['dnat', 'snat', 'un-snat', 'un-dnat']);
  return (
    local.find(({ action }) => nat.has(action)) ?? local.find(({ action }) => action !== 'sent') ?? local[0]
  );
}
