/** Paths with the same structure become one, with sets for the addresses in which they differ. */
import type { Hop } from '../hop.ts';
import type { Endpoint, Ip, Packet, Port } from '../packet.ts';
import type { Trace } from '../trace.ts';
import { addressesOf } from './address.ts';

/** Request and reply of one path. */
export type Pair = readonly [request: Trace, reply: Trace];

/** One pair for each structure: the same hops by id and the same ends, in request and reply. */
export function mergePairs(pairs: Iterable<Pair>): Pair[] {
  const byStructure = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const key = pair.map(structure).join(' ');
    const known = byStructure.get(key);
    if (known === undefined) byStructure.set(key, [pair]);
    else known.push(pair);
  }
  return withOwnNames([...byStructure.values()].map((same) => mergeSame(same as [Pair, ...Pair[]])));
}

function structure({ path, hops, end }: Trace): string {
  return JSON.stringify([path, end.kind, ...hops.map(({ id }) => id)]);
}

function mergeSame(pairs: readonly [Pair, ...Pair[]]): Pair {
  if (pairs.length === 1) return pairs[0];
  return [mergeTraces(pairs.map(([request]) => request)), mergeTraces(pairs.map(([, reply]) => reply))];
}

function mergeTraces(traces: readonly Trace[]): Trace {
  const [first] = traces as [Trace];
  const hops = first.hops.map((_, index) => mergeHops(traces.map((trace) => trace.hops[index] as Hop)));
  return { ...first, hops };
}

/** One hop for several of the same id: sets of addresses, ports and names. */
export function mergeHops(hops: readonly Hop[]): Hop {
  const [first] = hops as [Hop];
  const names = distinct(hops.map(({ place }) => place.name));
  const after = hops.flatMap((hop) => hop.after ?? []);
  return {
    ...first,
    place: { ...first.place, name: names.join('|') },
    packet: mergePackets(hops.map(({ packet }) => packet)),
    ...(after.length === 0 ? {} : { after: mergePackets(after) }),
  };
}

function mergePackets(packets: readonly Packet[]): Packet {
  const [first] = packets as [Packet];
  const source = mergeEnds(packets.map((packet) => packet.source));
  const destination = mergeEnds(packets.map((packet) => packet.destination));
  return { ...first, source, destination };
}

function mergeEnds(ends: readonly Endpoint[]): Endpoint {
  const port = mergePorts(ends.flatMap(({ port }) => port ?? []));
  return { ip: mergeIps(ends.map(({ ip }) => ip)), ...(port === undefined ? {} : { port }) };
}

function mergeIps(ips: readonly Ip[]): Ip {
  const all = distinct(ips.flatMap(addressesOf));
  return all.length === 1 ? (all[0] as string) : { oneOf: all };
}

function mergePorts(ports: readonly Port[]): Port | undefined {
  const open = ports.find((port) => typeof port === 'object' && 'any' in port);
  if (open !== undefined || ports.length === 0) return open;
  const all = distinct(
    ports.flatMap((port) => (typeof port === 'number' ? [port] : 'oneOf' in port ? port.oneOf : [])),
  );
  return all.length === 1 ? (all[0] as number) : { oneOf: all };
}

/** Two structures may have come to the same name: the second is `-2`. */
function withOwnNames(pairs: readonly Pair[]): Pair[] {
  const seen = new Map<string, number>();
  return pairs.map(([request, reply]) => {
    const count = (seen.get(request.path) ?? 0) + 1;
    seen.set(request.path, count);
    const path = count === 1 ? request.path : `${request.path}-${count}`;
    return [
      { ...request, path },
      { ...reply, path },
    ];
  });
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
