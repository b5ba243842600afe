/** A node as its packets see it: which addresses are its own, and which of them answer NodePorts. */
import { canonical, contains, type Family, familyOf, firstAddress, isLoopback } from '../address.ts';
import type { Node } from './objects.ts';
import type { KubeProxy, PodNetwork } from './settings.ts';

/** What of a Node its packets depend on. */
export interface NodeFacts {
  readonly name: string;
  readonly zone: string;
  /** Label node.kubernetes.io/exclude-from-external-load-balancers (KEP-1143); kubeadm sets it on control planes. */
  readonly excludedFromLoadBalancers: boolean;
  /** InternalIPs first, then ExternalIPs. */
  readonly addresses: readonly string[];
  readonly podCIDRs: readonly string[];
  /** The node's ends of the pod network: `.1` of each podCIDR. */
  readonly podGateways: readonly string[];
  /** Addresses by interface, where they were read from the node. */
  readonly interfaces: Readonly<Record<string, readonly string[]>>;
}

/** Reads them from the Node, and from its interfaces where those were read. */
export function nodeFacts(node: Node, network: PodNetwork): NodeFacts {
  const statusAddresses = node.status.addresses ?? [];
  const ofType = (type: string) =>
    statusAddresses
      .filter((one) => one.type === type && familyOf(one.address))
      .map((one) => canonical(one.address));
  const podCIDRs = node.spec.podCIDRs ?? (node.spec.podCIDR === undefined ? [] : [node.spec.podCIDR]);
  return {
    name: node.metadata.name,
    zone: node.metadata.labels?.['topology.kubernetes.io/zone'] ?? '',
    excludedFromLoadBalancers:
      node.metadata.labels?.['node.kubernetes.io/exclude-from-external-load-balancers'] !== undefined,
    addresses: [...ofType('InternalIP'), ...ofType('ExternalIP')],
    podCIDRs,
    podGateways: podCIDRs.flatMap((cidr) => firstAddress(cidr) ?? []),
    interfaces: network.nodes?.[node.metadata.name]?.addresses ?? {},
  };
}

/** First InternalIP of the family, else ExternalIP: Kubernetes v1.37.0 pkg/util/node/node.go (GetNodeHostIPs). */
export function primaryAddress(node: NodeFacts, family: Family): string | undefined {
  return node.addresses.find((ip) => familyOf(ip) === family);
}

/** All addresses of its interfaces but loopback. */
export function ownAddresses({ addresses, podGateways, interfaces }: NodeFacts): readonly string[] {
  return [...addresses, ...podGateways, ...Object.values(interfaces).flat()];
}

/** What `addrtype --dst-type LOCAL` and `fib daddr type local` match on this node. */
export function isLocalAddress(node: NodeFacts, ip: string): boolean {
  return ownAddresses(node).includes(ip) || isLoopback(ip);
}

/**
 * Whether a NodePort answers on this local address: Kubernetes v1.37.0 pkg/proxy/util/nodeport_addresses.go
 * and cmd/kube-proxy/app/server.go (expandNodePortAddressKeywords); KEP-3866.
 *
 * - iptables mode: all local addresses unless restricted; 127.0.0.0/8 only with localhostNodePorts, ::1 never
 *   (pkg/proxy/iptables/proxier.go, the tail call to KUBE-NODEPORTS).
 * - nftables mode: the primary addresses unless widened; loopback never (pkg/proxy/nftables/proxier.go, set
 *   nodeport-ips; KEP-6032's userspace proxy is alpha and off in 1.37).
 */
export function answersNodePorts(node: NodeFacts, ip: string, kubeProxy: KubeProxy): boolean {
  const family = familyOf(ip);
  if (family === undefined || !isLocalAddress(node, ip)) return false;
  if (isLoopback(ip)) {
    const served = kubeProxy.mode === 'iptables' && family === 'IPv4' && kubeProxy.localhostNodePorts;
    if (!served) return false;
  }
  const cidrs = nodePortCIDRs(node, family, kubeProxy);
  // Without a CIDR of this family all its addresses count (NewNodePortAddresses).
  return cidrs.length === 0 || cidrs.some((cidr) => contains(cidr, ip));
}

function nodePortCIDRs(node: NodeFacts, family: Family, kubeProxy: KubeProxy): readonly string[] {
  const { nodePortAddresses, mode } = kubeProxy;
  const configured = nodePortAddresses.length === 0 && mode === 'nftables' ? ['primary'] : nodePortAddresses;
  const expanded = configured.flatMap((entry) => {
    switch (entry) {
      case 'primary':
        return (['IPv4', 'IPv6'] as const).flatMap((each) => {
          const ip = primaryAddress(node, each);
          return ip === undefined ? [] : [`${ip}/${each === 'IPv4' ? 32 : 128}`];
        });
      case 'localhost':
        return ['127.0.0.0/8', '::1/128'];
      case 'all':
        return ['0.0.0.0/0', '::/0'];
      default:
        return [entry];
    }
  });
  return expanded.filter((cidr) => familyOf(cidr) === family);
}
