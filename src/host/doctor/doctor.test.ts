import { describe, expect, test } from 'vitest';
import type { DockerFacts } from '../docker.ts';
import { diagnose } from './diagnose.ts';
import type { HostFacts } from './facts.ts';
import { rules } from './rules.ts';

const gib = 2 ** 30;

const docker: DockerFacts = {
  serverVersion: '28.2.2',
  operatingSystem: 'Debian GNU/Linux 13 (trixie)',
  arch: 'amd64',
  kernel: '6.12.0',
  cgroupVersion: 2,
  storageDriver: 'overlay2',
  rootDir: '/var/lib/docker',
  defaultRuntime: 'runc',
  cpus: 4,
  memoryBytes: 16 * gib,
  rootless: false,
};

/** A machine on which nothing is wrong. */
const healthy: HostFacts = {
  platform: 'linux',
  arch: 'x64',
  kernelRelease: '6.12.0',
  root: false,
  docker: { state: 'reachable', facts: docker },
  dockerEndpoint: undefined,
  missingCapabilities: [],
  podman: false,
  disk: { path: '/var/lib/docker', freeBytes: 100 * gib },
  inotify: { instances: 1024, watches: 1_048_576 },
  kernel: {
    nf_tables: 'present',
    nft_compat: 'present',
    nft_fib: 'present',
    nft_numgen: 'present',
    xt_statistic: 'present',
    conntrack_netlink: 'present',
    br_netfilter: 'present',
    vxlan: 'present',
    veth: 'present',
  },
  loopback: { state: 'free' },
  routes: [{ destination: 'default', device: 'eth0' }],
  dockerNetworks: [{ name: 'bridge', subnets: ['172.17.0.0/16'] }],
  fence: { state: 'possible', clusters: [] },
  nodeImages: 0,
  leftovers: [],
  sources: { registry: undefined, go: true, apt: true },
};

const withDocker = (change: Partial<DockerFacts>): HostFacts => ({
  ...healthy,
  docker: { state: 'reachable', facts: { ...docker, ...change } },
});

test('on a healthy machine every finding is ok', () => {
  expect(diagnose(healthy).filter(({ state }) => state !== 'ok')).toEqual([]);
  expect(diagnose(healthy).map(({ id }) => id)).toContain('docker');
});

const unreachable = (cause: string): HostFacts['docker'] => ({ state: 'unreachable', cause });

describe('doctor', () => {
  test.each<[what: string, facts: HostFacts, id: string, state: string, remedy: RegExp | undefined]>([
    [
      'no engine, as root on Debian',
      { ...healthy, root: true, docker: { state: 'no client' } },
      'docker',
      'error',
      /lab setup/,
    ],
    [
      'no engine, as a user',
      { ...healthy, docker: { state: 'no client' } },
      'docker',
      'error',
      /docs\.docker\.com/,
    ],
    [
      'a socket that is not ours to use',
      {
        ...healthy,
        docker: unreachable(
          'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
        ),
      },
      'docker',
      'error',
      /usermod -aG docker/,
    ],
    [
      'the same of Docker 29',
      {
        ...healthy,
        docker: unreachable(
          'permission denied while trying to connect to the docker API at unix:///var/run/docker.sock',
        ),
      },
      'docker',
      'error',
      /usermod -aG docker/,
    ],
    [
      'an engine elsewhere that does not answer, where setup would start another one',
      {
        ...healthy,
        root: true,
        docker: unreachable('Cannot connect to the Docker daemon at tcp://192.0.2.1:2375.'),
        dockerEndpoint: 'tcp://192.0.2.1:2375',
      },
      'docker',
      'error',
      /unset DOCKER_HOST/,
    ],
    [
      'podman',
      { ...healthy, podman: true, docker: unreachable('podman') },
      'docker',
      'error',
      /install Docker/,
    ],
    ['an old engine', withDocker({ serverVersion: '19.03.8' }), 'docker', 'error', /20\.10/],
    ['a rootless engine', withDocker({ rootless: true }), 'rootless', 'warn', /rootless/],
    ['little memory', withDocker({ memoryBytes: 2 * gib }), 'memory', 'warn', /add memory/],
    [
      'little memory in Docker Desktop',
      withDocker({ memoryBytes: 2 * gib, operatingSystem: 'Docker Desktop' }),
      'memory',
      'warn',
      /Settings/,
    ],
    ['little disk', { ...healthy, disk: { path: '/', freeBytes: 8 * gib } }, 'disk', 'warn', /prune/],
    ['no disk', { ...healthy, disk: { path: '/', freeBytes: gib } }, 'disk', 'error', /prune/],
    ['cgroup v1', withDocker({ cgroupVersion: 1 }), 'cgroup', 'ok', undefined],
    [
      'missing capabilities and an engine of others',
      { ...healthy, missingCapabilities: ['CAP_SYS_RESOURCE'] },
      'capabilities',
      'error',
      /stop this engine/,
    ],
    [
      'missing capabilities and an engine of others whose runtime goes by its other name',
      {
        ...withDocker({ defaultRuntime: 'io.containerd.runc.v2' }),
        missingCapabilities: ['CAP_SYS_RESOURCE'],
      },
      'capabilities',
      'error',
      /stop this engine/,
    ],
    [
      'missing capabilities and our engine',
      { ...withDocker({ defaultRuntime: 'hop-by-hop' }), missingCapabilities: ['CAP_SYS_RESOURCE'] },
      'capabilities',
      'ok',
      undefined,
    ],
    [
      'few inotify instances',
      { ...healthy, inotify: { instances: 128, watches: 1_048_576 } },
      'inotify',
      'warn',
      /^sudo sysctl -w fs\.inotify\.max_user_instances=512$/,
    ],
    ['an old kernel', { ...healthy, kernelRelease: '5.10.0-28-amd64' }, 'kernel', 'error', /5\.13/],
    [
      'a kernel without nf_tables',
      { ...healthy, kernel: { ...healthy.kernel, nf_tables: 'absent' } },
      'kernel',
      'error',
      /modprobe -a nf_tables/,
    ],
    [
      'no loopback',
      { ...healthy, loopback: { state: 'refused', reason: 'EADDRNOTAVAIL' } },
      'loopback',
      'error',
      /lo up/,
    ],
    [
      'a VPN over all our networks',
      { ...healthy, routes: [{ destination: '172.16.0.0/12', device: 'tun0' }] },
      'subnet',
      'error',
      /VPN/,
    ],
    [
      'a Docker network on one of ours',
      { ...healthy, dockerNetworks: [{ name: 'x', subnets: ['172.31.77.0/24'] }] },
      'subnet',
      'ok',
      undefined,
    ],
    [
      'no registry, but Go and apt',
      { ...healthy, sources: { registry: 'docker.io can’t be reached', go: true, apt: true } },
      'sources',
      'warn',
      undefined,
    ],
    [
      'no registry and no Go',
      { ...healthy, sources: { registry: 'docker.io can’t be reached', go: false, apt: true } },
      'sources',
      'error',
      /Go 1\.26/,
    ],
    [
      'no registry, but images from before',
      { ...healthy, nodeImages: 1, sources: { registry: 'x', go: false, apt: false } },
      'sources',
      'ok',
      undefined,
    ],
    [
      'a dead run’s cluster',
      { ...healthy, leftovers: [{ kind: 'cluster', name: 'hop-a', network: 'hop-a' }] },
      'leftovers',
      'warn',
      /lab gc/,
    ],
    ['no place for the fence', { ...healthy, fence: { state: 'impossible' } }, 'fence', 'error', /iptables/],
    ['Windows', { ...healthy, platform: 'win32' }, 'platform', 'error', /WSL/],
  ])('says of %s', (_, facts, id, state, remedy) => {
    const finding = diagnose(facts).find((one) => one.id === id);
    expect(finding?.state).toBe(state);
    if (remedy) expect(finding?.remedy).toMatch(remedy);
    else expect(finding?.remedy).toBeUndefined();
  });

  test('tells what it does about cgroup v1, and where WSL users find help', () => {
    const facts = { ...withDocker({ cgroupVersion: 1 }), kernelRelease: '5.15.90.1-microsoft-standard-WSL2' };
    const cgroup = diagnose(facts).find(({ id }) => id === 'cgroup');
    expect(cgroup?.reason).toMatch(/failCgroupV1: false; WSL: https:/);
  });

  test('never says error without what helps', () => {
    const broken: HostFacts = {
      ...healthy,
      docker: { state: 'no client' },
      podman: false,
      arch: 'ia32',
      kernelRelease: '4.1',
    };
    for (const finding of diagnose(broken))
      if (finding.state === 'error') expect(finding.remedy).toBeTruthy();
  });

  test('names what runs have left', () => {
    const leftovers: HostFacts['leftovers'] = [
      { kind: 'container', name: 'hop-a-client' },
      { kind: 'cluster', name: 'hop-b', network: 'hop-b' },
    ];
    const { reason } = diagnose({ ...healthy, leftovers }).find(({ id }) => id === 'leftovers') ?? {};
    expect(reason).toContain('container hop-a-client, cluster hop-b');
  });

  test('has one rule for each id', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  test('says what does not run where the kernel lacks what only some cells need, and stops where all do', () => {
    const facts = { ...healthy, kernel: { ...healthy.kernel, vxlan: 'absent' as const } };
    const kernel = (needs?: Parameters<typeof diagnose>[1]) =>
      diagnose(facts, needs).find(({ id }) => id === 'kernel');
    expect(kernel()?.state).toBe('ok');
    const parts = [
      { name: 'lab-a on-vxlan', features: ['vxlan' as const] },
      { name: 'lab-b on-bridge', features: ['br_netfilter' as const] },
    ];
    expect(kernel({ parts })).toMatchObject({
      state: 'warn',
      reason: expect.stringMatching(/lacks vxlan \(.*: lab-a on-vxlan$/),
      remedy: expect.stringContaining('modprobe -a vxlan'),
    });
    expect(kernel({ features: ['vxlan'] })?.state).toBe('error');
  });
});

describe('where images are pulled and there is no Go', () => {
  const noGo = { ...healthy, sources: { registry: undefined, go: false, apt: true } };
  const sources = (facts: HostFacts, goLabs: readonly string[]) =>
    diagnose(facts, { goLabs }).find(({ id }) => id === 'sources');

  test.each([0, 1])('a lab that builds something is named, with %i node images from before', (nodeImages) => {
    expect(sources({ ...noGo, nodeImages }, ['05-cross-node'])).toMatchObject({
      state: 'warn',
      reason: expect.stringContaining('05-cross-node'),
      remedy: expect.stringContaining('Go 1.26'),
    });
  });

  test('nothing is missing for the others, nor with Go', () => {
    expect(sources(noGo, [])).toMatchObject({ state: 'ok' });
    expect(sources(healthy, ['05-cross-node'])).toMatchObject({ state: 'ok' });
  });
});
