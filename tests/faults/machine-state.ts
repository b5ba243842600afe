/** What a command may not leave behind: everything of ours on this machine that can be seen from outside. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { clusterPrefix } from '../../src/cluster/cluster.ts';
import { lookAtFences } from '../../src/cluster/fence.ts';
import { createExec } from '../../src/host/exec.ts';
import { nodeImages } from '../../src/host/images/docker-images.ts';
import { resolvePaths } from '../../src/host/paths.ts';
import { engineFolder } from '../../src/host/setup/engine-record.ts';

const exec = createExec({ signal: new AbortController().signal });
const paths = resolvePaths(process.env);

/** Sorted lists, so that two states can be compared. */
export async function machineState() {
  const lines = async (...argv: [string, ...string[]]) =>
    (await exec(argv)).stdout.split('\n').filter(Boolean).sort();
  return {
    containers: await lines('docker', 'ps', '--all', '--format={{.Names}}'),
    networks: await lines('docker', 'network', 'ls', '--format={{.Name}}'),
    volumes: await lines('docker', 'volume', 'ls', '--quiet'),
    fence: await fence(),
    state: await namesBelow(paths.state),
    kubeconfig: await kubeconfig(),
    processes: await processes(),
  };
}

/** Clusters around which a fence stands. */
export async function fence(): Promise<string[]> {
  const [image] = await nodeImages({ exec });
  const there = await lookAtFences(exec, image);
  if (there === undefined) throw new Error('nobody can look at the fence: no root, and no node image');
  return there === 'none' ? [] : there.fences.map(({ cluster }) => cluster).sort();
}

/** The user's: what is in it, and not only when it was written. */
async function kubeconfig() {
  const folder = join(homedir(), '.kube');
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
  const hashes = [join(folder, 'config'), ...named].map(async (file) => {
    const text = await orElse(readFile(file, 'utf8'), '');
    return `${file} ${createHash('sha256').update(text).digest('hex')}`;
  });
  return { files: (await orElse(readdir(folder), [])).sort(), hashes: await Promise.all(hashes) };
}

const namesBelow = async (folder: string) => (await orElse(readdir(folder, { recursive: true }), [])).sort();

/** Command lines that carry our folders or a cluster's name; on Linux also of those that have our environment. */
async function processes(): Promise<string[]> {
  const all = process.platform === 'linux' ? await linuxProcesses() : await psProcesses();
  const cluster = new RegExp(`\\b${clusterPrefix}[a-z0-9]+-[0-9a-f]{4}\\b`);
  const isOurs = (words: string) =>
    [paths.state, paths.cache].some((folder) => words.includes(folder)) || cluster.test(words);
  return (
    all
      .filter(({ command, environment }) => isOurs(command) || environment.includes(ours))
      // The engine that setup has started stays.
      .filter(({ command }) => !command.includes(engineFolder(paths)))
      .map(({ command }) => command)
      .sort()
  );
}

/** What every program that we start is given (scripts/hosts.ts). */
const ours = `KUBECACHEDIR=${paths.cache}/`;

async function linuxProcesses() {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // Gone in the meantime, or somebody else's.
  const read = (pid: string, file: string) => orElse(readFile(`/proc/${pid}/${file}`, 'utf8'), '');
  return Promise.all(
    pids.map(async (pid) => ({
      command: (await read(pid, 'cmdline')).replaceAll('\0', ' ').trim(),
      environment: await read(pid, 'environ'),
    })),
  );
}

async function psProcesses() {
  const { stdout } = await exec(['ps', '-Aww', '-o', 'args=']);
  return stdout.split('\n').map((command) => ({ command, environment: '' }));
}

/** For what need not be there. */
async function orElse<T>(found: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await found;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH' || (code === 'EACCES' && isOfProc(error))) return otherwise;
    throw error;
  }
}

const isOfProc = (error: unknown) =>
  error instanceof Error && 'path' in error && String(error.path).startsWith('/proc/');
