/** The way of a packet so far: hops, the roles of the places it saw, and what each node remembers of it. */
import type { Action, Hook, Hop, Role } from '../../hop.ts';
import type { Packet } from '../../packet.ts';
import { type Direction, hopIds } from '../../passage.ts';
import type { Flow } from '../flow.ts';
import type { Because } from '../sources.ts';
import { type Netns, netnsKey, type World } from './world.ts';

/** What a node's conntrack keeps of a connection: the packet as it came and as it left. */
export interface Tracked {
  readonly node: string;
  readonly original: Flow;
  readonly translated: Flow;
}

/** A hop whose id is not known yet: it depends on the hops before it. */
export type UnnamedHop = Omit<Hop, 'id'>;

/** Grows by copies, so that ways which part keep what they have in common. */
export interface Path {
  readonly hops: readonly UnnamedHop[];
  readonly roles: ReadonlyMap<string, Role>;
  readonly tracked: readonly Tracked[];
}

/** Where every way begins. */
export const emptyPath: Path = { hops: [], roles: new Map(), tracked: [] };

/** Gives a place its role, unless it has one: where one place has two, it keeps the first it had on the way. */
export function withRole(path: Path, netns: Netns, role: Role): Path {
  const key = netnsKey(netns);
  return path.roles.has(key) ? path : { ...path, roles: new Map(path.roles).set(key, role) };
}

/** Adds what a node remembers of the connection. */
export function tracks(path: Path, tracked: Tracked): Path {
  return { ...path, tracked: [...path.tracked, tracked] };
}

/** What happens to a packet at one place. */
export interface Step {
  readonly at: Netns;
  readonly hook: Hook;
  readonly action: Action;
  readonly packet: Flow;
  readonly after?: Flow;
  readonly because: Because;
  readonly out?: string | undefined;
  readonly via?: string | undefined;
}

/** Appends a hop. The order of hops within a namespace is that of `hopsOfPassage`; a test holds it. */
export function withHop(world: World, path: Path, step: Step): Path {
  const { at, hook, action, packet, after, because, out, via } = step;
  const role = path.roles.get(netnsKey(at)) ?? 'entry-node';
  const hop: UnnamedHop = {
    place: { role, name: placeName(world, at) },
    hook,
    action,
    packet: asPacket(packet),
    ...(after === undefined ? {} : { after: asPacket(after) }),
    ...(out === undefined ? {} : { out }),
    ...(via === undefined ? {} : { via }),
    rules: [],
    grade: 'unobserved',
    evidence: [],
    because: { ...because },
  };
  return { ...path, hops: [...path.hops, hop] };
}

/** The hops with their ids. */
export function namedHops(direction: Direction, { hops }: Path): Hop[] {
  const id = hopIds(direction);
  return hops.map((hop) => ({ id: id(hop.place.role, hop), ...hop }));
}

function placeName(world: World, netns: Netns): string {
  switch (netns.kind) {
    case 'outside':
      return world.clientName;
    case 'node':
      return netns.node.name;
    case 'pod':
      return netns.pod.name;
  }
}

function asPacket({ protocol, source, destination, flags, icmp }: Flow): Packet {
  return {
    protocol,
    source: { ...source },
    destination: { ...destination },
    ...(flags === undefined ? {} : { flags }),
    ...(icmp === undefined ? {} : { icmp }),
  };
}
