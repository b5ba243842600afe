/** Rules about the Docker engine and what it runs on. */
import { hostAdaptations } from '../adaptations.ts';
import { copesWithMissing } from '../capabilities.ts';
import { explainDocker, otherEndpoint } from '../docker-problems.ts';
import type { HostFacts } from './facts.ts';
import { error, inGib, isOlder, isWsl, ok, type Rule, reachable, setup, warn } from './rule.ts';

/** `docker image inspect`, `--format json` and privileged exec as we use them; the version of Debian 12. */
const oldestDocker = [20, 10] as const;

export const engineRules: readonly Rule[] = [
  {
    id: 'docker',
    judge({ docker, dockerEndpoint, podman, root, sources, platform }) {
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
      if (dockerEndpoint !== undefined) return error(`${dockerEndpoint}: ${reason}`, otherEndpoint);
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
      const { missingCapabilities: missing } = facts;
      const docker = reachable(facts);
      if (missing.length === 0 || !docker) return undefined;
      if (copesWithMissing(docker)) {
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
];

function adaptation(facts: HostFacts, id: 'cgroup-v1' | 'runtime-wrapper' | 'oom-score-adj'): string {
  const docker = reachable(facts);
  if (!docker) return '';
  const { applied } = hostAdaptations({ facts: docker, missingCapabilities: facts.missingCapabilities });
  return applied.find((one) => one.id === id)?.reason ?? '';
}
