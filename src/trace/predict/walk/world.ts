/** Who has an address: nodes, pods, the client. */
import { canonical, type Family, familyOf } from '../address.ts';
import type { Target } from '../probe.ts';
import type { NodeFacts } from '../state/node.ts';
import type { Pod } from '../state/objects.ts';
import { type ClusterState, podIps } from '../state/state.ts';

/** What of a pod its packets depend on. */
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

/** The cluster, and the client that asks it. */
export interface World {
  readonly state: ClusterState;
  /** Addresses of the client outside, where it is outside. */
  readonly clientIps: readonly string[];
  readonly clientName: string;
  /** Pods that EndpointSlices name, by address; the Pods themselves may not be at hand. */
  readonly endpointPods: ReadonlyMap<string, PodFacts>;
}

/** One key for each network namespace of the cluster. */
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

/** @returns undefined for a pod that no node has yet. */
export function podFacts(state: ClusterState, { metadata, spec }: Pod): PodFacts | undefined {
  const node = state.nodeNamed(spec.nodeName ?? '');
  return node && { name: metadata.name, namespace: metadata.namespace, node };
}

/** The first address of the family, or of the pod. */
export function podAddress(pod: Pod, family: Family | undefined): string | undefined {
  return podIps(pod).find((ip) => family === undefined || familyOf(ip) === family);
}
