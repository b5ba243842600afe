/**
 * The Go modules that the node image and the workloads are built from.
 *
 * Each has a folder under go/ with a module of our own around it: `go install path@version` refuses modules with
 * replace directives, and the committed go.sum pins every dependency. `version` here and in its go.mod are one.
 * A main.go in such a folder is a program of ours, named by the path of the folder's module; a folder in it is a
 * module that stands in for one that can't be had (`replace` in its go.mod).
 */
import { type GoModule, type GoModuleInput, goModule } from './schema.ts';

/** Kubernetes prints and compares these; the same two packages as hack/lib/version.sh stamps. */
const kubernetesStamp = Object.fromEntries(
  ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((path) => [
    [`${path}.gitVersion`, '{version}'],
    [`${path}.gitMajor`, '{major}'],
    [`${path}.gitMinor`, '{minor}'],
    [`${path}.gitCommit`, '{commit}'],
    [`${path}.gitTreeState`, 'clean'],
    [`${path}.buildDate`, '{date}'],
  ]),
);

const entries: Record<string, GoModuleInput> = {
  kubernetes: {
    module: 'k8s.io/kubernetes',
    version: 'v1.37.0',
    programs: {
      agnhost: 'k8s.io/kubernetes/test/images/agnhost',
      kubeadm: 'k8s.io/kubernetes/cmd/kubeadm',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
      kubelet: 'k8s.io/kubernetes/cmd/kubelet',
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
    },
    stamp: kubernetesStamp,
  },
  etcd: {
    module: 'go.etcd.io/etcd/server/v3',
    version: 'v3.7.0',
    programs: { etcd: 'go.etcd.io/etcd/server/v3' },
  },
  coredns: {
    module: 'github.com/coredns/coredns',
    version: 'v1.14.6',
    programs: { coredns: 'github.com/coredns/coredns' },
  },
  containerd: {
    module: 'github.com/containerd/containerd/v2',
    version: 'v2.3.4',
    programs: {
      containerd: 'github.com/containerd/containerd/v2/cmd/containerd',
      'containerd-shim-runc-v2': 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
      ctr: 'github.com/containerd/containerd/v2/cmd/ctr',
    },
    // Snapshotters that kind leaves out as well (images/base/Dockerfile).
    tags: ['no_aufs', 'no_zfs', 'no_btrfs', 'no_devmapper'],
    stamp: { 'github.com/containerd/containerd/v2/version.Version': '{version}' },
  },
  runc: {
    module: 'github.com/opencontainers/runc',
    version: 'v1.4.3',
    programs: { runc: 'github.com/opencontainers/runc' },
    // Static, as upstream's `make static`: the C library of this machine may be newer than the node's.
    tags: ['seccomp', 'netgo', 'osusergo'],
    cgo: { packages: ['libseccomp-dev'] },
  },
  crictl: {
    module: 'sigs.k8s.io/cri-tools',
    version: 'v1.36.0',
    programs: { crictl: 'sigs.k8s.io/cri-tools/cmd/crictl' },
    stamp: { 'sigs.k8s.io/cri-tools/pkg/version.Version': '{version}' },
  },
  'cni-plugins': {
    module: 'github.com/containernetworking/plugins',
    version: 'v1.9.1',
    programs: {
      bridge: 'github.com/containernetworking/plugins/plugins/main/bridge',
      'host-local': 'github.com/containernetworking/plugins/plugins/ipam/host-local',
      loopback: 'github.com/containernetworking/plugins/plugins/main/loopback',
      portmap: 'github.com/containernetworking/plugins/plugins/meta/portmap',
      ptp: 'github.com/containernetworking/plugins/plugins/main/ptp',
    },
    stamp: { 'github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion': '{version}' },
  },
  flannel: {
    module: 'github.com/flannel-io/flannel',
    version: 'v0.28.10',
    programs: {
      flanneld: 'github.com/flannel-io/flannel',
      'install-conf': 'github.com/flannel-io/flannel/cmd/install_conf',
    },
    // Its backend over UDP is C; static, as upstream's Makefile builds it.
    tags: ['netgo', 'osusergo'],
    cgo: { packages: [] },
    stamp: { 'github.com/flannel-io/flannel/pkg/version.Version': '{version}' },
  },
  // github.com/flannel-io/cni-plugin is in no module proxy; this is the last release of the plugins that had it.
  'cni-plugin-flannel': {
    module: 'github.com/containernetworking/plugins',
    version: 'v0.9.1',
    programs: { flannel: 'github.com/containernetworking/plugins/plugins/meta/flannel' },
    stamp: { 'github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion': '{version}' },
  },
  kind: {
    module: 'sigs.k8s.io/kind',
    version: 'v0.33.0',
    programs: { kind: 'sigs.k8s.io/kind' },
  },
  'local-path-provisioner': {
    module: 'github.com/rancher/local-path-provisioner',
    version: 'v0.0.30',
    programs: { 'local-path-provisioner': 'github.com/rancher/local-path-provisioner' },
    stamp: { 'main.VERSION': '{version}' },
  },
  'echo-basic': {
    module: 'sigs.k8s.io/gateway-api/conformance',
    version: 'v1.6.3',
    programs: { 'echo-basic': 'sigs.k8s.io/gateway-api/conformance/echo-basic' },
  },
  /** For the test of the pull branch only: a registry on 127.0.0.1. */
  registry: {
    module: 'github.com/distribution/distribution/v3',
    version: 'v3.1.2',
    programs: { registry: 'hop-by-hop.invalid/images/registry' },
  },
};

export const goModules: ReadonlyMap<string, GoModule> = new Map(
  Object.entries(entries).map(([folder, entry]) => [folder, goModule.parse(entry)]),
);
