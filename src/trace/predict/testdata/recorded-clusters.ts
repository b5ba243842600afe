/** The two clusters that the samples were recorded on, as their objects were then; see samples/README.md. */
import type { CapturedProbe } from '../../observe/capture.ts';
import type { Client, ProbeRequest } from '../probe.ts';
import { defaultKubeProxy, kindnet } from '../state/settings.ts';
import { type ClusterState, loadState } from '../state/state.ts';
import { endpoint, node, pod, service, slice } from './objects.ts';

export type Mode = 'iptables' | 'nftables';

interface Recorded {
  readonly prefix: 'c1' | 'c2';
  /** By node, without prefix. */
  readonly nodes: Readonly<Record<string, string>>;
  readonly clusterIPs: Readonly<Record<string, string>>;
  /** Pods by node. */
  readonly pods: Readonly<Record<string, readonly string[]>>;
  readonly endpoints: Readonly<Record<string, readonly string[]>>;
}

const clusters: Readonly<Record<Mode, Recorded>> = {
  iptables: {
    prefix: 'c1',
    nodes: { worker: '172.18.0.2', worker2: '172.18.0.3', 'control-plane': '172.18.0.4' },
    clusterIPs: { web: '10.96.180.46', 'web-local': '10.96.121.21', wrong: '10.96.124.68', solo: '10.96.29.66', empty: '10.96.132.254' },
    pods: { worker: ['10.244.1.2'], worker2: ['10.244.2.2', '10.244.2.3'], 'control-plane': ['10.244.0.2', '10.244.0.3'] },
    endpoints: {
      web: ['10.244.1.2', '10.244.2.3'],
      'web-local': ['10.244.2.2'],
      wrong: ['10.244.2.2'],
      solo: ['10.244.2.2'],
      empty: [],
      'kube-dns': ['10.244.0.2', '10.244.0.3'],
    },
  },
  nftables: {
    prefix: 'c2',
    nodes: { worker: '172.18.0.2', worker2: '172.18.0.4', 'control-plane': '172.18.0.3' },
    clusterIPs: { web: '10.96.128.79', 'web-local': '10.96.64.109', wrong: '10.96.125.51', solo: '10.96.120.95', empty: '10.96.100.3' },
    pods: { worker: ['10.244.1.2'], worker2: ['10.244.2.2', '10.244.2.3'], 'control-plane': ['10.244.0.2', '10.244.0.4'] },
    endpoints: {
      web: ['10.244.1.2', '10.244.2.2'],
      'web-local': ['10.244.2.3'],
      wrong: ['10.244.2.3'],
      solo: ['10.244.2.3'],
      empty: [],
      'kube-dns': ['10.244.0.2', '10.244.0.4'],
    },
  },
};

const nodePorts: Readonly<Record<string, number>> = { web: 30080, 'web-local': 30081, empty: 30082, wrong: 30083, solo: 30084 };

/** Pods are named by their address, as `recordedCapture` names them. */
const podName = (ip: string): string => `pod-${ip}`;

export function recordedState(mode: Mode): ClusterState {
  const { prefix, nodes, clusterIPs, pods, endpoints } = clusters[mode];
  const podCIDR: Readonly<Record<string, string>> = {
    'control-plane': '10.244.0.0/24',
    worker: '10.244.1.0/24',
    worker2: '10.244.2.0/24',
  };
  const nodeOf = (ip: string): string =>
    `${prefix}-${Object.entries(pods).find(([, ips]) => ips.includes(ip))?.[0] ?? ''}`;
  const slicesOf = (name: string, ports: Parameters<typeof slice>[2]): object =>
    slice(name, (endpoints[name] ?? []).map((ip) => endpoint(ip, { node: nodeOf(ip), pod: podName(ip) })), ports);
  const web = Object.entries(clusterIPs).flatMap(([name, clusterIP]) => [
    service(name, {
      type: 'NodePort',
      clusterIP,
      ports: [{ port: 80, protocol: 'TCP', nodePort: nodePorts[name] }],
      externalTrafficPolicy: name === 'web-local' ? 'Local' : 'Cluster',
      internalTrafficPolicy: 'Cluster',
    }),
    slicesOf(name, { port: name === 'wrong' ? 9999 : 8080 }),
  ]);
  const dns = {
    clusterIP: '10.96.0.10',
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ],
  };
  const lists = [
    ...Object.entries(nodes).map(([name, ip]) => node(`${prefix}-${name}`, [ip], [podCIDR[name] ?? ''])),
    ...Object.entries(pods).flatMap(([name, ips]) =>
      ips.map((ip) => {
        const isDns = name === 'control-plane';
        return pod(podName(ip), ip, `${prefix}-${name}`, { ports: isDns ? ['53/udp', '53'] : ['8080'], ...(isDns ? { namespace: 'kube-system' } : {}) });
      }),
    ),
    ...web,
    service('kube-dns', dns, { namespace: 'kube-system' }),
    slicesOf('kube-dns', { port: 53, portName: 'dns', protocol: 'UDP', namespace: 'kube-system' }),
  ];
  return loadState({
    lists: [lists],
    kubeProxy: defaultKubeProxy(mode, ['10.244.0.0/16'], ['10.96.0.0/16']),
    podNetwork: kindnet(['10.244.0.0/16']),
  });
}

/** The probe of a recording, asked of the predictor. */
export function recordedProbe({ protocol, from, source, destination }: CapturedProbe): ProbeRequest {
  return {
    protocol,
    client: clientOf(from, source.ip),
    target: { kind: 'address', ip: destination.ip, port: destination.port },
    text: `${protocol}://${destination.ip}:${destination.port}`,
    ...(source.port === undefined ? {} : { sourcePort: source.port }),
  };
}

function clientOf(name: string, ip: string): Client {
  if (name === 'c-client') return { kind: 'outside', ips: [ip], name };
  return name.startsWith('pod-') ? { kind: 'pod', namespace: 'default', name } : { kind: 'node', name };
}
