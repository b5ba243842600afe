/** The Docker engine that the `docker` command talks to. */
import { z } from 'zod';
import { CommandError } from './exec.ts';
import type { Host } from './host.ts';

/**
 * The part of `docker info --format '{{json .}}'` that we use (GET /info, Docker Engine API 1.41 and later).
 * A client that can't reach its daemon prints the same object with `ServerErrors` and zero values.
 */
const infoSchema = z.object({
  ServerVersion: z.string().default(''),
  ServerErrors: z.array(z.string()).nullish(),
  OperatingSystem: z.string().default(''),
  OSType: z.string().default('linux'),
  Architecture: z.string().default(''),
  KernelVersion: z.string().default(''),
  CgroupVersion: z.string().default('1'),
  CgroupDriver: z.string().default(''),
  Driver: z.string().default(''),
  DockerRootDir: z.string().default(''),
  DefaultRuntime: z.string().default('runc'),
  NCPU: z.number().default(0),
  MemTotal: z.number().default(0),
  SecurityOptions: z.array(z.string()).nullish(),
  ClientInfo: z
    .object({ Version: z.string().default(''), Context: z.string().default('default') })
    .partial()
    .nullish(),
});

export interface DockerFacts {
  readonly serverVersion: string;
  /** Such as `Debian GNU/Linux 12 (bookworm)` or `Docker Desktop`. */
  readonly operatingSystem: string;
  readonly arch: 'amd64' | 'arm64' | 'other';
  readonly kernel: string;
  readonly cgroupVersion: 1 | 2;
  readonly storageDriver: string;
  readonly rootDir: string;
  readonly defaultRuntime: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly rootless: boolean;
}

export type DockerState =
  | { readonly state: 'reachable'; readonly facts: DockerFacts }
  | { readonly state: 'no client' }
  | { readonly state: 'unreachable'; readonly cause: string };

/** A daemon that hangs must not make us hang: minikube's limit for the same question. */
const infoTimeoutMs = 6_000;

const arches: Record<string, DockerFacts['arch']> = {
  x86_64: 'amd64',
  amd64: 'amd64',
  aarch64: 'arm64',
  arm64: 'arm64',
};

/** Reads what `docker info` printed. Pure. */
export function parseDockerInfo(stdout: string, stderr: string): DockerState {
  const printed = parseJson(stdout);
  if (isPodman(printed)) {
    return { state: 'unreachable', cause: 'the docker command is podman (Emulate Docker CLI using podman)' };
  }
  const info = infoSchema.safeParse(printed);
  if (!info.success)
    return { state: 'unreachable', cause: firstLine(stderr) || 'docker info printed nothing' };
  const { data } = info;
  const [serverError] = data.ServerErrors ?? [];
  if (serverError !== undefined || data.ServerVersion === '') {
    return { state: 'unreachable', cause: firstLine(serverError ?? stderr) };
  }
  return {
    state: 'reachable',
    facts: {
      serverVersion: data.ServerVersion,
      operatingSystem: data.OperatingSystem,
      arch: arches[data.Architecture] ?? 'other',
      kernel: data.KernelVersion,
      cgroupVersion: data.CgroupVersion === '2' ? 2 : 1,
      storageDriver: data.Driver,
      rootDir: data.DockerRootDir,
      defaultRuntime: data.DefaultRuntime,
      cpus: data.NCPU,
      memoryBytes: data.MemTotal,
      rootless: (data.SecurityOptions ?? []).some((option) => option.includes('rootless')),
    },
  };
}

/**
 * Asks the daemon; never throws for one that is missing, silent or broken.
 * @param endpoint such as unix:///var/run/docker.sock; without it, the one that the docker command is set to
 */
export async function askDocker(host: Pick<Host, 'exec'>, endpoint?: string): Promise<DockerState> {
  try {
    const at = endpoint === undefined ? [] : ['--host', endpoint];
    const { stdout, stderr } = await host.exec(['docker', ...at, 'info', '--format', '{{json .}}'], {
      timeoutMs: infoTimeoutMs,
      accept: 'any',
    });
    return parseDockerInfo(stdout, stderr);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.outcome === 'not found') return { state: 'no client' };
    if (error.outcome === 'cancelled') throw error;
    return { state: 'unreachable', cause: error.message };
  }
}

/** `podman info` prints another object: {host: {buildahVersion, …}, store, registries, version}. */
const isPodman = (printed: unknown): boolean =>
  z.object({ host: z.object({ buildahVersion: z.string() }) }).safeParse(printed).success;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the caller reports what came on standard error instead
  }
}

const firstLine = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/^(ERROR|error):\s*/i, '').trim())
    .find((line) => line !== '') ?? '';
