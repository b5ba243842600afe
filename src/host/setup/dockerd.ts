/** The dockerd that we start ourselves where nothing else does, from a configuration of our own. */
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capability } from '../capabilities.ts';
import { startDaemon } from '../daemon.ts';
import { askDocker, type DockerFacts } from '../docker.ts';
import { MachineError, ProvisioningError } from '../errors.ts';
import type { Host } from '../host.ts';
import { writeFileAtomically } from '../json-file.ts';
import { isRunning, processTable } from '../process-identity.ts';
import { waitFor } from '../wait.ts';
import { runtimeWrapper } from './runtime-wrapper.ts';

export interface EngineFiles {
  readonly config: string;
  readonly runtime: string;
  readonly dataRoot: string;
  readonly log: string;
  readonly pidFile: string;
  /** Under /run: sockets live here, and their paths must stay short (sun_path is 108 bytes, unix(7)). */
  readonly execRoot: string;
}

export const engineFiles = (folder: string): EngineFiles => ({
  config: join(folder, 'daemon.json'),
  runtime: join(folder, 'runtime'),
  dataRoot: join(folder, 'data'),
  log: join(folder, 'dockerd.log'),
  pidFile: '/run/hop-by-hop/docker.pid',
  execRoot: '/run/hop-by-hop/docker',
});

/** The daemon's configuration; keys of Docker 20.10 and later. Pure. */
export function daemonConfig(files: EngineFiles, missing: readonly Capability[]): object {
  const wrapped = { runtimes: { 'hop-by-hop': { path: files.runtime } }, 'default-runtime': 'hop-by-hop' };
  return {
    'data-root': files.dataRoot,
    'exec-root': files.execRoot,
    pidfile: files.pidFile,
    ...(missing.length > 0 ? wrapped : {}),
  };
}

/** The pid of our dockerd when it runs: the pid file alone may name a process that came later. */
export async function ourDockerd(folder: string): Promise<number | undefined> {
  const files = engineFiles(folder);
  const pid = Number((await readIfThere(files.pidFile)).trim());
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const commandLine = await readIfThere(`/proc/${pid}/cmdline`);
  return commandLine.split('\0').includes(files.config) ? pid : undefined;
}

interface Programs {
  readonly dockerd: string;
  readonly runc: string;
  readonly missing: readonly Capability[];
}

/** Starts our dockerd, unless it runs already and is only slow, and waits until it answers. */
export async function startDockerd(host: Host, folder: string, programs: Programs): Promise<DockerFacts> {
  const files = engineFiles(folder);
  const pid = (await ourDockerd(folder)) ?? (await launch(host, files, programs));
  const facts = await waitFor(
    async () => {
      const docker = await askDocker(host);
      if (docker.state === 'reachable') return docker.facts;
      if ((await readIfThere(`/proc/${pid}/cmdline`)) !== '') return undefined;
      throw new ProvisioningError(`dockerd ended. The end of ${files.log}:\n${await tail(files.log)}`);
    },
    { deadlineMs: 60_000, everyMs: 200, signal: host.signal },
  );
  if (facts) return facts;
  throw new ProvisioningError(
    `dockerd (pid ${pid}) did not answer within 60 s. The end of ${files.log}:\n${await tail(files.log)}`,
  );
}

/** @returns the pid of the new daemon */
async function launch(host: Host, files: EngineFiles, { dockerd, runc, missing }: Programs): Promise<number> {
  await mkdir(files.dataRoot, { recursive: true });
  await mkdir(files.execRoot, { recursive: true });
  await writeFileAtomically(files.config, `${JSON.stringify(daemonConfig(files, missing), null, 2)}\n`);
  if (missing.length > 0) {
    await writeFileAtomically(files.runtime, runtimeWrapper(runc, missing));
    await chmod(files.runtime, 0o755);
  }
  // Left by a daemon that was killed; dockerd takes any living process with that number for itself.
  await rm(files.pidFile, { force: true });
  await removeStaleContainerdPid(files);
  return startDaemon([dockerd, '--config-file', files.config], { logFile: files.log, env: host.env });
}

/** Stops our dockerd, if it runs, and waits until it has ended. Its containers end with it. */
export async function stopDockerd(host: Host, folder: string): Promise<void> {
  const pid = await ourDockerd(folder);
  if (pid === undefined) return;
  const processes = processTable(host.exec);
  const identity = await processes.identify(pid);
  process.kill(pid, 'SIGTERM');
  // The command line in /proc empties while the process still holds its files; the process table tells the end.
  const ended = await waitFor(
    async () => (identity && (await isRunning(processes, identity)) ? undefined : true),
    { deadlineMs: 60_000, everyMs: 100, signal: host.signal },
  );
  if (!ended) {
    throw new MachineError(`dockerd (pid ${pid}) did not end within 60 s of SIGTERM`, `kill -KILL ${pid}`);
  }
}

/** dockerd takes whatever process has this number for a containerd that it can go on using. */
async function removeStaleContainerdPid(files: EngineFiles): Promise<void> {
  const pidFile = join(files.execRoot, 'containerd', 'containerd.pid');
  const pid = (await readIfThere(pidFile)).trim();
  if (pid === '') return;
  const commandLine = await readIfThere(`/proc/${pid}/cmdline`);
  if (!commandLine.split('\0').some((word) => word.startsWith(files.execRoot)))
    await rm(pidFile, { force: true });
}

async function tail(file: string): Promise<string> {
  return (await readIfThere(file)).split('\n').filter(Boolean).slice(-8).join('\n');
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // ESRCH: the process ended between open and read of its /proc file.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH'))
      return '';
    throw error;
  }
}
