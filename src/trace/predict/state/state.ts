/** The cluster as a prediction asks about it: look-ups by name and address; only what is asked for is validated. */
import { canonical } from '../address.ts';
import type { NodeFacts } from './node.ts';
import { indexNodes } from './node-index.ts';
import {
  type EndpointSlice,
  endpointSliceSchema,
  type Pod,
  podSchema,
  type Service,
  serviceCIDRSchema,
  serviceSchema,
} from './objects.ts';
import { read, remember } from './read.ts';
import { indexServices } from './service-index.ts';
import { type KubeProxy, kubeProxySchema, type PodNetwork, podNetworkSchema } from './settings.ts';
import { type ObjectList, openSource } from './source.ts';

/** Look-ups; each searches once and remembers. */
export interface ClusterState {
  readonly kubeProxy: KubeProxy;
  readonly podNetwork: PodNetwork;
  /** All of them. */
  readonly nodes: () => readonly NodeFacts[];
  readonly nodeNamed: (name: string) => NodeFacts | undefined;
  /** The node that has this address itself; nobody's for loopback addresses. */
  readonly nodeAt: (ip: string) => NodeFacts | undefined;
  /** The node whose podCIDR has this address. */
  readonly nodeOfPodCIDR: (ip: string) => NodeFacts | undefined;
  readonly service: (namespace: string, name: string) => Service | undefined;
  /** Services with this ClusterIP, external IP or load balancer IP. */
  readonly servicesAt: (ip: string) => readonly Service[];
  /** Services with this nodePort or healthCheckNodePort. */
  readonly servicesOnNodePort: (port: number) => readonly Service[];
  readonly slicesOf: (namespace: string, service: string) => readonly EndpointSlice[];
  /** Services that have an endpoint with this address. */
  readonly servicesWithEndpoint: (ip: string) => readonly Service[];
  readonly pod: (namespace: string, name: string) => Pod | undefined;
  /** Pods that run with this address; with a node's address those that share its network. */
  readonly podsAt: (ip: string) => readonly Pod[];
  /** Ports on which a pod really listens, where somebody looked; otherwise its containerPorts are believed. */
  readonly listening: (namespace: string, pod: string) => readonly ListeningPort[] | undefined;
}

/** A socket that accepts. */
export interface ListeningPort {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

/** What to load. */
export interface StateInput {
  /**
   * Services, EndpointSlices, Nodes and Pods, and ServiceCIDRs if at hand, as `kubectl get … -A -o json` prints
   * them: one list a kind or one for all. A large file is best given as a `Dump`, which is read in parts.
   */
  readonly lists: readonly ObjectList[];
  readonly kubeProxy: KubeProxy;
  readonly podNetwork: PodNetwork;
  /** By `NS/POD`. */
  readonly listening?: Readonly<Record<string, readonly ListeningPort[]>>;
}

/**
 * @throws PredictionError when a list is not JSON; objects are checked when they are asked for, and then the
 *   error names the object.
 */
export function loadState({ lists, kubeProxy, podNetwork, listening }: StateInput): ClusterState {
  const sources = lists.map(openSource);
  const network = podNetworkSchema.parse(podNetwork);
  const services = sources.flatMap((source) => source.objectsOf('Service'));
  const nodeIndex = indexNodes(sources, network);
  const index = indexServices(services);
  const found = (raw: readonly unknown[] | undefined) => (raw ?? []).map((one) => read(serviceSchema, one));
  const slices = remember((service: string) =>
    sources.flatMap((source) => source.slicesOf(service)).map((slice) => read(endpointSliceSchema, slice)),
  );
  const servicesWithEndpoint = remember((ip: string) => {
    const named = sources
      .flatMap((source) => source.slicesWith(ip))
      .map((slice) => read(endpointSliceSchema, slice).metadata)
      .map(({ namespace, labels }) => `${namespace}/${labels?.['kubernetes.io/service-name']}`);
    return [...new Set(named)].flatMap((name) => found(index.byName.get(name)).slice(0, 1));
  });
  const podsNamed = remember((name: string) =>
    sources.flatMap((source) => source.named('Pod', name)).map((pod) => read(podSchema, pod)),
  );
  const podsAt = remember((ip: string) =>
    sources
      .flatMap((source) => source.podsAt(ip))
      .map((pod) => read(podSchema, pod))
      // A pod that has ended keeps its address in its status; the address may be another pod's by now.
      .filter(({ status }) => status.phase !== 'Succeeded' && status.phase !== 'Failed'),
  );
  const serviceCIDRs = sources
    .flatMap((source) => source.objectsOf('ServiceCIDR'))
    .flatMap((one) => read(serviceCIDRSchema, one).spec.cidrs ?? []);
  const settings = kubeProxySchema.parse(kubeProxy);
  return {
    kubeProxy: { ...settings, serviceCIDRs: [...settings.serviceCIDRs, ...serviceCIDRs] },
    podNetwork: network,
    ...nodeIndex,
    service: (namespace, name) => found(index.byName.get(`${namespace}/${name}`))[0],
    servicesAt: (ip) => found(index.byIp.get(ip)),
    servicesOnNodePort: (port) => found(index.byNodePort.get(port)),
    slicesOf: (namespace, service) =>
      slices(service).filter(({ metadata }) => metadata.namespace === namespace),
    servicesWithEndpoint,
    pod: (namespace, name) => podsNamed(name).find(({ metadata }) => metadata.namespace === namespace),
    podsAt,
    listening: (namespace, pod) => listening?.[`${namespace}/${pod}`],
  };
}

/** All addresses of a pod. */
export function podIps({ status }: Pod): readonly string[] {
  const all = [
    ...(status.podIP === undefined ? [] : [status.podIP]),
    ...(status.podIPs ?? []).map(({ ip }) => ip),
  ];
  return [...new Set(all.map(canonical))];
}
