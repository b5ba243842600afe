/** The Debian root file system of images/debian.ts, as a tar. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { netbase } from '../../../images/debian.ts';
import { MachineError, ProvisioningError } from '../errors.ts';
import { task } from '../events.ts';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';
import { debianMirror, unpackPackages } from './apt.ts';
import { contentHash, fileHash } from './content-hash.ts';
import type { Target } from './go-toolchain.ts';
import { exists, inWorkFolder, publish } from './store.ts';

const tenMinutes = 600_000;

export interface Rootfs {
  readonly tar: string;
  /** The packages that were asked for, as `name=version`. */
  readonly packages: readonly string[];
  readonly sha256: string;
}

/** Documentation in the root file system would be unpacked on every node, for nobody. */
const withoutDocumentation = ['doc', 'info', 'locale', 'man'].map(
  (folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`,
);

export const rootfsHash = (arch: Target['arch']) => contentHash({ netbase, arch, withoutDocumentation });

export async function ensureRootfs(host: Host, arch: Target['arch']): Promise<Rootfs> {
  const folder = join(host.paths.cache, 'rootfs', rootfsHash(arch));
  if (!(await exists(folder))) {
    await task(host.notify, 'rootfs', `build the root file system from Debian ${netbase.suite}`, () =>
      inWorkFolder(host, async (work) => {
        const made = join(work, 'rootfs');
        await mkdir(made);
        await bootstrap(host, arch, join(made, 'rootfs.tar'));
        await writeFile(join(made, 'sha256'), await fileHash(join(made, 'rootfs.tar')));
        await publish(made, folder);
      }),
    );
  }
  const tar = join(folder, 'rootfs.tar');
  const [sha256, status] = await Promise.all([
    readFile(join(folder, 'sha256'), 'utf8'),
    host.exec(['tar', '-xOf', tar, './var/lib/dpkg/status']),
  ]);
  return { tar, packages: parseVersions(status.stdout, netbase.packages), sha256 };
}

/** Packages of the same suite and all that they need, unpacked and not configured: a layer on the root file system. */
export async function ensurePackageLayer(
  host: Host,
  packages: readonly string[],
  arch: Target['arch'],
): Promise<Rootfs> {
  const { suite } = netbase;
  const folder = join(
    host.paths.cache,
    'rootfs',
    contentHash({ suite, layer: packages, arch, withoutDocumentation }),
  );
  const [tar, debs] = [join(folder, 'layer.tar'), join(folder, 'debs')];
  if (!(await exists(folder))) {
    await task(host.notify, 'packages', `unpack ${packages.join(' ')} from Debian ${suite}`, () =>
      inWorkFolder(host, async (work) => {
        const made = join(work, 'layer');
        await mkdir(made);
        // With this variant nothing is installed, so dpkg knows of nothing: the archives' names have the versions.
        const list = `--extract-hook=ls "$1"/var/cache/apt/archives > '${join(made, 'debs')}'`;
        await bootstrap(host, arch, join(made, 'layer.tar'), ['--variant=extract', list], packages);
        await writeFile(join(made, 'sha256'), await fileHash(join(made, 'layer.tar')));
        await publish(made, folder);
      }),
    );
  }
  const [sha256, names] = await Promise.all([
    readFile(join(folder, 'sha256'), 'utf8'),
    readFile(debs, 'utf8'),
  ]);
  return { tar, packages: archiveVersions(names.split('\n'), packages), sha256 };
}

/** `name=version` of the named packages, from file names like `bird2_2.17.1-1_amd64.deb` (`%3a` is a colon). Pure. */
export function archiveVersions(files: readonly string[], names: readonly string[]): string[] {
  return names.map((name) => {
    const [, version = '?'] = files.find((file) => file.startsWith(`${name}_`))?.split('_') ?? [];
    return `${name}=${decodeURIComponent(version)}`;
  });
}

async function bootstrap(
  host: Host,
  arch: Target['arch'],
  tar: string,
  variant: readonly string[] = ['--variant=minbase'],
  packages: readonly string[] = netbase.packages,
): Promise<void> {
  const [mirror, tool] = await Promise.all([debianMirror(host), unpackPackages(host, ['mmdebstrap'])]);
  const program = join(tool, 'usr', 'bin', 'mmdebstrap');
  try {
    await host.exec(
      [
        program,
        ...variant,
        `--architectures=${arch}`,
        // Root without all capabilities, or in a folder that the user _apt can't read.
        '--aptopt=APT::Sandbox::User "root"',
        ...withoutDocumentation,
        `--include=${packages.join(',')}`,
        netbase.suite,
        tar,
        mirror,
      ],
      {
        timeoutMs: tenMinutes,
        env: { TMPDIR: dirname(tar), PATH: `${dirname(program)}:${host.env.PATH ?? ''}` },
      },
    );
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    throw bootstrapFailure(error);
  }
}

function bootstrapFailure(error: CommandError): Error {
  const reason = error.stderr.split('\n').find((line) => /^E: /.test(line)) ?? error.message;
  if (/unshare|subuid|newuidmap/i.test(error.stderr) && process.getuid?.() !== 0) {
    return new MachineError(
      `the root file system can't be built by a plain user here: ${reason}`,
      'apt-get install uidmap, or run as root',
      { cause: error },
    );
  }
  return new ProvisioningError(`the Debian ${netbase.suite} root file system could not be built: ${reason}`, {
    cause: error,
  });
}

/** `name=version` of the named packages, from /var/lib/dpkg/status. Pure. */
export function parseVersions(status: string, names: readonly string[]): string[] {
  const versions = new Map(
    status.split('\n\n').map((paragraph) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1] ?? '';
      return [field('Package'), field('Version')] as const;
    }),
  );
  return names.map((name) => `${name}=${versions.get(name) ?? '?'}`);
}
