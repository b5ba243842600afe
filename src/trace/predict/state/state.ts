/** The cluster as a prediction asks about it: look-ups by name and address; only what is asked for is validated. */
import { z } from 'zod';
import { canonical, contains, isLoopback } from '../address.ts';
import { PredictionError } from '../errors.ts';
import { type NodeFacts, nodeFacts, ownAddresses } from './node.ts';
import {
  type EndpointSlice,
  endpointSliceSchema,
  nodeSchema,
  type Pod,
  podSchema,
  type Service,
  serviceCIDRSchema,
  serviceSchema,
} from './objects.ts';
import { indexServices } from './service-index.ts';
import { type KubeProxy, kubeProxySchema, type PodNetwork, podNetworkSchema } from './settings.ts';
import { type ObjectList, openSource } from './source.ts';

/** Look-ups; each searches once and remembers. */
export interface ClusterState {
  readonly kubeProxy: KubeProxy;
  readonly podNetwork: PodNetwork;
  readonly nodes: readonly NodeFacts[];
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
  const nodes = sources
    .flatMap((source) => source.objectsOf('Node'))
    .map((node) => nodeFacts(read(nodeSchema, node), network));
  const nodesByName = new Map(nodes.map((node) => [node.name, node]));
  const nodesByIp = new Map(
    nodes.flatMap((node) =>
      ownAddresses(node)
        .filter((ip) => !isLoopback(ip))
        .map((ip) => [ip, node] as const),
    ),
  );
  const index = indexServices(services);
  const found = (raw: readonly unknown[] | undefined) => (raw ?? []).map((one) => read(serviceSchema, one));
  const slices = remember((service: string) =>
    sources.flatMap((source) => source.slicesOf(service)).map((slice) => read(endpointSliceSchema, slice)),
  );
  const podsNamed = remember((name: string) =>
    sources.flatMap((source) => source.podsNamed(name)).map((pod) => read(podSchema, pod)),
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
    nodes,
    nodeNamed: (name) => nodesByName.get(name),
    nodeAt: (ip) => nodesByIp.get(ip),
    nodeOfPodCIDR: remember((ip) =>
      nodes.find(({ podCIDRs }) => podCIDRs.some((cidr) => contains(cidr, ip))),
    ),
    service: (namespace, name) => found(index.byName.get(`${namespace}/${name}`))[0],
    servicesAt: (ip) => found(index.byIp.get(ip)),
    servicesOnNodePort: (port) => found(index.byNodePort.get(port)),
    slicesOf: (namespace, service) =>
      slices(service).filter(({ metadata }) => metadata.namespace === namespace),
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

/** A look-up that searches once for each key. */
function remember<T>(lookUp: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    if (!known.has(key)) known.set(key, lookUp(key));
    return known.get(key) as T;
  };
}

function read<T>(schema: z.ZodType<T>, object: unknown): T {
  const result = schema.safeParse(object);
  if (result.success) return result.data;
  const { kind, metadata } = object as { kind?: string; metadata?: { namespace?: string; name?: string } };
  const name = [metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join('/');
  throw new PredictionError(`${kind ?? 'Object'} ${name} can't be read: ${z.prettifyError(result.error)}`);
}
