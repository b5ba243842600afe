/** Headers and libraries for a cgo build, from Debian packages that are not installed. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import { unpackPackages } from './apt.ts';

export async function cgoEnvironment(
  host: Host,
  packages: readonly string[],
): Promise<Record<string, string>> {
  if (packages.length === 0) return {};
  const root = await unpackPackages(host, packages);
  const libraries = join(root, 'usr', 'lib');
  // Debian's multiarch folder, such as x86_64-linux-gnu.
  const multiarch = (await readdir(libraries)).find((name) => name.endsWith('-linux-gnu'));
  const folder = multiarch === undefined ? libraries : join(libraries, multiarch);
  return {
    CGO_CFLAGS: `-O2 -g -I${join(root, 'usr', 'include')}`,
    CGO_LDFLAGS: `-O2 -g -L${folder}`,
    PKG_CONFIG_PATH: join(folder, 'pkgconfig'),
    PKG_CONFIG_SYSROOT_DIR: root,
  };
}
