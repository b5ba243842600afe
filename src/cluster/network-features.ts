/** What a pod network asks of the kernel that all nodes share, beyond what every cluster needs. */
import type { KernelFeature } from '../host/doctor/kernel-features.ts';
import type { PodNetworkName } from './shape.ts';

export const networkFeatures: Readonly<Record<PodNetworkName, readonly KernelFeature[]>> = {
  kindnet: [],
  'by-hand': [],
  // flannel puts pods on the bridge cni0.
  'flannel-vxlan': ['br_netfilter', 'vxlan'],
  'flannel-host-gw': ['br_netfilter'],
  bgp: [],
};
