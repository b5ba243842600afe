/** Built programs, by content hash of everything that they are made from. */
import { chmod, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goModules } from '../../../images/go-modules.ts';
import type { GoModule } from '../../../images/schema.ts';
import { task } from '../events.ts';
import type { Host } from '../host.ts';
import { cgoEnvironment } from './cgo.ts';
import { contentHash, textHash } from './content-hash.ts';
import { buildPrograms, type Target, wrapperFolder } from './go-toolchain.ts';
import { exists, inWorkFolder, publish } from './store.ts';

export function goModule(name: string): GoModule {
  const entry = goModules.get(name);
  if (entry === undefined) throw new Error(`images/go-modules.ts has no module ${name}`);
  return entry;
}

/**
 * What a program of this module is made from. The version of Go is not in it: a newer patch release does not make
 * another program of the same source, and must not cost a person a quarter of an hour.
 */
export async function moduleHash(host: Pick<Host, 'paths'>, name: string, target: Target): Promise<string> {
  const folder = wrapperFolder(host, name);
  const main = join(folder, 'main.go');
  const [mod, sum, ours, standIns] = await Promise.all([
    textHash(join(folder, 'go.mod')),
    textHash(join(folder, 'go.sum')),
    exists(main).then((there) => (there ? textHash(main) : undefined)),
    standInsOf(folder),
  ]);
  const { programs: _, ...entry } = goModule(name);
  return contentHash({ entry, mod, sum, target, ours, standIns });
}

/** Hashes of the files in folders of the wrapper: modules that take the place of others. */
async function standInsOf(folder: string): Promise<string[] | undefined> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\/.*\.(go|mod)$/.test(name));
  if (names.length === 0) return undefined;
  return Promise.all(names.sort().map((name) => textHash(join(folder, name))));
}

/**
 * Builds what is not there yet, in one go for the programs of a module.
 *
 * @returns the path of each program, in the order asked for
 */
export async function ensurePrograms(
  host: Host,
  name: string,
  programs: readonly string[],
  target: Target,
): Promise<string[]> {
  const entry = goModule(name);
  const folder = join(
    host.paths.cache,
    'programs',
    `${name}-${entry.version}-${await moduleHash(host, name, target)}`,
  );
  const paths = programs.map((program) => join(folder, program));
  const there = await Promise.all(paths.map(exists));
  const missing = programs.filter((_, index) => !there[index]);
  if (missing.length === 0) return paths;

  await task(
    host.notify,
    `build-${name}`,
    `build ${name} ${entry.version}: ${missing.join(' ')}`,
    (progress) =>
      inWorkFolder(host, async (output) => {
        const cgoEnv = entry.cgo ? await cgoEnvironment(host, entry.cgo.packages) : {};
        await buildPrograms(host, name, entry, missing, { target, output, progress, cgoEnv });
        for (const program of missing) {
          // `go build` names a program after the last part of its package's path, less a major version.
          const built = join(output, builtName(entry.programs[program] ?? program));
          await chmod(built, 0o755);
          await publish(built, join(folder, program));
        }
      }),
  );
  return paths;
}

/** The file that `go build -o FOLDER/ PACKAGE` writes; cmd/go/internal/load, DefaultExecName. Pure. */
export function builtName(mainPackage: string): string {
  const parts = mainPackage.split('/');
  const last = parts.at(-1) ?? mainPackage;
  return /^v\d+$/.test(last) ? (parts.at(-2) ?? last) : last;
}
