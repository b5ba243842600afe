/** The scenario matrix as data: target × policy × where the client is × where the pod is × protocol × family. */
import type { End } from '../../../src/trace/trace.ts';

export interface Cell {
  readonly target: string;
  /** `worker` and `worker2` stand for the nodes. */
  readonly from: string;
  readonly ends: End['kind'] | Readonly<Record<'iptables' | 'nftables', End['kind']>>;
  readonly protocol?: 'udp';
  readonly family?: 'IPv6';
  /** The node to which the client's network routes what is not a node's own address. */
  readonly via?: string;
  /** How often it is asked: where the endpoint is chosen at random. */
  readonly count?: number;
}

const outside = 'outside';
const asker = 'pod/matrix/asker';
const svc = (name: string, port = 80) => `http://svc/matrix/${name}:${port}/hostname`;
const node = (name: string, port: number) => `http://node/${name}:${port}/hostname`;
const lb = (name: string) => `http://lb/matrix/${name}:80/hostname`;
const udp = { protocol: 'udp' } as const;
const v6 = { family: 'IPv6' } as const;

/** NodePorts of workload.yaml. */
const port = {
  cluster: 30060,
  local: 30061,
  both: 30062,
  empty: 30063,
  closed: 30064,
  host: 30065,
  byHand: 30066,
  outsider: 30067,
};

export const cells: readonly Cell[] = [
  // NodePort, policy Cluster; the pod is on worker2.
  { target: node('worker', port.cluster), from: outside, ends: 'delivered' },
  { target: node('worker2', port.cluster), from: outside, ends: 'delivered' },
  { target: node('worker', port.cluster), from: outside, ends: 'delivered', ...udp },
  { target: node('worker2', port.cluster), from: outside, ends: 'delivered', ...udp },
  { target: node('worker', port.cluster), from: asker, ends: 'delivered' },
  { target: node('worker2', port.cluster), from: asker, ends: 'delivered' },
  { target: node('control-plane', port.cluster), from: asker, ends: 'delivered', ...udp },
  { target: node('worker', port.cluster), from: 'node/worker', ends: 'delivered' },
  { target: node('worker2', port.cluster), from: 'node/worker', ends: 'delivered' },
  { target: node('worker2', port.cluster), from: 'pod/matrix/one', ends: 'delivered' },
  { target: node('worker', port.both), from: outside, ends: 'delivered', count: 2 },
  // NodePort, policy Local: only worker2 has the pod.
  { target: node('worker2', port.local), from: outside, ends: 'delivered' },
  { target: node('worker', port.local), from: outside, ends: 'dropped' },
  { target: node('worker2', port.local), from: outside, ends: 'delivered', ...udp },
  { target: node('worker', port.local), from: outside, ends: 'dropped', ...udp },
  { target: node('worker', port.local), from: asker, ends: 'delivered' },
  { target: node('worker2', port.local), from: asker, ends: 'delivered' },
  { target: node('worker', port.local), from: 'node/worker', ends: 'delivered' },
  { target: node('worker2', port.local), from: 'node/control-plane', ends: 'delivered' },
  // ClusterIP.
  { target: svc('cluster'), from: asker, ends: 'delivered' },
  { target: svc('cluster'), from: asker, ends: 'delivered', ...udp },
  { target: svc('near'), from: asker, ends: 'delivered' },
  { target: svc('both'), from: asker, ends: 'delivered', count: 2 },
  { target: svc('affinity'), from: asker, ends: 'delivered' },
  { target: svc('cluster'), from: 'node/worker', ends: 'delivered' },
  { target: svc('cluster'), from: 'node/worker2', ends: 'delivered' },
  { target: svc('cluster'), from: 'node/control-plane', ends: 'delivered', ...udp },
  { target: svc('cluster'), from: 'pod/matrix/host', ends: 'delivered' },
  { target: svc('cluster'), from: outside, via: 'worker', ends: 'delivered' },
  { target: 'dns://svc/kube-system/kube-dns:53', from: asker, ends: 'delivered', ...udp },
  // Back to the pod that asked.
  { target: svc('cluster'), from: 'pod/matrix/one', ends: 'delivered' },
  { target: svc('cluster'), from: 'pod/matrix/one', ends: 'delivered', ...udp },
  // internalTrafficPolicy Local.
  { target: svc('inside-local'), from: asker, ends: 'dropped' },
  { target: svc('inside-local'), from: 'node/worker2', ends: 'delivered' },
  { target: svc('inside-local'), from: 'node/worker', ends: 'dropped' },
  // Nobody there.
  { target: node('worker', port.empty), from: outside, ends: 'rejected' },
  { target: node('worker', port.empty), from: outside, ends: 'rejected', ...udp },
  { target: svc('empty'), from: asker, ends: 'rejected' },
  { target: svc('empty'), from: asker, ends: 'rejected', ...udp },
  { target: svc('empty'), from: 'node/worker', ends: 'rejected' },
  { target: svc('hidden'), from: asker, ends: 'rejected' },
  { target: svc('published'), from: asker, ends: 'delivered' },
  // A port on which nothing listens, and one that the Service does not have.
  { target: node('worker', port.closed), from: outside, ends: 'reset' },
  { target: node('worker', port.closed), from: outside, ends: 'reset', ...udp },
  { target: svc('closed'), from: asker, ends: 'reset' },
  { target: node('worker', 30999), from: outside, ends: 'reset' },
  { target: svc('cluster', 81), from: asker, ends: { iptables: 'dropped', nftables: 'rejected' } },
  // Pods and names that resolve to them.
  { target: 'http://pod/matrix/one:8080/', from: asker, ends: 'delivered' },
  { target: 'http://pod/matrix/two:8080/', from: asker, ends: 'delivered' },
  { target: 'http://pod/matrix/one:8080/', from: 'node/worker', ends: 'delivered' },
  { target: 'http://pod/matrix/one:8080/', from: outside, via: 'worker', ends: 'delivered' },
  { target: svc('headless', 8080), from: asker, ends: 'delivered' },
  // An endpoint with its node's own address.
  { target: svc('hostnet'), from: asker, ends: 'delivered' },
  { target: svc('hostnet'), from: asker, ends: 'delivered', ...udp },
  { target: node('worker', port.host), from: outside, ends: 'delivered' },
  { target: node('worker2', port.host), from: outside, ends: 'delivered' },
  // Addresses that a load balancer or an administrator announces.
  { target: lb('lb'), from: outside, via: 'worker', ends: 'delivered' },
  { target: lb('lb'), from: asker, ends: 'delivered' },
  { target: lb('lb'), from: 'node/worker', ends: 'delivered' },
  { target: lb('lb-local'), from: outside, via: 'worker2', ends: 'delivered' },
  { target: lb('lb-local'), from: outside, via: 'worker', ends: 'dropped' },
  { target: lb('lb-local'), from: asker, ends: 'delivered' },
  { target: lb('lb-ranges'), from: outside, via: 'worker', ends: 'dropped' },
  { target: 'http://203.0.113.40:80/', from: outside, via: 'worker', ends: 'delivered' },
  { target: 'http://203.0.113.40:80/', from: asker, ends: 'delivered' },
  { target: 'http://203.0.113.50:80/', from: outside, via: 'worker2', ends: 'delivered' },
  { target: 'http://203.0.113.50:80/', from: outside, via: 'worker', ends: 'dropped' },
  { target: 'http://203.0.113.50:80/', from: 'pod/matrix/one', ends: 'delivered' },
  // Slices written by hand: an endpoint that is local nowhere, and one outside the cluster.
  { target: svc('by-hand'), from: asker, ends: 'delivered' },
  { target: svc('by-hand'), from: 'pod/matrix/one', ends: 'delivered' },
  { target: svc('by-hand', 81), from: 'pod/matrix/one', ends: 'reset' },
  { target: node('worker2', port.byHand), from: outside, ends: 'dropped' },
  { target: node('worker2', port.byHand), from: 'node/worker2', ends: 'delivered' },
  { target: svc('outsider'), from: asker, ends: 'reset' },
  { target: node('worker', port.outsider), from: outside, ends: 'reset' },
  // The endpoint of the own node, where there is one.
  { target: svc('near-node'), from: asker, ends: 'delivered', count: 2 },
  { target: svc('near-node'), from: 'node/control-plane', ends: 'delivered', count: 2 },
  // A node's loopback address answers NodePorts in iptables mode only.
  {
    target: `http://127.0.0.1:${port.cluster}/hostname`,
    from: 'node/worker',
    ends: { iptables: 'delivered', nftables: 'reset' },
  },
  // The same over IPv6.
  { target: node('worker', port.cluster), from: outside, ends: 'delivered', ...v6 },
  { target: node('worker2', port.cluster), from: outside, ends: 'delivered', ...v6 },
  { target: node('worker', port.cluster), from: outside, ends: 'delivered', ...v6, ...udp },
  { target: node('worker2', port.local), from: outside, ends: 'delivered', ...v6 },
  { target: node('worker', port.local), from: outside, ends: 'dropped', ...v6 },
  { target: svc('cluster'), from: asker, ends: 'delivered', ...v6 },
  { target: svc('cluster'), from: 'node/worker', ends: 'delivered', ...v6 },
  { target: svc('cluster'), from: 'pod/matrix/one', ends: 'delivered', ...v6 },
  { target: node('worker', port.empty), from: outside, ends: 'rejected', ...v6 },
  { target: svc('empty'), from: asker, ends: 'rejected', ...v6 },
];
