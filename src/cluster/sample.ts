/** A cluster that nobody made, for tests of what the project does with one. */
import type { Cluster } from './cluster.ts';

export const sampleCluster: Cluster = {
  name: 'hop-3n-1111',
  shape: { id: '3n', workers: 2, ipFamily: 'ipv4', podNetwork: 'kindnet' },
  proxyMode: 'iptables',
  podNetwork: 'kindnet',
  image: 'node:1',
  network: { subnet: '172.31.77.0/24', bridge: 'br-1' },
  kubeconfig: '/state/kubeconfig',
  kubectl: 'kubectl',
};
