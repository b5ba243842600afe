/** What labs need of this machine, one rule each, in the order they are told. Pure: facts in, verdicts out. */
import { hostAdaptations } from '../adaptations.ts';
import { explainDocker } from '../docker-problems.ts';
import type { HostFacts } from './facts.ts';
import { type KernelFeature, kernelFeatures } from './kernel-features.ts';
import { overlap } from './subnets.ts';

export type RuleState = 'ok' | 'warn' | 'error';

export interface Verdict {
  /** `ok`: nothing to do. `warn`: labs may fail or be slower. `error`: labs can't run. */
  readonly state: RuleState;
  readonly reason: string;
  /** A command or a sentence that helps. */
  readonly remedy?: string;
}

/** What the labs that are to run ask for. */
export interface Needs {
  /** Networks that clusters may be put on. */
  readonly subnets: readonly string[];
  readonly features: readonly KernelFeature[];
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

export interface Rule {
  readonly id: string;
  /** `undefined` where the question does not arise. */
  judge(facts: HostFacts, needs: Needs): Verdict | undefined;
}

const gib = 2 ** 30;
const inGib = (bytes: number) => `${(bytes / gib).toFixed(1)} GiB`;
const ok = (reason: string): Verdict => ({ state: 'ok', reason });
const warn = (reason: string, remedy?: string): Verdict => ({
  state: 'warn',
  reason,
  ...(remedy ? { remedy } : {}),
});
const error = (reason: string, remedy: string): Verdict => ({ state: 'error', reason, remedy });

const reachable = ({ docker }: HostFacts) => (docker.state === 'reachable' ? docker.facts : undefined);
const setup = 'npm run lab setup -- --yes';

/** kube-proxy's nftables mode needs Linux 5.13 (KEP-3866). */
const oldestKernel = [5, 13] as const;
/** `docker image inspect`, `--format json` and privileged exec as we use them; the version of Debian 12. */
const oldestDocker = [20, 10] as const;
/** kind, Known Issues, "Pod errors due to too many open files". */
const inotifyWanted = { instances: 512, watches: 524_288 };

export const rules: readonly Rule[] = [
  {
    id: 'platform',
    judge({ platform, arch, kernelRelease }) {
      const cpu = arch === 'x64' || arch === 'arm64';
      if (!cpu || (platform !== 'linux' && platform !== 'darwin')) {
        return error(
          `labs don't run on ${platform} ${arch}`,
          'use Linux or macOS on amd64 or arm64; on Windows: WSL 2 (https://learn.microsoft.com/windows/wsl/)',
        );
      }
      if (platform === 'darwin')
        return ok(`macOS on ${arch}: nodes can't be reached from here, and labs ask from a container`);
      return ok(`Linux ${kernelRelease} on ${arch}${isWsl(kernelRelease) ? ', in WSL 2' : ''}`);
    },
  },
  {
    id: 'docker',
    judge({ docker, podman, root, sources, platform }) {
      if (podman)
        return error(
          'the docker command is podman',
          explainDocker('Emulate Docker CLI using podman')?.remedy ?? setup,
        );
      if (docker.state === 'reachable') {
        const { serverVersion, operatingSystem } = docker.facts;
        if (isOlder(serverVersion, oldestDocker)) {
          return error(
            `Docker ${serverVersion} is too old`,
            `install Docker ${oldestDocker.join('.')} or later`,
          );
        }
        return ok(`Docker ${serverVersion} (${operatingSystem})`);
      }
      const reason = docker.state === 'no client' ? 'there is no Docker engine' : docker.cause;
      if (platform === 'linux' && root && sources.apt) return error(reason, setup);
      const remedy = docker.state === 'unreachable' ? explainDocker(docker.cause)?.remedy : undefined;
      return error(reason, remedy ?? 'install Docker: https://docs.docker.com/engine/install/');
    },
  },
  {
    id: 'rootless',
    judge(facts) {
      if (!reachable(facts)?.rootless) return undefined;
      return warn(
        'Docker runs rootless: faults that freeze or reroute a node may not work',
        'https://kind.sigs.k8s.io/docs/user/rootless/',
      );
    },
  },
  {
    id: 'cpu',
    judge(facts) {
      const docker = reachable(facts);
      if (!docker) return undefined;
      return docker.cpus < 2
        ? warn(`${docker.cpus} CPU for Docker; labs are timed for 2`)
        : ok(`${docker.cpus} CPUs for Docker`);
    },
  },
  {
    id: 'memory',
    judge(facts, { memoryBytes }) {
      const docker = reachable(facts);
      if (!docker) return undefined;
      const has = `${inGib(docker.memoryBytes)} of memory for Docker`;
      if (docker.memoryBytes >= memoryBytes) return ok(has);
      const remedy =
        docker.operatingSystem === 'Docker Desktop'
          ? 'Docker Desktop: Settings, Resources, Memory'
          : 'add memory';
      return warn(`${has}, ${inGib(memoryBytes)} wanted`, remedy);
    },
  },
  {
    id: 'disk',
    judge({ disk }, { diskBytes }) {
      const has = `${inGib(disk.freeBytes)} free on ${disk.path}`;
      if (disk.freeBytes >= diskBytes) return ok(has);
      const remedy = 'docker system prune; go clean -cache; or free space some other way';
      return disk.freeBytes < diskBytes / 4
        ? error(`${has}, ${inGib(diskBytes)} needed`, remedy)
        : warn(`${has}, ${inGib(diskBytes)} wanted`, remedy);
    },
  },
  {
    id: 'cgroup',
    judge(facts) {
      const docker = reachable(facts);
      if (!docker) return undefined;
      if (docker.cgroupVersion === 2) return ok('cgroup v2');
      const adapted = adaptation(facts, 'cgroup-v1');
      return ok(
        isWsl(facts.kernelRelease) ? `${adapted}; WSL: https://github.com/spurin/wsl-cgroupsv2` : adapted,
      );
    },
  },
  {
    id: 'capabilities',
    judge(facts) {
      const { missingCapabilities: missing, engine } = facts;
      const docker = reachable(facts);
      if (missing.length === 0 || !docker) return undefined;
      if (engine?.started.by === 'us' || docker.defaultRuntime !== 'runc') {
        return ok(
          [adaptation(facts, 'runtime-wrapper'), adaptation(facts, 'oom-score-adj')]
            .filter(Boolean)
            .join('; '),
        );
      }
      return error(
        `this machine lacks ${missing.join(', ')}, and its Docker engine can't start privileged containers`,
        `stop this engine, then ${setup}`,
      );
    },
  },
  {
    id: 'inotify',
    judge({ inotify }) {
      if (!inotify) return undefined;
      const has = `fs.inotify: ${inotify.instances} instances, ${inotify.watches} watches`;
      const low = (['instances', 'watches'] as const).filter((one) => inotify[one] < inotifyWanted[one]);
      if (low.length === 0) return ok(has);
      // 128 instances carried two clusters of three nodes, and broke kube-proxy on the third (network.md §0).
      const remedy = `sudo sysctl -w ${low.map((one) => `fs.inotify.max_user_${one}=${inotifyWanted[one]}`).join(' ')}`;
      return warn(
        `${has}: enough for one or two clusters at a time; a third fails with "too many open files"`,
        remedy,
      );
    },
  },
  {
    id: 'kernel',
    judge({ platform, kernelRelease, kernel }, { features }) {
      if (platform !== 'linux') return undefined;
      if (isOlder(kernelRelease, oldestKernel)) {
        return error(
          `Linux ${kernelRelease} has no nftables that kube-proxy can use`,
          `use Linux ${oldestKernel.join('.')} or later`,
        );
      }
      const absent = features.filter((feature) => kernel[feature] === 'absent');
      if (absent.length === 0) return ok(`the kernel has ${features.join(', ')}`);
      const why = absent.map((feature) => `${feature} (${kernelFeatures[feature].why})`).join(', ');
      return error(
        `the kernel lacks ${why}`,
        `sudo modprobe -a ${absent.map((one) => kernelFeatures[one].module).join(' ')}, or use a kernel that has them`,
      );
    },
  },
  {
    id: 'loopback',
    judge({ loopback }) {
      if (loopback.state === 'free') return ok('ports on 127.0.0.1 can be used');
      return error(`no port on 127.0.0.1 can be listened on: ${loopback.reason}`, 'ip link set lo up');
    },
  },
  {
    id: 'subnet',
    judge({ routes, dockerNetworks }, { subnets }) {
      const taken = (subnet: string) =>
        // Docker's networks first: each has a route as well, by a bridge whose name says nothing.
        dockerNetworks.find(({ subnets: theirs }) => theirs.some((one) => overlap(one, subnet))) ??
        routes.find(({ destination }) => destination !== 'default' && overlap(destination, subnet));
      const free = subnets.filter((subnet) => !taken(subnet));
      if (free.length === subnets.length) return ok(`${subnets[0]} and the following are free for clusters`);
      const [first] = subnets
        .filter((subnet) => !free.includes(subnet))
        .map((subnet) => ({ subnet, by: taken(subnet) }));
      const by =
        first?.by &&
        ('device' in first.by
          ? `a route by ${first.by.device} (a VPN?)`
          : `the Docker network ${first.by.name}`);
      const reason = `${first?.subnet} is taken by ${by}`;
      if (free.length > 0) return ok(`${reason}; ${free.length} other networks are free`);
      return error(
        `${reason}, and so is every other network that clusters are put on`,
        'disconnect the VPN, or npm run lab gc',
      );
    },
  },
  {
    id: 'sources',
    judge({ sources, nodeImages }) {
      if (nodeImages > 0) return ok('a node image is here from a former run');
      if (sources.registry === undefined) return ok('container registries answer: images are pulled');
      if (sources.go && sources.apt) {
        return warn(`${sources.registry}; images are built from source: about 15 minutes the first time`);
      }
      const missing = [...(sources.go ? [] : ['Go']), ...(sources.apt ? [] : ["Debian's apt"])].join(' and ');
      return error(
        `${sources.registry}, and to build images from source ${missing} is missing`,
        'connect to a registry, or install Go 1.26 (https://go.dev/dl/) on Debian',
      );
    },
  },
  {
    id: 'leftovers',
    judge({ leftovers }) {
      if (leftovers.length === 0) return ok('nothing is left of former runs');
      const what = leftovers
        .map((made) => `${made.kind} ${'name' in made ? made.name : ''}`.trim())
        .join(', ');
      return warn(`left by a run that did not end well: ${what}`, 'npm run lab gc');
    },
  },
];

const isWsl = (release: string) => /microsoft/i.test(release);

function adaptation(facts: HostFacts, id: 'cgroup-v1' | 'runtime-wrapper' | 'oom-score-adj'): string {
  const docker = reachable(facts);
  if (!docker) return '';
  const { applied } = hostAdaptations({ facts: docker, missingCapabilities: facts.missingCapabilities });
  return applied.find((one) => one.id === id)?.reason ?? '';
}

/** Whether a version such as `20.10.24+dfsg1` or `6.18.44-fc` is older than major and minor. Pure. */
export function isOlder(version: string, [major, minor]: readonly [number, number]): boolean {
  const [has = 0, hasMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return has < major || (has === major && hasMinor < minor);
}
