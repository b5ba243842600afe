/** From packets seen in single namespaces to the way of one packet through all of them. */
import type { Role } from '../hop.ts';
import type { Packet } from '../packet.ts';
import type { Capture, CapturedPlace } from './capture.ts';
import { ends, type Seen } from './passages.ts';

/** One packet's way: what left a namespace is what came into the next. */
export type Way = readonly [Seen, ...Seen[]];

/**
 * Follows a packet from where it was sent. In the next namespace it has the same protocol, ends,
 * `ip id` and TTL: forwarding lowers the TTL before the forward hook, a link does not. Where no namespace has
 * the same TTL, a lower one is taken: a router that nobody watched lies between.
 *
 * @param taken packets that belong to another way already; those of this way are added.
 */
export function follow(start: Seen, all: readonly Seen[], taken: Set<Seen>): Way {
  const way: [Seen, ...Seen[]] = [start];
  taken.add(start);
  for (let last: Seen | undefined = start; last?.through && last.kind !== 'ending'; ) {
    const from: Seen = last;
    const arrivals = all.filter((to) => !taken.has(to) && to.kind !== 'origin' && arrives(from, to));
    last = arrivals.find((to) => to.first.packet.ttl === from.last.packet.ttl) ?? arrivals[0];
    if (last) {
      way.push(last);
      taken.add(last);
    }
  }
  return way;
}

function arrives(from: Seen, to: Seen): boolean {
  const [left, came] = [from.last, to.first];
  if (ends(left.packet) !== ends(came.packet) || left.packet.icmp !== came.packet.icmp) return false;
  if (left.packet.flags !== came.packet.flags || left.seen.ipId !== came.seen.ipId) return false;
  return (came.packet.ttl ?? 0) <= (left.packet.ttl ?? 255);
}

/** Whether this is a first packet of the probe: as a socket of its place wrote it, or not yet changed elsewhere. */
export function isProbe(seen: Seen, { probe }: Capture, where: 'origin' | 'anywhere'): boolean {
  const { packet } = seen.first;
  return (
    (where === 'anywhere' || (seen.kind === 'origin' && seen.place.name === probe.from)) &&
    packet.protocol === probe.protocol &&
    packet.source.ip === probe.source.ip &&
    (probe.source.port === undefined || packet.source.port === probe.source.port) &&
    packet.destination.ip === probe.destination.ip &&
    packet.destination.port === probe.destination.port &&
    (packet.protocol !== 'tcp' || packet.flags === 'syn')
  );
}

/**
 * Roles of the places by the request's way. `entry-node`: the node whose address was asked, or the first node
 * that something outside the cluster comes to. A place keeps its first role (see `roleSchema`).
 */
export function rolesOf(way: readonly Seen[], { probe, places }: Capture): Map<string, Role> {
  const roles = new Map<string, Role>();
  const origin = places.find(({ name }) => name === probe.from)?.kind;
  for (const { place, first } of way) {
    if (roles.has(place.name)) continue;
    const asked = isAsked(first.packet, probe.destination) && place.addresses.includes(probe.destination.ip);
    const nodes = [...roles.values()].filter((role) => role.endsWith('-node'));
    if (place.kind === 'client') roles.set(place.name, 'client');
    else if (place.kind === 'pod') roles.set(place.name, place.name === probe.from ? 'client-pod' : 'pod');
    else if (place.name === probe.from || (origin === 'pod' && nodes.length === 0))
      roles.set(place.name, 'client-node');
    else if (!nodes.includes('entry-node') && (asked || origin === 'client'))
      roles.set(place.name, 'entry-node');
    else roles.set(place.name, 'pod-node');
  }
  return roles;
}

function isAsked(packet: Packet, asked: { ip: string; port: number }): boolean {
  return packet.destination.ip === asked.ip && packet.destination.port === asked.port;
}

/** A role for a place that the request never came to: only an answer on another way back has one. */
export function roleOf(roles: ReadonlyMap<string, Role>, { name, kind }: CapturedPlace): Role {
  return roles.get(name) ?? (kind === 'client' ? 'client' : kind === 'pod' ? 'pod' : 'pod-node');
}
