/** Where a node sends a packet, and which source address it gets there. */
import { canonical, contains, familyOf } from '../address.ts';
import { isLocalAddress, type NodeFacts, primaryAddress } from '../state/node.ts';
import type { Route } from '../state/settings.ts';
import { type Netns, ownerOf, type World } from './world.ts';

/** How a packet leaves a node. */
export interface Departure {
  /** Undefined: to the default gateway or another machine that is not of this cluster. */
  readonly to: Netns | undefined;
  /** Address of the interface it leaves by: what MASQUERADE makes the source. */
  readonly address: string;
  readonly out?: string;
  readonly via?: string;
}

/**
 * The route of a node to an address that is not its own. A pod of the node is behind a veth pair; everything
 * else leaves by the interface with the node's own address: other nodes and their podCIDRs by way of the
 * node's address, the rest by the default route (kindnetd routes.go; ptp.go). Where the node's routes were
 * read, they decide.
 */
export function departureOf(world: World, node: NodeFacts, ip: string): Departure {
  const owner = ownerOf(world, ip);
  const layout = world.state.podNetwork.nodes?.[node.name];
  const route = layout && bestRoute(layout.routes, ip);
  if (layout !== undefined && route !== undefined) {
    const gateway = route.gateway === undefined ? {} : { via: route.gateway };
    const address = ofSameFamily(layout.addresses[route.dev] ?? [], ip) ?? nodeAddress(node, ip);
    return { to: nextStop(world, node, owner, route), address, out: route.dev, ...gateway };
  }
  if (owner?.kind === 'pod' && owner.pod.node.name === node.name) {
    return { to: owner, address: ofSameFamily(node.podGateways, ip) ?? nodeAddress(node, ip) };
  }
  return { to: beyond(world, node, owner, ip), address: nodeAddress(node, ip) };
}

function nodeAddress(node: NodeFacts, ip: string): string {
  return primaryAddress(node, familyOf(ip) ?? 'IPv4') ?? ip;
}

function ofSameFamily(addresses: readonly string[], ip: string): string | undefined {
  return addresses.find((one) => familyOf(one) === familyOf(ip));
}

/** A podCIDR is routed as a whole: also an address that no pod has goes to the node that it belongs to. */
function beyond(world: World, node: NodeFacts, owner: Netns | undefined, ip: string): Netns | undefined {
  if (owner !== undefined) return owner.kind === 'pod' ? { kind: 'node', node: owner.pod.node } : owner;
  const host = world.state.nodeOfPodCIDR(ip);
  return host === undefined || host.name === node.name ? undefined : { kind: 'node', node: host };
}

function nextStop(world: World, node: NodeFacts, owner: Netns | undefined, route: Route): Netns | undefined {
  if (route.gateway === undefined) {
    const isHere = owner?.kind !== 'pod' || owner.pod.node.name === node.name;
    return isHere ? owner : { kind: 'node', node: owner.pod.node };
  }
  const gateway = ownerOf(world, canonical(route.gateway));
  if (gateway?.kind === 'node') return gateway;
  const host = world.state.nodeOfPodCIDR(route.gateway);
  return host && { kind: 'node', node: host };
}

/** Longest prefix; `default` is the shortest. */
function bestRoute(routes: readonly Route[], ip: string): Route | undefined {
  const family = familyOf(ip);
  const width = family === 'IPv6' ? 128 : 32;
  let best: { readonly route: Route; readonly length: number } | undefined;
  for (const route of routes) {
    const cidr = route.dst.includes('/') || route.dst === 'default' ? route.dst : `${route.dst}/${width}`;
    const isDefault =
      cidr === 'default' && (route.gateway === undefined || familyOf(route.gateway) === family);
    if (!isDefault && !contains(cidr, ip)) continue;
    const length = isDefault ? 0 : Number(cidr.split('/')[1]);
    if (best === undefined || length > best.length) best = { route, length };
  }
  return best?.route;
}

/** The source address that a process on a node gets: its own for its own, else that of the interface it leaves by. */
export function sourceOnNode(world: World, node: NodeFacts, ip: string): string {
  return isLocalAddress(node, ip) ? ip : departureOf(world, node, ip).address;
}

/** Whether the pod network gives a packet that leaves the node a new source address. */
export function podNetworkMasquerades({ state }: World, sourceIp: string, destinationIp: string): boolean {
  const { podSubnets } = state.podNetwork;
  const isPod = (ip: string): boolean =>
    podSubnets.length > 0
      ? podSubnets.some((subnet) => contains(subnet, ip))
      : state.nodeOfPodCIDR(ip) !== undefined;
  switch (state.podNetwork.masquerade) {
    case 'except-to-pods':
      return !isPod(destinationIp);
    case 'pods-to-elsewhere':
      return isPod(sourceIp) && !isPod(destinationIp);
    case 'none':
      return false;
  }
}
