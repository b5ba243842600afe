/** Small objects for tests, in the shape of `kubectl get -o json`; only what a test is about has to be said. */
import { loadState, type ClusterState, type StateInput } from '../state/state.ts';
import { defaultKubeProxy, type KubeProxy, kindnet } from '../state/settings.ts';

export const podSubnets = ['10.244.0.0/16', 'fd00:10:244::/56'];
export const serviceCIDRs = ['10.96.0.0/16', 'fd00:10:96::/112'];

export function node(name: string, addresses: readonly string[], podCIDRs: readonly string[], labels: Record<string, string> = {}): object {
  return {
    kind: 'Node',
    metadata: { name, labels },
    spec: { podCIDRs },
    status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
  };
}

interface PodOptions {
  readonly hostNetwork?: boolean;
  readonly namespace?: string;
  /** `8080` or `8081/udp`. Left out: the pod declares no ports. */
  readonly ports?: readonly string[];
  readonly phase?: string;
}

export function pod(name: string, ips: string | readonly string[], nodeName: string, options: PodOptions = {}): object {
  const all = typeof ips === 'string' ? [ips] : ips;
  const ports = options.ports?.map((text) => {
    const [number, protocol = 'tcp'] = text.split('/');
    return { containerPort: Number(number), protocol: protocol.toUpperCase() };
  });
  return {
    kind: 'Pod',
    metadata: { name, namespace: options.namespace ?? 'default' },
    spec: {
      nodeName,
      ...(options.hostNetwork ? { hostNetwork: true } : {}),
      containers: [{ name: 'app', ...(ports ? { ports } : {}) }],
    },
    status: { phase: options.phase ?? 'Running', podIP: all[0], podIPs: all.map((ip) => ({ ip })) },
  };
}

/** A Service in namespace default with the fields of its spec as given; `ports` has 80 when left out. */
export function service(name: string, spec: object, more: { status?: object; labels?: Record<string, string>; namespace?: string } = {}): object {
  const { status, labels, namespace = 'default' } = more;
  return {
    kind: 'Service',
    metadata: { name, namespace, ...(labels ? { labels } : {}) },
    spec: { type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
    ...(status ? { status } : {}),
  };
}

interface EndpointOptions {
  readonly node?: string;
  readonly pod?: string;
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
  readonly zones?: readonly string[];
  readonly nodes?: readonly string[];
}

export function endpoint(ip: string, options: EndpointOptions = {}): object {
  const { node: nodeName, pod: name, ready, serving, terminating, zones, nodes } = options;
  return {
    addresses: [ip],
    conditions: { ready: ready ?? true, serving: serving ?? ready ?? true, terminating: terminating ?? false },
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(name === undefined ? {} : { targetRef: { kind: 'Pod', name, namespace: 'default' } }),
    ...(zones || nodes
      ? { hints: { forZones: zones?.map((zone) => ({ name: zone })), forNodes: nodes?.map((one) => ({ name: one })) } }
      : {}),
  };
}

interface SliceOptions {
  readonly name?: string;
  readonly port?: number;
  readonly portName?: string;
  readonly protocol?: 'TCP' | 'UDP';
  readonly addressType?: 'IPv4' | 'IPv6';
  readonly labels?: Record<string, string>;
  readonly namespace?: string;
}

export function slice(serviceName: string, endpoints: readonly object[], options: SliceOptions = {}): object {
  const { name = `${serviceName}-abc`, port = 8080, portName = '', protocol = 'TCP', addressType = 'IPv4' } = options;
  return {
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace: options.namespace ?? 'default',
      labels: { 'kubernetes.io/service-name': serviceName, ...options.labels },
    },
    addressType,
    endpoints,
    ports: [{ name: portName, port, protocol }],
  };
}

/** Three nodes as kind numbers them, dual-stack. */
export const kindNodes = [
  node('control-plane', ['172.18.0.4', 'fc00:f853::4'], ['10.244.0.0/24', 'fd00:10:244::/64'], {
    'topology.kubernetes.io/zone': 'a',
    'node.kubernetes.io/exclude-from-external-load-balancers': '',
  }),
  node('worker', ['172.18.0.2', 'fc00:f853::2'], ['10.244.1.0/24', 'fd00:10:244:1::/64'], { 'topology.kubernetes.io/zone': 'a' }),
  node('worker2', ['172.18.0.3', 'fc00:f853::3'], ['10.244.2.0/24', 'fd00:10:244:2::/64'], { 'topology.kubernetes.io/zone': 'b' }),
];

export function cluster(
  mode: 'iptables' | 'nftables' | 'none' | 'ipvs',
  objects: readonly object[],
  more: Partial<KubeProxy> & Pick<StateInput, 'listening'> = {},
): ClusterState {
  const { listening, ...settings } = more;
  return loadState({
    lists: [objects],
    kubeProxy: { ...defaultKubeProxy(mode, podSubnets, serviceCIDRs), ...settings },
    podNetwork: kindnet(podSubnets),
    ...(listening ? { listening } : {}),
  });
}
