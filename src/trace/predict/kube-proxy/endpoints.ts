/** The endpoints of a Service port, from all its EndpointSlices: Kubernetes v1.37.0 pkg/proxy/endpointslicecache.go. */
import { canonical, type Family } from '../address.ts';
import type { EndpointSlice } from '../state/objects.ts';

/** One address and port that a Service may lead to. */
export interface ServiceEndpoint {
  readonly ip: string;
  readonly port: number;
  /** As the slice says; a hand-made slice without nodeName has endpoints that are local nowhere. */
  readonly nodeName: string | undefined;
  readonly pod: { readonly namespace: string; readonly name: string } | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

interface PortKey {
  readonly portName: string;
  readonly protocol: 'tcp' | 'udp';
  readonly family: Family;
}

/**
 * Ports go by name and protocol, so one name may stand for several numbers (a named targetPort). Slices of
 * the other family are not read (endpointschangetracker.go). Missing conditions mean ready, serving and not
 * terminating. Where two slices have the same address and port, one that is not terminating wins. publishNotReadyAddresses
 * needs no rule: the EndpointSlice controller then writes `ready: true`.
 */
export function endpointsOf(slices: readonly EndpointSlice[], key: PortKey): readonly ServiceEndpoint[] {
  const byAddress = new Map<string, ServiceEndpoint>();
  for (const slice of slices) {
    if (slice.addressType !== key.family) continue;
    for (const port of slice.ports ?? []) {
      // The API server fills in an empty name and TCP (pkg/apis/discovery/v1/defaults.go).
      const same =
        (port.name ?? '') === key.portName && (port.protocol ?? 'TCP').toLowerCase() === key.protocol;
      if (!same || !port.port) continue;
      for (const endpoint of endpointsIn(slice, port.port)) {
        const address = `${endpoint.ip} ${endpoint.port}`;
        if (!byAddress.has(address) || !endpoint.terminating) byAddress.set(address, endpoint);
      }
    }
  }
  return [...byAddress.values()];
}

/** kube-proxy does not watch slices of headless Services (cmd/kube-proxy/app/server.go, noHeadlessEndpoints). */
export function isSeenByKubeProxy({ metadata }: EndpointSlice): boolean {
  return metadata.labels?.['service.kubernetes.io/headless'] === undefined;
}

function endpointsIn(slice: EndpointSlice, port: number): readonly ServiceEndpoint[] {
  return (slice.endpoints ?? []).flatMap(({ addresses, conditions, nodeName, targetRef, hints }) => {
    // Only the first address counts; more than one was never defined.
    const ip = addresses[0];
    if (ip === undefined) return [];
    const isPod = targetRef?.kind === 'Pod' && targetRef.name !== undefined;
    const namespace = targetRef?.namespace ?? slice.metadata.namespace;
    return [
      {
        ip: canonical(ip),
        port,
        nodeName: nodeName ?? undefined,
        pod: isPod ? { namespace, name: targetRef.name as string } : undefined,
        ready: conditions?.ready ?? true,
        serving: conditions?.serving ?? true,
        terminating: conditions?.terminating ?? false,
        zoneHints: (hints?.forZones ?? []).map(({ name }) => name),
        nodeHints: (hints?.forNodes ?? []).map(({ name }) => name),
      },
    ];
  });
}
