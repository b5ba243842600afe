/** From what a person typed to the addresses that the probe is sent to. */
import { canonical, type Family, familyOf } from './address.ts';
import { PredictionError } from './errors.ts';
import { type Destination, headlessDestinations } from './headless.ts';
import { clusterIPOf, isHeadless } from './kube-proxy/service-port.ts';
import type { ProbeRequest, Target } from './probe.ts';
import { upstream } from './sources.ts';
import { primaryAddress } from './state/node.ts';
import type { Pod, Service } from './state/objects.ts';
import { type ClusterState, podIps } from './state/state.ts';

export type { Destination } from './headless.ts';

/** Where a target leads. */
export type Resolved =
  | { readonly kind: 'destinations'; readonly destinations: readonly Destination[] }
  /** No packet is sent to anything of this cluster. */
  | { readonly kind: 'no-path'; readonly text: string };

/** @throws PredictionError when the target does not exist. */
export function resolveTarget(state: ClusterState, { target, family, protocol }: ProbeRequest): Resolved {
  switch (target.kind) {
    case 'address':
      return only({ ip: canonical(target.ip), port: target.port, asked: undefined });
    case 'node':
      return only({ ip: nodeAddress(state, target.name, family), port: target.port, asked: undefined });
    case 'pod':
      return only({ ...podDestination(state, target, family), port: target.port });
    case 'service':
      return serviceDestination(state, serviceNamed(state, target), target, protocol, family);
    case 'load-balancer': {
      const service = serviceNamed(state, target);
      const ips = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
      const ip = pick(ips.map(canonical), family);
      if (ip === undefined) {
        return {
          kind: 'no-path',
          text: `Service ${nameOf(service)} has no load balancer address: nothing gave it one yet.`,
        };
      }
      return only({ ip, port: portNumberOf(service, target.port, protocol), asked: undefined });
    }
    default:
      return target satisfies never;
  }
}

function only(destination: Destination): Resolved {
  return { kind: 'destinations', destinations: [destination] };
}

function nodeAddress(state: ClusterState, name: string, family: Family | undefined): string {
  const node = state.nodeNamed(name);
  if (node === undefined) throw new PredictionError(`There is no node ${name}.`);
  const ip = (family === undefined ? undefined : primaryAddress(node, family)) ?? node.addresses[0];
  if (ip === undefined || (family !== undefined && familyOf(ip) !== family)) {
    throw new PredictionError(`Node ${name} has no ${family ?? 'IP'} address.`);
  }
  return ip;
}

function podDestination(state: ClusterState, target: Target & { kind: 'pod' }, family: Family | undefined) {
  const { namespace, name } = target;
  const ip = pick(podIps(runningPod(state, target)), family);
  if (ip === undefined)
    throw new PredictionError(
      `Pod ${namespace}/${name} is not running: it has no ${family ?? 'IP'} address.`,
    );
  return { ip, asked: { namespace, name } };
}

/**
 * A pod that has ended keeps its address in its status; somebody else may have it by now.
 *
 * @throws PredictionError when there is no such pod, or it does not run.
 */
export function runningPod(
  state: ClusterState,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Pod {
  const pod = state.pod(namespace, name);
  if (pod === undefined) throw new PredictionError(`There is no pod ${name} in namespace ${namespace}.`);
  const { phase } = pod.status;
  if (phase === undefined || phase === 'Running') return pod;
  throw new PredictionError(`Pod ${namespace}/${name} is not running: it is ${phase}.`);
}

function serviceNamed(
  state: ClusterState,
  { namespace, name }: { namespace: string; name: string },
): Service {
  const service = state.service(namespace, name);
  if (service === undefined)
    throw new PredictionError(`There is no Service ${name} in namespace ${namespace}.`);
  return service;
}

function serviceDestination(
  state: ClusterState,
  service: Service,
  target: Target & { kind: 'service' },
  protocol: 'tcp' | 'udp',
  family: Family | undefined,
): Resolved {
  const { spec } = service;
  if (spec.type === 'ExternalName') {
    const text = `Service ${nameOf(service)} is an ExternalName: DNS answers with the name ${spec.externalName ?? ''}, and no packet for it meets a rule here (${upstream.skipService}).`;
    return { kind: 'no-path', text };
  }
  if (isHeadless(service)) {
    const slices = state.slicesOf(target.namespace, target.name);
    const all = family === undefined ? (spec.ipFamilies ?? (['IPv4', 'IPv6'] as const)) : [family];
    if (typeof target.port === 'string') portNumberOf(service, target.port, protocol);
    const destinations = headlessDestinations(service, slices, target.port, all);
    if (destinations.length > 0) return { kind: 'destinations', destinations };
    const text = `Service ${nameOf(service)} is headless and has no ready endpoint: its name has no address (${upstream.dns}).`;
    return { kind: 'no-path', text };
  }
  const families = family === undefined ? (['IPv4', 'IPv6'] as const) : [family];
  const first = familyOf(spec.clusterIP ?? '');
  const ip = clusterIPOf(service, family ?? first ?? 'IPv4');
  if (ip === undefined)
    throw new PredictionError(`Service ${nameOf(service)} has no ${families.join(' or ')} ClusterIP.`);
  return only({ ip, port: portNumberOf(service, target.port, protocol), asked: undefined });
}

/** A number is asked as it is, whether the Service defines it or not; a name has to be one of its ports. */
function portNumberOf(service: Service, port: number | string, protocol: 'tcp' | 'udp'): number {
  if (typeof port === 'number') return port;
  const named = (service.spec.ports ?? []).filter(({ name }) => name === port);
  const found = named.find((one) => one.protocol.toLowerCase() === protocol) ?? named[0];
  if (found === undefined) throw noPort(service, port);
  return found.port;
}

function noPort(service: Service, port: string): PredictionError {
  const names = (service.spec.ports ?? []).map(({ name }) => name).filter((name) => name !== '');
  const known = names.length === 0 ? 'its ports have no names' : `it has ${names.join(', ')}`;
  return new PredictionError(`Service ${nameOf(service)} has no port ${port}: ${known}.`);
}

function pick(ips: readonly string[], family: Family | undefined): string | undefined {
  return ips.find((ip) => family === undefined || familyOf(ip) === family);
}

function nameOf({ metadata }: Service): string {
  return `${metadata.namespace}/${metadata.name}`;
}
