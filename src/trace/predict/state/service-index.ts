/** Finds Services by name, address and node port, without validating all of them. */
import { canonical } from '../address.ts';

interface RawService {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
  readonly spec?: {
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[] | null;
    readonly externalIPs?: readonly string[] | null;
    readonly healthCheckNodePort?: number;
    readonly ports?: readonly { readonly nodePort?: number }[] | null;
  };
  readonly status?: {
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] | null } | null;
  };
}

/** Raw Services by what a packet or a person may ask for. */
export interface ServiceIndex {
  readonly byName: ReadonlyMap<string, readonly unknown[]>;
  readonly byIp: ReadonlyMap<string, readonly unknown[]>;
  readonly byNodePort: ReadonlyMap<number, readonly unknown[]>;
}

/** One pass over all of them, by a few fields; nothing is checked yet. */
export function indexServices(services: readonly unknown[]): ServiceIndex {
  const byName = new Map<string, unknown[]>();
  const byIp = new Map<string, unknown[]>();
  const byNodePort = new Map<number, unknown[]>();
  for (const service of services) {
    const { metadata, spec, status } = service as RawService;
    append(byName, `${metadata?.namespace ?? 'default'}/${metadata?.name}`, service);
    const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
    const ips = [
      spec?.clusterIP ?? 'None',
      ...(spec?.clusterIPs ?? []),
      ...(spec?.externalIPs ?? []),
      ...ingress,
    ];
    for (const ip of new Set(ips.map(canonical))) if (ip !== 'None') append(byIp, ip, service);
    const nodePorts = [...(spec?.ports ?? []).map(({ nodePort }) => nodePort), spec?.healthCheckNodePort];
    for (const port of new Set(nodePorts)) if (port) append(byNodePort, port, service);
  }
  return { byName, byIp, byNodePort };
}

function append<K>(index: Map<K, unknown[]>, key: K, value: unknown): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [value]);
  else known.push(value);
}
