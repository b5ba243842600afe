/** Where the name of a headless Service leads. */
import { canonical, type Family } from './address.ts';
import { endpointsOf } from './kube-proxy/endpoints.ts';
import type { EndpointSlice, Service } from './state/objects.ts';
import type { Meant } from './walk/listening.ts';

/** One address that the client may connect to. */
export interface Destination {
  readonly ip: string;
  readonly port: number;
  /** The pod behind it, where the address is a pod's own. */
  readonly asked: Meant;
}

/**
 * A headless name resolves to the addresses of its ready endpoints (all of them with publishNotReadyAddresses,
 * whose endpoints count as ready). An address record has no port: the number that was asked goes to the pod
 * as it is, and is not translated to a targetPort. Only a named port (an SRV record) is.
 * Kubernetes DNS-Based Service Discovery 1.1.0, 2.4.
 *
 * @returns nothing when the name has no address in any of the families.
 */
export function headlessDestinations(
  service: Service,
  slices: readonly EndpointSlice[],
  port: number | string,
  families: readonly Family[],
): readonly Destination[] {
  for (const family of families) {
    const found =
      typeof port === 'number' ? byAddress(slices, family, port) : bySrv(service, slices, family, port);
    if (found.length > 0) return found;
  }
  return [];
}

function byAddress(slices: readonly EndpointSlice[], family: Family, port: number): readonly Destination[] {
  const found = new Map<string, Destination>();
  for (const { addressType, endpoints, metadata } of slices) {
    for (const { addresses, conditions, targetRef } of addressType === family ? (endpoints ?? []) : []) {
      const ip = canonical(addresses[0] ?? '');
      if (ip === '' || conditions?.ready === false) continue;
      const name = targetRef?.kind === 'Pod' ? targetRef.name : undefined;
      const asked: Meant =
        name === undefined ? 'endpoint' : { namespace: targetRef?.namespace ?? metadata.namespace, name };
      found.set(ip, { ip, port, asked });
    }
  }
  return [...found.values()];
}

function bySrv(
  { spec }: Service,
  slices: readonly EndpointSlice[],
  family: Family,
  port: string,
): readonly Destination[] {
  return (spec.ports ?? [])
    .filter(({ name, protocol }) => name === port && protocol !== 'SCTP')
    .flatMap(({ name, protocol }) =>
      endpointsOf(slices, { portName: name, protocol: protocol === 'UDP' ? 'udp' : 'tcp', family }),
    )
    .filter(({ ready }) => ready)
    .map(
      (endpoint): Destination => ({
        ip: endpoint.ip,
        port: endpoint.port,
        asked: endpoint.pod ?? 'endpoint',
      }),
    );
}
