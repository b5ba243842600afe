/** What a node's own tables say beside the packet: routes, neighbours, veth pairs, conntrack. */
import { isIPv4 } from 'node:net';
import type { EvidenceLines } from '../hop.ts';
import type { Ip } from '../packet.ts';
import { type ConntrackEvent, parseConntrackEvents, type Tuple } from '../parse/conntrack.ts';
import {
  type Link,
  type Neighbour,
  parseLinks,
  parseNeighbours,
  parseRoutes,
  type Route,
} from '../parse/ip-json.ts';
import type { CapturedPlace } from './capture.ts';
import { answerEnds, ends, type Seen } from './passages.ts';

export interface Lookups {
  readonly routes: readonly Route[];
  readonly links: readonly Link[];
  readonly neighbours: readonly Neighbour[];
  readonly events: readonly ConntrackEvent[];
}

export function readLookups(place: CapturedPlace): Lookups {
  return {
    routes: parseRoutes(place.routes ?? '').rows,
    links: parseLinks(place.links ?? '').rows,
    neighbours: parseNeighbours(place.neighbours ?? '').rows,
    events: parseConntrackEvents(place.conntrackEvents ?? '').flatMap((line) =>
      line.kind === 'event' ? [line] : [],
    ),
  };
}

/** How the packet went on: the gateway, and the rows that say so. */
export interface Onward {
  readonly via?: string;
  readonly evidence: readonly EvidenceLines[];
}

/**
 * The route that was chosen. It is observed as far as the packet confirms it: the device by `oif`, the gateway by
 * the destination MAC that the packet had in the next namespace. What nothing confirms is `inferred`.
 */
export function onwardFrom(
  seen: Seen,
  next: Seen | undefined,
  of: (place: CapturedPlace) => Lookups,
): Onward {
  const { routes, links, neighbours } = of(seen.place);
  const { oif } = seen.last.seen;
  const { ip } = seen.last.packet.destination;
  const route = oif === undefined || typeof ip !== 'string' ? undefined : lookUp(routes, ip, oif);
  if (!route || oif === undefined) return { evidence: [] };

  const nextHop = route.gateway ?? ip;
  const neighbour = neighbours.find(({ dst, dev }) => dst === nextHop && dev === oif);
  const mac = next?.first.seen.macDestination;
  const confirmed = neighbour?.lladdr !== undefined && neighbour.lladdr === mac;
  const contradicted = neighbour?.lladdr !== undefined && mac !== undefined && neighbour.lladdr !== mac;
  if (contradicted) return { evidence: [{ source: 'route', lines: [route.raw], grade: 'inferred' }] };
  const grade = route.gateway === undefined || confirmed ? 'observed' : 'inferred';
  return {
    ...(route.gateway === undefined ? {} : { via: route.gateway }),
    evidence: [
      { source: 'route', lines: [route.raw], grade },
      ...(neighbour
        ? [
            {
              source: 'neighbour' as const,
              lines: [neighbour.raw],
              grade: confirmed ? ('observed' as const) : ('inferred' as const),
            },
          ]
        : []),
      ...vethPair(oif, links, next, of),
    ],
  };
}

/** The longest prefix that has the address, of the routes of this device. */
function lookUp(routes: readonly Route[], ip: string, oif: string): Route | undefined {
  const fitting = routes.filter((route) => route.dev === oif && prefixLength(route.dst, ip) !== undefined);
  return fitting.sort((a, b) => (prefixLength(b.dst, ip) ?? 0) - (prefixLength(a.dst, ip) ?? 0))[0];
}

/** Length of the prefix when it has the address. */
function prefixLength(prefix: string, ip: string): number | undefined {
  if (prefix === 'default') return 0;
  const [network = '', length] = prefix.split('/');
  const [a, b] = [bitsOf(network), bitsOf(ip)];
  if (a === undefined || b === undefined || a.length !== b.length) return undefined;
  const bits = length === undefined ? a.length : Number(length);
  return a.slice(0, bits) === b.slice(0, bits) ? bits : undefined;
}

function bitsOf(ip: string): string | undefined {
  if (isIPv4(ip))
    return ip
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  const [head = '', tail] = ip.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const all = [...left, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...right];
  if (all.length !== 8 || all.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

/** Both ends of the veth that the packet went through into a pod: MACs confirm it, else the ifindex speaks for it. */
function vethPair(
  oif: string,
  links: readonly Link[],
  next: Seen | undefined,
  of: (place: CapturedPlace) => Lookups,
): EvidenceLines[] {
  if (!next || next.place.kind === 'node') return [];
  const near = links.find(({ ifname }) => ifname === oif);
  const far = of(next.place).links.find(({ ifname }) => ifname === next.first.seen.iif);
  if (!near || !far || near.link_index !== far.ifindex) return [];
  const { macSource, macDestination } = next.first.seen;
  const confirmed = near.address === macSource && far.address === macDestination;
  return [{ source: 'link', lines: [near.raw, far.raw], grade: confirmed ? 'observed' : 'inferred' }];
}

/**
 * conntrack's events about this very packet: its connection's original tuple is what came in, the reply tuple
 * turned round is what left. Of a request the NEW, of a reply the first event after it.
 */
export function eventsOf(
  seen: Seen,
  direction: 'request' | 'reply',
  { events }: Lookups,
): readonly ConntrackEvent[] {
  const [came, left] = [seen.first.packet, seen.last.packet];
  const own = events.filter((event) =>
    direction === 'request'
      ? tupleEnds(event.protocol, event.original) === ends(came) &&
        tupleEnds(event.protocol, event.reply) === answerEnds(left)
      : tupleEnds(event.protocol, event.reply) === ends(came) &&
        tupleEnds(event.protocol, event.original) === answerEnds(left),
  );
  return direction === 'request'
    ? own.filter(({ event }) => event === 'NEW').slice(0, 1)
    : own.filter(({ event }) => event !== 'NEW').slice(0, 1);
}

function tupleEnds(protocol: string, { source, destination }: Tuple): string {
  const end = ({ ip, port }: { ip: string; port?: number }) =>
    `${ip.includes(':') ? `[${ip}]` : ip}:${port ?? ''}`;
  return `${protocol} ${end(source)} ${end(destination)}`;
}

/** An address as text; what was observed is never a set. */
export function ipText(ip: Ip): string {
  return typeof ip === 'string' ? ip : ip.oneOf.join('|');
}
