/** kind and kubectl, of exactly the versions that labs are recorded with; never a person's own of another version. */
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { type ToolEntry, type ToolPlatform, tools } from '../../images/tools.ts';
import { download } from './download.ts';
import { MachineError, ProvisioningError, ReportedError } from './errors.ts';
import { task } from './events.ts';
import { findPrograms } from './find-program.ts';
import type { Host } from './host.ts';
import { ensurePrograms } from './images/go-programs.ts';
import type { Target } from './images/go-toolchain.ts';
import { exists, inWorkFolder, publish } from './images/store.ts';
import { withLock } from './lock.ts';

export interface Tools {
  readonly kind: string;
  readonly kubectl: string;
}

type ToolName = keyof typeof tools;

/** Which Go module a tool is built from where it can't be downloaded. */
const modules: Record<ToolName, string> = { kind: 'kind', kubectl: 'kubernetes' };

/** How to ask a program for its version; both answer without a cluster. */
const versionCommands: Record<ToolName, readonly string[]> = {
  kind: ['version'],
  kubectl: ['version', '--client', '--output=json'],
};

/**
 * Paths of the tools: from a former run, on PATH in the very version, downloaded by checksum, or built with Go.
 *
 * @throws MachineError, ProvisioningError
 */
export async function ensureTools(host: Host): Promise<Tools> {
  const kind = await ensureTool(host, 'kind');
  const kubectl = await ensureTool(host, 'kubectl');
  return { kind, kubectl };
}

async function ensureTool(host: Host, name: ToolName): Promise<string> {
  const entry: ToolEntry = tools[name];
  const platform = toolPlatform(process.platform, process.arch);
  const path = join(host.paths.cache, 'tools', `${name}-${entry.version}-${platform}`, name);
  if (await exists(path)) return path;
  const own = await onPath(host, name, entry.version);
  if (own) return own;
  const waiting = (detail: string) => host.notify({ type: 'note', text: detail });
  return withLock(host, 'build', waiting, async () => {
    if (!(await exists(path))) await obtain(host, name, { entry, platform, path });
    return path;
  });
}

async function obtain(
  host: Host,
  name: ToolName,
  { entry, platform, path }: { entry: ToolEntry; platform: ToolPlatform; path: string },
): Promise<void> {
  const [os, arch] = platform.split('-') as [Target['os'], Target['arch']];
  const url = entry.url.replace('{os}', os).replace('{arch}', arch);
  await inWorkFolder(host, async (work) => {
    const file = join(work, name);
    const downloaded = await task(
      host.notify,
      `download-${name}`,
      `download ${name} ${entry.version}`,
      () => download(url, file, { sha256: entry.sha256[platform], signal: host.signal, env: host.env }),
      (result) => (result.state === 'unavailable' ? `${result.cause}; built from source instead` : undefined),
    );
    if (downloaded.state === 'unavailable') {
      const [built] = await ensurePrograms(host, modules[name], [name], { os, arch }).catch(
        (error: unknown) => {
          throw neither(name, entry.version, downloaded.cause, error);
        },
      );
      if (built === undefined) throw new Error(`no path for ${name}`);
      await host.exec(['cp', built, file]);
    }
    await chmod(file, 0o755);
    await publish(file, path);
  });
}

function neither(name: string, version: string, cause: string, error: unknown): unknown {
  const text = `${name} ${version} could not be downloaded (${cause})`;
  if (error instanceof MachineError) {
    return new MachineError(`${text}, and ${error.message}`, error.remedy, { cause: error });
  }
  if (error instanceof ReportedError) {
    return new ProvisioningError(`${text}, and ${error.message}`, { cause: error });
  }
  return error;
}

/** The first program of that name on PATH that says it is of this version. */
async function onPath(host: Host, name: ToolName, version: string): Promise<string | undefined> {
  for (const path of await findPrograms(name, host.env)) {
    const { stdout } = await host.exec([path, ...versionCommands[name]], {
      accept: 'any',
      timeoutMs: 10_000,
    });
    if (parseVersion(name, stdout) === version) return path;
  }
  return undefined;
}

/** The version that a tool printed. Pure. */
export function parseVersion(name: ToolName, stdout: string): string | undefined {
  const pattern = { kind: /^kind (v\S+) go/m, kubectl: /"gitVersion": "(v[^"]+)"/ }[name];
  return pattern.exec(stdout)?.[1];
}

/** Pure. */
export function toolPlatform(platform: string, arch: string): ToolPlatform {
  const os = platform === 'linux' || platform === 'darwin' ? platform : undefined;
  const cpu = arch === 'x64' ? 'amd64' : arch === 'arm64' ? 'arm64' : undefined;
  if (os && cpu) return `${os}-${cpu}`;
  throw new MachineError(
    `labs don't run on ${platform} ${arch}`,
    'use Linux or macOS on amd64 or arm64; on Windows: WSL 2 (https://learn.microsoft.com/windows/wsl/)',
  );
}
