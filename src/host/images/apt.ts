/** Debian packages fetched and unpacked beside the system: nothing is installed, nobody need be root. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MachineError, ProvisioningError } from '../errors.ts';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';
import { contentHash } from './content-hash.ts';
import { exists, inWorkFolder, publish } from './store.ts';

const tenMinutes = 600_000;

/** Options that make apt use the machine's sources and keys, and folders of ours for all that it writes. */
function ownFolders(host: Host): string[] {
  const folder = join(host.paths.cache, 'apt');
  return [
    ['Dir::State::Lists', join(folder, 'lists')],
    ['Dir::Cache', join(folder, 'cache')],
    ['APT::Sandbox::User', ''],
    ['Debug::NoLocking', '1'],
  ].flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

async function apt(host: Host, command: 'apt-get', args: readonly string[], what: string, cwd?: string) {
  try {
    return await host.exec([command, ...ownFolders(host), ...args], {
      env: { LC_ALL: 'C' },
      timeoutMs: tenMinutes,
      ...(cwd === undefined ? {} : { cwd }),
    });
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    if (error.outcome === 'not found') {
      throw new MachineError(
        `${what} comes from Debian packages, and this system has no apt`,
        'run on Debian, or where the container registries can be reached',
        { cause: error },
      );
    }
    throw new ProvisioningError(`${what} could not be fetched: ${explainAptFailure(error.stderr)}`, {
      cause: error,
    });
  }
}

/** The lines of apt that say why; it prints many more, and what it could not fetch is a warning to it. Pure. */
export function explainAptFailure(stderr: string): string {
  const lines = stderr.split('\n').filter(Boolean);
  const errors = lines.filter((line) => /^(E:|W: Failed to fetch )/.test(line));
  return (errors.length > 0 ? errors : lines).slice(0, 2).join('; ');
}

/** Package lists of our own, fetched once in the life of this process; with what apt warned of. */
const updated = new WeakMap<Host['paths'], Promise<string>>();

/** One source that does not answer is a warning: it may be one that nothing here needs. */
function update(host: Host): Promise<string> {
  const running =
    updated.get(host.paths) ??
    (async () => {
      const folder = join(host.paths.cache, 'apt');
      await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
      await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
      return (await apt(host, 'apt-get', ['update'], 'the list of Debian packages')).stderr;
    })();
  updated.set(host.paths, running);
  return running;
}

/** Fetches packages of this system's release and unpacks them. Returns the folder they are in. */
export async function unpackPackages(host: Host, packages: readonly string[]): Promise<string> {
  const folder = join(host.paths.cache, 'debian', contentHash(packages));
  if (await exists(folder)) return folder;
  await update(host);
  await inWorkFolder(host, async (work) => {
    const what = `the Debian package ${packages.join(' ')}`;
    await apt(host, 'apt-get', ['download', ...packages], what, work);
    const root = join(work, 'root');
    await mkdir(root);
    for (const file of await readdir(work)) {
      if (file.endsWith('.deb')) await host.exec(['dpkg-deb', '-x', join(work, file), root]);
    }
    await publish(root, folder);
  });
  return folder;
}

/**
 * The mirror that this machine's apt takes Debian from.
 *
 * @throws MachineError where apt knows no Debian archive, as on Ubuntu
 */
export async function debianMirror(host: Host): Promise<string> {
  const warned = explainAptFailure(await update(host));
  const { stdout } = await apt(
    host,
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI) $(ORIGIN) $(LABEL)', 'Identifier: Packages'],
    'the list of package sources',
  );
  const mirror = parseMirror(stdout);
  if (mirror) return mirror;
  if (warned !== '') throw new ProvisioningError(`no Debian archive answers: ${warned}`);
  throw new MachineError(
    "the node image is built from Debian's packages, and apt on this machine has no Debian archive among its sources",
    'run on Debian, or where the container registries can be reached',
  );
}

/** The first archive of Debian itself, not of its security updates. Pure. */
export function parseMirror(targets: string): string | undefined {
  return targets
    .split('\n')
    .map((line) => /^(\S+) Debian Debian$/.exec(line)?.[1])
    .find((uri) => uri !== undefined);
}
