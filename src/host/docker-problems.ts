/**
 * Why the docker command does not reach an engine: what it prints, and what helps. Docker 29 has words of its own
 * (moby/moby client v0.2.1, request.go); `docker run` puts its name before them, and in 20.10 a full stop behind.
 */

export interface DockerProblem {
  readonly id: 'permission' | 'not-running' | 'unknown-host' | 'ssh' | 'context' | 'podman';
  /** Fires on the recorded text of docker-problems.test.ts, and alone. */
  readonly pattern: RegExp;
  readonly remedy: string;
}

export const dockerProblems: readonly DockerProblem[] = [
  {
    id: 'permission',
    pattern: /permission denied while trying to connect to the (Docker daemon socket|docker API) at /,
    remedy: 'sudo usermod -aG docker "$USER", then log in again',
  },
  {
    id: 'not-running',
    pattern:
      /^(docker: )?(Cannot connect to the Docker daemon at |failed to connect to the docker API at \S+; check if )/,
    remedy: 'start the Docker engine: npm run lab setup -- --yes, or sudo systemctl start docker',
  },
  {
    id: 'unknown-host',
    pattern:
      /^(docker: )?(error during connect: |failed to connect to the docker API at ).*: no such host\.?$/,
    remedy: 'DOCKER_HOST or the Docker context names a host that is not there: correct or unset it',
  },
  {
    id: 'ssh',
    pattern: /command \[ssh .* has exited with exit status/,
    remedy: 'the engine is on another machine: labs need one on this machine; unset DOCKER_HOST',
  },
  {
    id: 'context',
    pattern: /unable to resolve docker endpoint: context /,
    remedy: 'docker context use default, and unset DOCKER_CONTEXT',
  },
  {
    id: 'podman',
    pattern: /Emulate Docker CLI using podman/,
    remedy:
      'install Docker: with podman, nodes come up with iptables-legacy, where packets can not be traced',
  },
];

/** The problem that this text tells of. Pure. */
export const explainDocker = (text: string): DockerProblem | undefined =>
  dockerProblems.find(({ pattern }) => pattern.test(text));

/** The engine that DOCKER_HOST or DOCKER_CONTEXT names. */
export const endpointOf = (env: NodeJS.ProcessEnv): string | undefined =>
  env.DOCKER_HOST ?? env.DOCKER_CONTEXT;

/** What helps where that engine does not answer: another one would be started, and not be used. */
export const otherEndpoint =
  'start that engine, or unset DOCKER_HOST and DOCKER_CONTEXT to use one on this machine';
