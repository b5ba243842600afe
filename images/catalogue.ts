/** Every container image that the labs use. Read it from top to bottom: it is data. */
import { z } from 'zod';
import { type Image, type ImageInput, image, type NodeImageEntry, nodeImage } from './schema.ts';

const both = ['linux/amd64' as const, 'linux/arm64' as const];

/** An image that is part of the node image; pulled and built with it, so it has no digest of its own. */
const component = (
  id: string,
  reference: string,
  rest: Pick<ImageInput, 'recipe' | 'built' | 'note'>,
): ImageInput => ({
  id,
  upstream: { reference, digest: { state: 'unknown' } },
  platforms: both,
  role: 'component',
  ...rest,
});

const kubernetesComponent = (name: string, base: 'scratch' | 'netbase'): ImageInput =>
  component(name, `registry.k8s.io/${name}:v1.37.0`, {
    recipe: {
      base,
      ingredients: [{ from: 'go', module: 'kubernetes', program: name, to: `/usr/local/bin/${name}` }],
    },
    built: 'same',
  });

const entries: ImageInput[] = [
  {
    id: 'agnhost',
    // The version that Kubernetes v1.37.0 tests itself with (test/utils/image/manifest.go).
    upstream: { reference: 'registry.k8s.io/e2e-test-images/agnhost:2.66.1', digest: { state: 'unknown' } },
    platforms: both,
    role: 'workload',
    recipe: {
      base: 'netbase',
      ingredients: [
        { from: 'go', module: 'kubernetes', program: 'agnhost', to: '/agnhost' },
        // netexec does not start without it.
        { from: 'folder', to: '/uploads' },
      ],
      entrypoint: ['/agnhost'],
      command: ['pause'],
    },
    built: 'differs',
    note: 'upstream has Alpine under the same program, with dig, nc and socat',
  },
  {
    id: 'echo-basic',
    upstream: {
      // The newest tag that most manifests of gateway-api/conformance v1.6.3 name.
      reference: 'registry.k8s.io/gateway-api/echo-basic:v1.6.0-dev.2',
      digest: {
        state: 'known',
        value: 'sha256:5dd376a93d8ec7cb8c15b46973bdb1c686db48135058d2606f2e0cf30f8dd63d',
        takenFrom: 'the pins of four files in public repositories that agree (GitHub code index, 2026-11-22)',
      },
    },
    platforms: both,
    role: 'workload',
    recipe: {
      base: 'scratch',
      ingredients: [{ from: 'go', module: 'echo-basic', program: 'echo-basic', to: '/echo-basic' }],
      entrypoint: ['/echo-basic'],
    },
    built: 'differs',
    note: 'built from gateway-api/conformance v1.6.3',
  },
  // Names and tags of these two: Documentation/kube-flannel.yml of flannel v0.28.10.
  {
    id: 'flannel',
    upstream: { reference: 'ghcr.io/flannel-io/flannel:v0.28.10', digest: { state: 'unknown' } },
    platforms: both,
    role: 'workload',
    recipe: {
      base: 'netbase',
      ingredients: [
        { from: 'go', module: 'flannel', program: 'flanneld', to: '/opt/bin/flanneld' },
        { from: 'go', module: 'flannel', program: 'install-conf', to: '/opt/bin/install-conf' },
      ],
      entrypoint: ['/opt/bin/flanneld'],
    },
    built: 'differs',
    note: 'without the backend for Tencent Cloud, and with Debian’s iptables, nft and ip instead of Alpine’s',
  },
  {
    id: 'flannel-cni-plugin',
    upstream: {
      reference: 'ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel3',
      digest: { state: 'unknown' },
    },
    platforms: both,
    role: 'workload',
    recipe: {
      // Its one use is `cp /flannel …` in an init container.
      base: 'netbase',
      ingredients: [{ from: 'go', module: 'cni-plugin-flannel', program: 'flannel', to: '/flannel' }],
    },
    // To which it delegates.
    onNode: [{ from: 'go', module: 'cni-plugins', program: 'bridge', to: '/opt/cni/bin/bridge' }],
    built: 'differs',
    note: 'the plugin as it was in containernetworking/plugins v0.9.1; it speaks CNI 0.4.0, not 1.0.0',
  },
  {
    id: 'netshoot',
    upstream: { reference: 'docker.io/nicolaka/netshoot:v0.16', digest: { state: 'unknown' } },
    platforms: both,
    role: 'workload',
    recipe: {
      base: 'netbase',
      packages: ['tcpdump', 'bird2', 'iputils-ping'],
      // Debian's tcpdump becomes the user tcpdump, which the package makes when it is installed.
      ingredients: [{ from: 'file', file: 'netshoot/passwd', to: '/etc/passwd', mode: '0644' }],
    },
    built: 'differs',
    note: 'Debian with tcpdump, ping and BIRD, the tools that labs use, instead of Alpine with many',
  },
  kubernetesComponent('kube-apiserver', 'scratch'),
  kubernetesComponent('kube-controller-manager', 'scratch'),
  kubernetesComponent('kube-scheduler', 'scratch'),
  // It calls iptables and nft.
  kubernetesComponent('kube-proxy', 'netbase'),
  // Tag: cmd/kubeadm/app/constants/constants.go of Kubernetes v1.37.0, DefaultEtcdVersion.
  component('etcd', 'registry.k8s.io/etcd:3.7.0-0', {
    recipe: {
      base: 'scratch',
      ingredients: [{ from: 'go', module: 'etcd', program: 'etcd', to: '/usr/local/bin/etcd' }],
    },
    built: 'same',
  }),
  // Tag: the same file, CoreDNSVersion.
  component('coredns', 'registry.k8s.io/coredns/coredns:v1.14.6', {
    recipe: {
      base: 'scratch',
      ingredients: [{ from: 'go', module: 'coredns', program: 'coredns', to: '/coredns' }],
      entrypoint: ['/coredns'],
    },
    built: 'same',
  }),
  // Tag: sandbox_image in kind's images/base/files/etc/containerd/config.toml.
  component('pause', 'registry.k8s.io/pause:3.10', {
    recipe: {
      base: 'scratch',
      ingredients: [
        {
          from: 'c',
          module: 'kubernetes',
          file: 'build/pause/linux/pause.c',
          define: { VERSION: 'v3.10' },
          to: '/pause',
        },
      ],
      entrypoint: ['/pause'],
      user: '65535:65535',
    },
    built: 'same',
  }),
  // Tags: kind v0.33.0, pkg/build/nodeimage/const_cni.go and const_storage.go.
  component('kindnetd', 'docker.io/kindest/kindnetd:v20260820-69b56db7', {
    recipe: {
      base: 'netbase',
      ingredients: [
        { from: 'file', file: 'kindnetd-standin/kindnetd.sh', to: '/usr/local/bin/kindnetd', mode: '0755' },
      ],
      entrypoint: ['/usr/local/bin/kindnetd'],
    },
    built: 'stand-in',
    note: 'the same routes, masquerading and CNI configuration in shell; it enforces no NetworkPolicy',
  }),
  component('local-path-provisioner', 'docker.io/kindest/local-path-provisioner:v20260820-69b56db7', {
    recipe: {
      base: 'scratch',
      ingredients: [
        {
          from: 'go',
          module: 'local-path-provisioner',
          program: 'local-path-provisioner',
          to: '/usr/local/bin/local-path-provisioner',
        },
      ],
      entrypoint: ['/usr/local/bin/local-path-provisioner'],
    },
    built: 'differs',
    note: 'v0.0.30 is the newest that the Go module proxy lists',
  }),
  component('local-path-helper', 'docker.io/kindest/local-path-helper:v20260131-7181c60a', {
    recipe: { base: 'netbase', ingredients: [] },
    built: 'differs',
    note: 'a whole Debian instead of sh, rm and mkdir alone',
  }),
];

export const catalogue: readonly Image[] = z
  .array(image)
  .refine(
    (images) => new Set(images.map(({ id }) => id)).size === images.length,
    'two images have the same id',
  )
  .parse(entries);

export const node: NodeImageEntry = nodeImage.parse({
  id: 'node',
  upstream: {
    reference: 'docker.io/kindest/node:v1.37.0',
    digest: {
      state: 'known',
      value: 'sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5',
      takenFrom:
        'release notes of kind v0.33.0: https://github.com/kubernetes-sigs/kind/releases/tag/v0.33.0',
    },
  },
  platforms: both,
  kubernetes: 'v1.37.0',
  kind: 'v0.33.0',
  base: [
    ...['containerd', 'containerd-shim-runc-v2', 'ctr'].map((program) => ({
      from: 'go',
      module: 'containerd',
      program,
      to: `/usr/local/bin/${program}`,
    })),
    { from: 'go', module: 'runc', program: 'runc', to: '/usr/local/sbin/runc' },
    { from: 'go', module: 'crictl', program: 'crictl', to: '/usr/local/bin/crictl' },
    // `bridge` is ours: upstream node images lack it, and the chapter on pod networks builds one by hand.
    ...['bridge', 'host-local', 'loopback', 'portmap', 'ptp'].map((program) => ({
      from: 'go',
      module: 'cni-plugins',
      program,
      to: `/opt/cni/bin/${program}`,
    })),
  ],
});
