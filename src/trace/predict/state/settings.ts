/** What the cluster's objects don't say: how kube-proxy is set up, and what the pod network does. */
import { z } from 'zod';
import { proxyModeSchema } from '../../trace.ts';

/**
 * kube-proxy's configuration, the same on every node. Defaults as in Kubernetes v1.37.0
 * cmd/kube-proxy/app/server_linux.go (platformApplyDefaults) and pkg/proxy/apis/config/v1alpha1/defaults.go.
 */
export const kubeProxySchema = z.strictObject({
  mode: proxyModeSchema,
  /** How it tells traffic of local pods from other traffic; `none`: it can't, and masquerades less. */
  detectLocal: z.enum(['ClusterCIDR', 'NodeCIDR', 'BridgeInterface', 'InterfaceNamePrefix', 'none']),
  /** One CIDR a family; used by `ClusterCIDR` only. Empty: kube-proxy was not told. */
  clusterCIDRs: z.array(z.string()),
  /** CIDRs and the words `primary`, `localhost`, `all`; empty: all in iptables mode, primary in nftables mode. */
  nodePortAddresses: z.array(z.string()),
  masqueradeAll: z.boolean(),
  /** iptables mode, IPv4 only: NodePorts answer on 127.0.0.1 too. */
  localhostNodePorts: z.boolean(),
  /** Feature gate AllowServiceExternalIPs (KEP-5707). */
  externalIPs: z.boolean(),
  /** Of the ServiceCIDR objects, where those are not in the lists; nftables mode drops what goes to an address of them that no Service has. */
  serviceCIDRs: z.array(z.string()),
});
export type KubeProxy = z.infer<typeof kubeProxySchema>;

/** One route of a node, as in `ip -j route`: `default` or a CIDR, or a single address. */
export const routeSchema = z.object({
  dst: z.string(),
  dev: z.string(),
  gateway: z.string().optional(),
});
export type Route = z.infer<typeof routeSchema>;

/**
 * The pod network. Without `nodes` it is laid out as kindnet (and ptp with host-local) does: a /32 route and
 * a veth pair a pod, whose node end has the first address of the node's podCIDR; the other nodes' podCIDRs by
 * way of their node addresses; everything else by the default route.
 */
export const podNetworkSchema = z.strictObject({
  /**
   * Who gets a new source address on the way out of a node:
   * - `except-to-pods`: all that goes neither to the node itself nor to a pod (kindnet's KIND-MASQ-AGENT);
   * - `pods-to-elsewhere`: what pods send to an address outside the pod network (`-s PODS ! -d PODS`);
   * - `none`.
   */
  masquerade: z.enum(['except-to-pods', 'pods-to-elsewhere', 'none']),
  /** All pods' addresses. Empty: the nodes' podCIDRs. */
  podSubnets: z.array(z.string()),
  /** Routes and interface addresses of nodes, where they were read from them (`ip -j route`, `ip -j addr`). */
  nodes: z
    .record(
      z.string(),
      z.strictObject({ routes: z.array(routeSchema), addresses: z.record(z.string(), z.array(z.string())) }),
    )
    .optional(),
});
export type PodNetwork = z.infer<typeof podNetworkSchema>;

/** kindnet as kind v0.33.0 sets it up. */
export function kindnet(podSubnets: readonly string[] = []): PodNetwork {
  return { masquerade: 'except-to-pods', podSubnets: [...podSubnets] };
}

/** kube-proxy as kind v0.33.0 sets it up: everything default but mode and cluster CIDR. */
export function defaultKubeProxy(
  mode: KubeProxy['mode'],
  clusterCIDRs: readonly string[],
  serviceCIDRs: readonly string[] = [],
): KubeProxy {
  return {
    mode,
    detectLocal: 'ClusterCIDR',
    clusterCIDRs: [...clusterCIDRs],
    nodePortAddresses: [],
    masqueradeAll: false,
    localhostNodePorts: true,
    externalIPs: true,
    serviceCIDRs: [...serviceCIDRs],
  };
}
