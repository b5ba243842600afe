/** Which endpoints kube-proxy uses on a node: Kubernetes v1.37.0 pkg/proxy/topology.go. */
import type { ServiceEndpoint } from './endpoints.ts';
import { type ServicePort, usesClusterEndpoints, usesLocalEndpoints } from './service-port.ts';

/** Endpoints of one Service port, as one node uses them. */
export interface Categorized {
  /** For traffic under policy Cluster, hints applied. */
  readonly cluster: readonly ServiceEndpoint[];
  /** For traffic under policy Local. */
  readonly local: readonly ServiceEndpoint[];
  /** Both together. */
  readonly reachable: readonly ServiceEndpoint[];
  /** Whether any node at all has a usable one; decides between REJECT (no) and DROP (yes, but not here). */
  readonly hasAny: boolean;
}

/** What of a node the choice depends on. */
export interface Location {
  readonly name: string;
  /** Label topology.kubernetes.io/zone; empty when the node has none. */
  readonly zone: string;
}

/**
 * Ready endpoints, and where there are none, those that are terminating and still serve (KEP-1669), for
 * Cluster and Local separately (topology.go CategorizeEndpoints).
 */
export function categorize(all: readonly ServiceEndpoint[], port: ServicePort, node: Location): Categorized {
  const isLocal = ({ nodeName }: ServiceEndpoint): boolean => nodeName === node.name && node.name !== '';
  const cluster = usesClusterEndpoints(port) ? clusterEndpoints(all, node) : [];
  const usable = readyOrTerminating(all);
  if (!usesLocalEndpoints(port)) {
    return { cluster, local: [], reachable: cluster, hasAny: cluster.length > 0 };
  }
  const local = readyOrTerminating(all.filter(isLocal));
  const reachable = [...cluster, ...local.filter((endpoint) => !cluster.includes(endpoint))];
  return { cluster, local, reachable, hasAny: cluster.length > 0 || usable.length > 0 };
}

/** The endpoints that get new connections: the ready ones, else those that are terminating and still serve. */
export function readyOrTerminating<E extends Pick<ServiceEndpoint, 'ready' | 'serving' | 'terminating'>>(
  endpoints: readonly E[],
): readonly E[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  if (ready.length > 0) return ready;
  return endpoints.filter(({ serving, terminating }) => serving && terminating);
}

function clusterEndpoints(all: readonly ServiceEndpoint[], node: Location): readonly ServiceEndpoint[] {
  const usable = readyOrTerminating(all);
  const ready = usable.filter((endpoint) => endpoint.ready);
  switch (topologyMode(ready, node)) {
    case 'PreferSameNode':
      return ready.filter(({ nodeHints }) => nodeHints.includes(node.name));
    case 'PreferSameZone':
      return ready.filter(({ zoneHints }) => zoneHints.includes(node.zone));
    case 'none':
      return usable;
  }
}

/**
 * Hints count only if every ready endpoint has one and at least one is for here; node before zone
 * (topology.go topologyModeFromHints; KEP-3015, KEP-2433). trafficDistribution itself is not read by
 * kube-proxy: it is why the EndpointSlice controller writes hints.
 */
export function topologyMode(
  ready: readonly ServiceEndpoint[],
  node: Location,
): 'PreferSameNode' | 'PreferSameZone' | 'none' {
  if (ready.length === 0) return 'none';
  const allNodes = ready.every(({ nodeHints }) => nodeHints.length > 0);
  if (allNodes && ready.some(({ nodeHints }) => nodeHints.includes(node.name))) return 'PreferSameNode';
  const allZones = ready.every(({ zoneHints }) => zoneHints.length > 0);
  if (allZones && ready.some(({ zoneHints }) => zoneHints.includes(node.zone))) return 'PreferSameZone';
  return 'none';
}
