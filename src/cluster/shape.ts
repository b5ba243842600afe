/** What kind of cluster a lab wants, and the kind configuration that makes it. */
import { stringify } from 'yaml';
import type { ProxyMode } from '../trace/trace.ts';

/**
 * Pod networks that a lab can run on. `kindnet` is kind's own. All others are made by the lab's steps, in a cluster
 * that has none.
 */
export const podNetworkNames = ['kindnet', 'by-hand', 'flannel-vxlan', 'flannel-host-gw', 'bgp'] as const;
export type PodNetworkName = (typeof podNetworkNames)[number];

export interface Shape {
  /** Part of the cluster's name: letters, digits, short. */
  readonly id: string;
  readonly workers: 0 | 1 | 2 | 3;
  readonly ipFamily: 'ipv4' | 'ipv6' | 'dual';
  /** `kindnet` is kind's own; `none` leaves the nodes NotReady until the lab brings a pod network. */
  readonly podNetwork: 'kindnet' | 'none';
}

/** Changes to kind's configuration that this machine needs (see src/host/adaptations.ts). */
export interface KindPatches {
  readonly kubeadmConfigPatches: readonly string[];
  readonly containerdConfigPatches: readonly string[];
  readonly kubeadmConfigPatchesJSON6902?: readonly Json6902Patch[];
}

interface Json6902Patch {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly patch: string;
}

const extraArgs = (args: Readonly<Record<string, string>>) =>
  Object.entries(args).map(([name, value]) => ({ name, value }));

/** Between two attempts to become the leader; each waits up to 2.2 times as long (JitterFactor in client-go). */
const retry = { 'leader-elect-retry-period': '500ms' };

/**
 * The controllers and the scheduler start without pauses. A node that joins asks for the cluster-info, and where the
 * controllers have not signed it yet it comes back only 5 s later (DiscoveryRetryInterval in kubeadm's constants.go,
 * Kubernetes v1.37.0). By default they come to that after up to 10 s: 4.4 s until the second attempt to become the
 * leader, and 6 s for the requests of their start, of which 20 a second may be made.
 */
const withoutPauses: Json6902Patch = {
  group: 'kubeadm.k8s.io',
  version: 'v1beta4',
  kind: 'ClusterConfiguration',
  patch: stringify([
    // Added one by one to what kind gives the controllers; it gives the scheduler nothing.
    ...extraArgs({ 'kube-api-qps': '200', 'kube-api-burst': '400', ...retry }).map((value) => ({
      op: 'add',
      path: '/controllerManager/extraArgs/-',
      value,
    })),
    { op: 'add', path: '/scheduler/extraArgs', value: extraArgs(retry) },
  ]),
};

/** The folder of the node image in which kubeadm finds its patches (src/host/images/node-image.ts). */
const kubeadmPatches = `kind: InitConfiguration
patches:
  directory: /kind/patches
`;

/** With what makes a cluster of ours start sooner than kind's. */
export const withQuickStart = (patches: KindPatches): KindPatches => ({
  ...patches,
  kubeadmConfigPatches: [...patches.kubeadmConfigPatches, kubeadmPatches],
  kubeadmConfigPatchesJSON6902: [withoutPauses],
});

/** Label on every node, by which manifests can prefer a node by its role. */
export const roleLabel = 'hop-by-hop/role';

/** Roles as kind names them: `control-plane`, `worker`, `worker2`. */
export function nodeRoles(shape: Pick<Shape, 'workers'>): readonly string[] {
  const workers = Array.from({ length: shape.workers }, (_, index) =>
    index === 0 ? 'worker' : `worker${index + 1}`,
  );
  return ['control-plane', ...workers];
}

/** kind.x-k8s.io/v1alpha4 (kind v0.33.0, pkg/apis/config/v1alpha4/types.go). */
export function kindConfig(shape: Shape, proxyMode: ProxyMode, patches: KindPatches): string {
  return stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    networking: {
      apiServerAddress: '127.0.0.1',
      ipFamily: shape.ipFamily,
      kubeProxyMode: proxyMode,
      disableDefaultCNI: shape.podNetwork === 'none',
    },
    nodes: nodeRoles(shape).map((role) => ({
      role: role.replace(/\d+$/, ''),
      labels: { [roleLabel]: role },
    })),
    kubeadmConfigPatches: patches.kubeadmConfigPatches,
    containerdConfigPatches: patches.containerdConfigPatches,
    ...(patches.kubeadmConfigPatchesJSON6902 && {
      kubeadmConfigPatchesJSON6902: patches.kubeadmConfigPatchesJSON6902,
    }),
  });
}
