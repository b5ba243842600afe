/** One port of a Service in one IP family, as kube-proxy reads it: Kubernetes v1.37.0 pkg/proxy/serviceport.go. */
import { canonical, type Family, familyOf, prefixLength } from '../address.ts';
import type { Service } from '../state/objects.ts';

/** What kube-proxy knows of a port; BaseServicePortInfo upstream. */
export interface ServicePort {
  /** `shop/cart:http`, as in iptables comments; without the colon when the port has no name. */
  readonly title: string;
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: 'tcp' | 'udp';
  readonly family: Family;
  readonly clusterIP: string;
  readonly port: number;
  /** 0: none, also with allocateLoadBalancerNodePorts: false. */
  readonly nodePort: number;
  readonly externalIPs: readonly string[];
  /** Ingress IPs whose mode is VIP; kube-proxy leaves those with `ipMode: Proxy` alone (KEP-1860). */
  readonly loadBalancerIPs: readonly string[];
  /** Of this family; empty when one of them allows everybody. */
  readonly sourceRanges: readonly string[];
  readonly sticky: boolean;
  readonly externalLocal: boolean;
  readonly internalLocal: boolean;
}

/**
 * The ports of a Service that kube-proxy makes rules for. None for a headless Service, an ExternalName
 * (pkg/proxy/util/utils.go ShouldSkipService) and for one that another proxy takes care of (label
 * service.kubernetes.io/service-proxy-name, cmd/kube-proxy/app/server.go).
 */
export function servicePorts(
  service: Service,
  family: Family,
  allowExternalIPs: boolean,
): readonly ServicePort[] {
  const { metadata, spec } = service;
  if (spec.type === 'ExternalName' || isHeadless(service) || spec.clusterIP === undefined) return [];
  if (metadata.labels?.['service.kubernetes.io/service-proxy-name'] !== undefined) return [];
  const clusterIP = clusterIPOf(service, family);
  if (clusterIP === undefined) return [];
  const ofFamily = (ips: readonly string[]) => ips.map(canonical).filter((ip) => familyOf(ip) === family);
  const ranges = (spec.loadBalancerSourceRanges ?? [])
    .map((range) => range.trim())
    .filter((range) => familyOf(range) === family);
  const ingress = service.status?.loadBalancer?.ingress ?? [];
  const shared = {
    namespace: metadata.namespace,
    service: metadata.name,
    family,
    clusterIP,
    externalIPs: allowExternalIPs ? ofFamily(spec.externalIPs ?? []) : [],
    loadBalancerIPs: ofFamily(ingress.flatMap(({ ip, ipMode }) => (ip && ipMode !== 'Proxy' ? [ip] : []))),
    sourceRanges: ranges.some((range) => prefixLength(range) === 0) ? [] : ranges,
    sticky: spec.sessionAffinity === 'ClientIP',
    externalLocal: spec.externalTrafficPolicy === 'Local' && isExternallyAccessibleByType(service),
    internalLocal: spec.internalTrafficPolicy === 'Local',
  };
  return (spec.ports ?? []).flatMap(({ name, protocol, port, nodePort }) => {
    if (protocol === 'SCTP') return [];
    const title = `${metadata.namespace}/${metadata.name}${name === '' ? '' : `:${name}`}`;
    return [
      { ...shared, title, portName: name, protocol: protocol === 'TCP' ? 'tcp' : 'udp', port, nodePort },
    ];
  });
}

/** Without a virtual address of its own. */
export function isHeadless({ spec }: Service): boolean {
  return spec.clusterIP === 'None';
}

/** pkg/proxy/util/utils.go GetClusterIPByFamily. */
export function clusterIPOf({ spec }: Service, family: Family): string | undefined {
  const all = spec.clusterIPs ?? (spec.clusterIP === undefined ? [] : [spec.clusterIP]);
  const ip = all.map(canonical).find((one) => familyOf(one) === family);
  return ip;
}

/** pkg/api/v1/service/util.go ExternallyAccessible: an externalTrafficPolicy counts only for these. */
function isExternallyAccessibleByType({ spec }: Service): boolean {
  const byAddress = spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0;
  return spec.type === 'LoadBalancer' || spec.type === 'NodePort' || byAddress;
}

/** Whether it is reachable by something else than its ClusterIP (serviceport.go ExternallyAccessible). */
export function isExternallyAccessible({ nodePort, loadBalancerIPs, externalIPs }: ServicePort): boolean {
  return nodePort !== 0 || loadBalancerIPs.length > 0 || externalIPs.length > 0;
}

/** serviceport.go UsesClusterEndpoints; external traffic under Local still needs them for its short circuit. */
export function usesClusterEndpoints(port: ServicePort): boolean {
  return !port.internalLocal || isExternallyAccessible(port);
}

/** serviceport.go UsesLocalEndpoints. */
export function usesLocalEndpoints(port: ServicePort): boolean {
  return port.internalLocal || (port.externalLocal && isExternallyAccessible(port));
}
