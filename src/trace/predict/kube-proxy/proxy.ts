/** What kube-proxy's rules on one node do with the first packet of a connection, whatever the mode. */
import { contains, familyOf } from '../address.ts';
import type { Flow } from '../flow.ts';
import { type Because, because } from '../sources.ts';
import { isLocalAddress, type NodeFacts } from '../state/node.ts';
import type { KubeProxy } from '../state/settings.ts';
import type { ClusterState } from '../state/state.ts';
import type { Usable } from './claim.ts';
import type { ServiceEndpoint } from './endpoints.ts';
import type { ServicePort } from './service-port.ts';

/** The rules of one node. */
export interface Rules {
  /** NAT at `prerouting`, or `output` for what the node itself sends. */
  readonly nat: (packet: Arrival, hook: 'prerouting' | 'output') => Nat;
  /** Filter rules, for packets that no rule gave a new destination. */
  readonly filter: (packet: Flow, hook: 'input' | 'forward' | 'output') => Filter;
  /** Whether `postrouting` masquerades, and why. */
  readonly masquerade: (packet: Translated) => Because | undefined;
}

/** A packet before NAT. */
export interface Arrival {
  readonly packet: Flow;
  /** It came by the veth of a pod of this node. */
  readonly fromPod: boolean;
}

/** A packet after NAT, on its way out. */
export interface Translated {
  readonly packet: Flow;
  readonly marked: boolean;
  /** The endpoint that its destination was changed to on this node. */
  readonly endpoint: ServiceEndpoint | undefined;
}

/** One endpoint that may be chosen, and the mark for masquerade that it gets on the way to it. */
export interface Choice {
  readonly endpoint: ServiceEndpoint;
  readonly marked: Because | undefined;
}

/** What the NAT rules of a hook do; `unchanged` may still be marked. */
export type Nat =
  | { readonly kind: 'unchanged'; readonly marked: Because | undefined }
  | { readonly kind: 'dnat'; readonly choices: readonly Choice[]; readonly because: Because }
  | { readonly kind: 'drop'; readonly because: Because };

/** What the filter rules of a hook do. */
export type Filter =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' | 'reject'; readonly because: Because };

/** No NAT rule fits. */
export const unchanged: Nat = { kind: 'unchanged', marked: undefined };
/** No filter rule stops it. */
export const accept: Filter = { kind: 'accept' };

/** Whose rules, in which cluster. */
export interface RuleContext {
  readonly state: ClusterState;
  readonly node: NodeFacts;
}

/**
 * Whether traffic counts as a local pod's; undefined when kube-proxy was not told how to see it. Kubernetes
 * v1.37.0 pkg/proxy/util/localdetector.go, cmd/kube-proxy/app/server_linux.go (getLocalDetectors). With
 * ClusterCIDR a pod of any node is "local".
 */
export function isLocalPodTraffic(
  kubeProxy: KubeProxy,
  node: NodeFacts,
  arrival: Arrival,
): boolean | undefined {
  const { ip } = arrival.packet.source;
  const byCidr = (cidrs: readonly string[]): boolean | undefined => {
    // Only the first CIDR of a family is used.
    const cidr = cidrs.find((one) => familyOf(one) === familyOf(ip));
    return cidr === undefined ? undefined : contains(cidr, ip);
  };
  switch (kubeProxy.detectLocal) {
    case 'ClusterCIDR':
      return byCidr(kubeProxy.clusterCIDRs);
    case 'NodeCIDR':
      return byCidr(node.podCIDRs);
    case 'BridgeInterface':
    case 'InterfaceNamePrefix':
      return arrival.fromPod;
    case 'none':
      return undefined;
  }
}

/**
 * Masquerade of ClusterIP traffic: what does not come from a pod may have been routed here from outside, and
 * its reply has to come back here (both proxiers, "masquerade clusterIP traffic from outside cluster").
 */
export function clusterIpMark(
  { state, node }: RuleContext,
  arrival: Arrival,
  source: string,
): Because | undefined {
  if (state.kubeProxy.masqueradeAll) return because('masqueradeAll is set', source);
  if (isLocalPodTraffic(state.kubeProxy, node, arrival) !== false) return undefined;
  return because('to a ClusterIP from an address outside the pod network: marked for masquerade', source);
}

/** What the chain for external destinations (KUBE-EXT-…, external-…) leads to; undefined: to nothing. */
export interface External {
  readonly endpoints: readonly ServiceEndpoint[];
  readonly marked: Because | undefined;
  readonly text: string;
}

/**
 * NodePort, load balancer and external IP traffic (both proxiers, "Set up external traffic handling"). Under
 * Cluster all of it is masqueraded. Under Local the traffic of pods and of the node itself takes the short
 * circuit to the endpoints of policy Cluster, as if it had gone out to a load balancer and come back; only
 * the rest goes to local endpoints, with its source kept.
 */
export function externalChain(
  context: RuleContext,
  port: ServicePort,
  usable: Usable,
  arrival: Arrival,
  source: string,
): External | undefined {
  const { state, node } = context;
  if (!port.externalLocal) {
    const marked = because(
      'externalTrafficPolicy Cluster: marked for masquerade, the pod may be on another node',
      source,
    );
    return { endpoints: usable.cluster, marked, text: 'externalTrafficPolicy Cluster' };
  }
  if (isLocalPodTraffic(state.kubeProxy, node, arrival) === true) {
    const text = 'externalTrafficPolicy Local, but traffic of a pod takes the short circuit to all endpoints';
    return { endpoints: usable.cluster, marked: undefined, text };
  }
  if (isLocalAddress(node, arrival.packet.source.ip)) {
    const marked = because('from an address of the node itself: marked for masquerade', source);
    const text =
      'externalTrafficPolicy Local, but traffic of the node itself takes the short circuit to all endpoints';
    return { endpoints: usable.cluster, marked, text };
  }
  if (usable.external.length === 0) return undefined;
  return {
    endpoints: usable.external,
    marked: undefined,
    text: 'externalTrafficPolicy Local: only endpoints of this node, source kept',
  };
}

/** `one of 2 endpoints of shop/cart`; with session affinity the first connection of a client chooses. */
export function choiceText(port: ServicePort, count: number): string {
  if (count === 1) return `the only endpoint of ${port.title}`;
  const how = port.sticky
    ? 'at random at first, then the same for this client (sessionAffinity ClientIP)'
    : 'at random';
  return `one of ${count} endpoints of ${port.title}, ${how}`;
}

/** Load balancer sources that may pass; a node whose own address may is let in from the load balancer IP too. */
export function passesSourceRanges(port: ServicePort, node: NodeFacts, ip: string): boolean {
  const { sourceRanges } = port;
  if (sourceRanges.some((range) => contains(range, ip))) return true;
  const nodeIp = node.addresses.find((one) => familyOf(one) === port.family);
  const allowFromNode = nodeIp !== undefined && sourceRanges.some((range) => contains(range, nodeIp));
  return allowFromNode && port.loadBalancerIPs.includes(ip);
}
