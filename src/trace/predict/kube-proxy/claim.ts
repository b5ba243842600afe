/** Which Service port a destination belongs to, as the rules of one node see it. */
import { contains, familyOf } from '../address.ts';
import { type Flow, portNumber } from '../flow.ts';
import { answersNodePorts, isLocalAddress, type NodeFacts } from '../state/node.ts';
import type { Service } from '../state/objects.ts';
import type { ClusterState } from '../state/state.ts';
import { type Categorized, categorize } from './categorize.ts';
import { endpointsOf, isSeenByKubeProxy, type ServiceEndpoint } from './endpoints.ts';
import { type ServicePort, servicePorts } from './service-port.ts';

/** A Service port, and what of it the packet asked for. */
export interface Claim {
  readonly by: 'cluster-ip' | 'external-ip' | 'load-balancer-ip' | 'node-port';
  readonly port: ServicePort;
  readonly usable: Usable;
}

/**
 * What a Service port can use on a node, by kind of traffic. Kubernetes v1.37.0, the same lines in
 * pkg/proxy/iptables/proxier.go and pkg/proxy/nftables/proxier.go (syncProxyRules): hasInternalEndpoints,
 * hasExternalEndpoints.
 */
export interface Usable extends Categorized {
  /** For ClusterIP traffic; empty: dropped or rejected. */
  readonly internal: readonly ServiceEndpoint[];
  /** For NodePort, load balancer and external IP traffic that comes from outside. */
  readonly external: readonly ServiceEndpoint[];
}

/** The Service port whose rule a new packet meets on this node; ClusterIPs and other addresses before NodePorts. */
export function claimOf(state: ClusterState, node: NodeFacts, packet: Flow): Claim | undefined {
  return claimOfAddress(state, node, packet) ?? claimOfNodePort(state, node, packet, 'nat');
}

/** By ClusterIP, external IP or load balancer IP. */
export function claimOfAddress(state: ClusterState, node: NodeFacts, packet: Flow): Claim | undefined {
  const { ip } = packet.destination;
  for (const port of portsOf(state, state.servicesAt(ip), packet)) {
    if (port.port !== portNumber(packet.destination)) continue;
    const by = addressKind(port, ip);
    if (by !== undefined) return { by, port, usable: usableOn(state, port, node) };
  }
  return undefined;
}

function addressKind(port: ServicePort, ip: string): Claim['by'] | undefined {
  if (port.clusterIP === ip) return 'cluster-ip';
  if (port.externalIPs.includes(ip)) return 'external-ip';
  return port.loadBalancerIPs.includes(ip) ? 'load-balancer-ip' : undefined;
}

/**
 * By NodePort. The filter rules of iptables mode look at every local address (KUBE-EXTERNAL-SERVICES,
 * `addrtype --dst-type LOCAL`), its NAT rules and all of nftables mode only at those that answer NodePorts.
 */
export function claimOfNodePort(
  state: ClusterState,
  node: NodeFacts,
  packet: Flow,
  table: 'nat' | 'filter',
): Claim | undefined {
  const { ip } = packet.destination;
  const anyLocal = table === 'filter' && state.kubeProxy.mode === 'iptables';
  if (anyLocal ? !isLocalAddress(node, ip) : !answersNodePorts(node, ip, state.kubeProxy)) return undefined;
  const number = portNumber(packet.destination);
  const port = portsOf(state, state.servicesOnNodePort(number), packet).find(
    (one) => one.nodePort === number,
  );
  return port && { by: 'node-port', port, usable: usableOn(state, port, node) };
}

/**
 * What an address is that only rules know: of a Service, an external IP, a load balancer IP in VIP mode, or an
 * unused one of the Service range.
 */
export function virtualKind(state: ClusterState, ip: string): Claim['by'] | 'service-range' | undefined {
  const family = familyOf(ip);
  if (family === undefined) return undefined;
  for (const service of state.servicesAt(ip)) {
    for (const port of servicePorts(service, family, state.kubeProxy.externalIPs)) {
      const kind = addressKind(port, ip);
      if (kind !== undefined) return kind;
    }
  }
  return state.kubeProxy.serviceCIDRs.some((cidr) => contains(cidr, ip)) ? 'service-range' : undefined;
}

/** nftables mode: whether the address is the ClusterIP of any Service, whatever the port (set cluster-ips). */
export function isClusterIp(state: ClusterState, ip: string): boolean {
  const family = familyOf(ip);
  if (family === undefined) return false;
  return state.servicesAt(ip).some((service) => servicePorts(service, family, false)[0]?.clusterIP === ip);
}

function portsOf(state: ClusterState, services: readonly Service[], packet: Flow): readonly ServicePort[] {
  const family = familyOf(packet.destination.ip);
  if (family === undefined || state.kubeProxy.mode === 'none') return [];
  return services
    .flatMap((service) => servicePorts(service, family, state.kubeProxy.externalIPs))
    .filter((port) => port.protocol === packet.protocol);
}

/** Whether any Service uses this address and port as an endpoint of this node (nftables: set hairpin-connections). */
export function isLocalEndpoint(state: ClusterState, node: NodeFacts, packet: Flow): boolean {
  const { ip } = packet.destination;
  return portsOf(state, state.servicesWithEndpoint(ip), packet)
    .flatMap((port) => usableOn(state, port, node).reachable)
    .some(
      (one) => one.ip === ip && one.port === portNumber(packet.destination) && one.nodeName === node.name,
    );
}

function usableOn(state: ClusterState, port: ServicePort, node: NodeFacts): Usable {
  const slices = state.slicesOf(port.namespace, port.service).filter(isSeenByKubeProxy);
  const categorized = categorize(endpointsOf(slices, port), port, node);
  return {
    ...categorized,
    internal: port.internalLocal ? categorized.local : categorized.cluster,
    external: port.externalLocal ? categorized.local : categorized.cluster,
  };
}
