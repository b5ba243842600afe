/** Who has an address: nodes, pods, the client; and where a node sends a packet for it. */
import { canonical, contains, type Family, familyOf } from '../address.ts';
import type { Target } from '../probe.ts';
import { isLocalAddress, type NodeFacts, primaryAddress } from '../state/node.ts';
import type { Pod } from '../state/objects.ts';
import type { Route } from '../state/settings.ts';
import { type ClusterState, podIps } from '../state/state.ts';

export interface PodFacts {
  readonly name: string;
  /** Empty for an endpoint of a hand-made slice whose pod is not known. */
  readonly namespace: string;
  readonly node: NodeFacts;
}

/** A network namespace that a packet can be in. */
export type Netns =
  | { readonly kind: 'outside' }
  | { readonly kind: 'node'; readonly node: NodeFacts }
  | { readonly kind: 'pod'; readonly pod: PodFacts };

export interface World {
  readonly state: ClusterState;
  /** Addresses of the client outside, where it is outside. */
  readonly clientIps: readonly string[];
  readonly clientName: string;
  /** Pods that EndpointSlices name, by address; the Pods themselves may not be at hand. */
  readonly endpointPods: ReadonlyMap<string, PodFacts>;
}

export function netnsKey(netns: Netns): string {
  switch (netns.kind) {
    case 'outside':
      return 'outside';
    case 'node':
      return `node ${netns.node.name}`;
    case 'pod':
      return `pod ${netns.pod.namespace}/${netns.pod.name}`;
  }
}

/**
 * Pods that the slices of all Services at an address or port name, by address. A pod with hostNetwork has its
 * node's address and is found as the node.
 */
export function endpointPodsOf(
  state: ClusterState,
  ip: string,
  port: number,
  target: Target,
): Map<string, PodFacts> {
  const services = [...state.servicesAt(ip), ...state.servicesOnNodePort(port)].map(
    ({ metadata }) => metadata,
  );
  if (target.kind === 'service') services.push({ namespace: target.namespace, name: target.name });
  const pods = new Map<string, PodFacts>();
  for (const { namespace, name } of services) {
    for (const { endpoints } of state.slicesOf(namespace, name)) {
      for (const { addresses, targetRef, nodeName } of endpoints ?? []) {
        const address = canonical(addresses[0] ?? '');
        const node = state.nodeNamed(nodeName ?? '') ?? state.nodeOfPodCIDR(address);
        if (targetRef?.kind !== 'Pod' || targetRef.name === undefined || node === undefined) continue;
        pods.set(address, { namespace: targetRef.namespace ?? namespace, name: targetRef.name, node });
      }
    }
  }
  return pods;
}

/** The network namespace that has the address; undefined for addresses that nobody known has. */
export function ownerOf({ state, clientIps, endpointPods: known }: World, ip: string): Netns | undefined {
  const node = state.nodeAt(ip);
  if (node !== undefined) return { kind: 'node', node };
  if (clientIps.includes(ip)) return { kind: 'outside' };
  const byEndpoint = known.get(ip);
  if (byEndpoint !== undefined) return { kind: 'pod', pod: byEndpoint };
  const pod = state.podsAt(ip)[0];
  const facts = pod && podFacts(state, pod);
  return facts && { kind: 'pod', pod: facts };
}

export function podFacts(state: ClusterState, { metadata, spec }: Pod): PodFacts | undefined {
  const node = state.nodeNamed(spec.nodeName ?? '');
  return node && { name: metadata.name, namespace: metadata.namespace, node };
}

/** The first address of the family, or of the pod. */
export function podAddress(pod: Pod, family: Family | undefined): string | undefined {
  return podIps(pod).find((ip) => family === undefined || familyOf(ip) === family);
}

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
  const family = familyOf(ip) ?? 'IPv4';
  const layout = world.state.podNetwork.nodes?.[node.name];
  const route = layout && bestRoute(layout.routes, ip);
  const nodeAddress = primaryAddress(node, family) ?? ip;
  if (layout !== undefined && route !== undefined) {
    const address =
      (layout.addresses[route.dev] ?? []).find((one) => familyOf(one) === family) ?? nodeAddress;
    const gateway = route.gateway === undefined ? {} : { via: route.gateway };
    return { to: nextStop(world, node, owner, route), address, out: route.dev, ...gateway };
  }
  if (owner?.kind === 'pod' && owner.pod.node.name === node.name) {
    return { to: owner, address: node.podGateways.find((one) => familyOf(one) === family) ?? nodeAddress };
  }
  // A podCIDR is routed as a whole: also an address that no pod has goes to the node it belongs to.
  const host =
    owner?.kind === 'pod' ? owner.pod.node : owner === undefined ? world.state.nodeOfPodCIDR(ip) : undefined;
  if (host !== undefined && host.name !== node.name)
    return { to: { kind: 'node', node: host }, address: nodeAddress };
  return { to: owner, address: nodeAddress };
}

function nextStop(world: World, node: NodeFacts, owner: Netns | undefined, route: Route): Netns | undefined {
  if (route.gateway !== undefined) {
    const gateway = ownerOf(world, canonical(route.gateway));
    const node = gateway?.kind === 'node' ? gateway.node : world.state.nodeOfPodCIDR(route.gateway);
    return node && { kind: 'node', node };
  }
  if (owner?.kind === 'pod' && owner.pod.node.name !== node.name)
    return { kind: 'node', node: owner.pod.node };
  return owner;
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
