/** Programs from the Go module proxy, built with the machine's Go. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GoModule } from '../../../images/schema.ts';
import { MachineError, ProvisioningError } from '../errors.ts';
import type { Progress } from '../events.ts';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';
import { explainGoFailure } from './go-failure.ts';

export interface Target {
  readonly os: 'linux' | 'darwin';
  readonly arch: 'amd64' | 'arm64';
}

/** A module as the proxy told of it; `go mod download -json`. */
export interface ModuleFacts {
  readonly folder: string;
  readonly commit: string;
  readonly date: string;
}

const anHour = 3_600_000;

/** The folder of the module around `name` in the checkout. */
export const wrapperFolder = (host: Pick<Host, 'paths'>, name: string) =>
  join(host.paths.project, 'images', 'go', name);

/** What a person's own settings could change in a build: a workspace, other flags. The module proxy stays theirs. */
const ownSettings = { GOFLAGS: '', GOWORK: 'off', GO111MODULE: 'on' };

/**
 * Downloads the module's source, if it is not in the module cache, and says where it is.
 *
 * @throws ProvisioningError that names module, version and cause
 */
export async function downloadModule(host: Host, name: string, entry: GoModule): Promise<ModuleFacts> {
  const { stdout } = await go(host, entry, 'downloaded', ['mod', 'download', '-json', entry.module], {
    cwd: wrapperFolder(host, name),
  });
  const told = JSON.parse(stdout) as { Dir: string; Info?: string; Origin?: { Hash?: string } };
  const version = await versionFacts(told.Info);
  return { folder: told.Dir, commit: told.Origin?.Hash ?? version.commit ?? '', date: version.date };
}

/** The .info file beside a module in the cache has the time of the version's commit (go.dev/ref/mod#goproxy-protocol). */
async function versionFacts(info: string | undefined): Promise<{ date: string; commit?: string }> {
  if (info === undefined) return { date: '' };
  const told = JSON.parse(await readFile(info, 'utf8')) as { Time?: string; Origin?: { Hash?: string } };
  return { date: told.Time ?? '', ...(told.Origin?.Hash === undefined ? {} : { commit: told.Origin.Hash }) };
}

/** The `-X` flags for the linker. Pure. */
export function stampFlags(entry: GoModule, facts: Pick<ModuleFacts, 'commit' | 'date'>): string {
  const [major = '', minor = ''] = entry.version.slice(1).split('.');
  const values: Record<string, string> = { version: entry.version, major, minor, ...facts };
  return Object.entries(entry.stamp)
    .map(
      ([variable, template]) =>
        `-X ${variable}=${template.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? '')}`,
    )
    .join(' ');
}

/**
 * Builds programs of one module into `output`. Go compiles in parallel and keeps what it compiled, so an
 * interrupted build goes on where it was.
 */
export async function buildPrograms(
  host: Host,
  name: string,
  entry: GoModule,
  programs: readonly string[],
  { target, output, progress, cgoEnv }: { target: Target; output: string; progress: Progress; cgoEnv: Env },
): Promise<void> {
  const facts = await downloadModule(host, name, entry);
  const packages = programs.map((program) => {
    const path = entry.programs[program];
    if (path === undefined) throw new Error(`images/go-modules.ts: ${name} has no program ${program}`);
    return path;
  });
  const isStatic = entry.cgo ? ' -linkmode external -extldflags -static' : '';
  const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-v', '-tags', entry.tags.join(',')];
  const ldflags = `-s -w${isStatic} ${stampFlags(entry, facts)}`.trim();
  let compiled = 0;
  await go(host, entry, 'built', ['build', ...flags, '-ldflags', ldflags, '-o', `${output}/`, ...packages], {
    cwd: wrapperFolder(host, name),
    env: { ...cgoEnv, CGO_ENABLED: entry.cgo ? '1' : '0', GOOS: target.os, GOARCH: target.arch },
    onLine: (line) => {
      // `-v` prints the path of each package when it is compiled, and nothing for one from the cache.
      if (/^[\w.-]+(\/[\w.-]+)*$/.test(line)) compiled++;
      if (compiled % 25 === 1) progress(`${compiled} packages compiled`);
    },
  });
}

type Env = Readonly<Record<string, string>>;

async function go(
  host: Host,
  entry: GoModule,
  aim: 'downloaded' | 'built',
  args: readonly string[],
  options: { cwd: string; env?: Env; onLine?: (line: string) => void },
) {
  try {
    return await host.exec(['go', ...args], {
      ...options,
      env: { ...ownSettings, ...options.env },
      timeoutMs: anHour,
    });
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    if (error.outcome === 'not found') {
      throw new MachineError(
        `${entry.module} ${entry.version} must be built from source here, and there is no Go`,
        'install Go 1.26 or later (https://go.dev/dl/), or run where the container registries can be reached',
        { cause: error },
      );
    }
    // -json prints a failed download as {"Error": "…"} on standard output.
    const cause = explainGoFailure(error.stderr || error.stdout);
    throw new ProvisioningError(`${entry.module} ${entry.version} could not be ${aim}: ${cause}`, {
      cause: error,
    });
  }
}
