/**
 * Adds to package-lock.json what a registry mirror without other platforms' binaries made npm leave out: optional
 * dependencies for another system. Without them `npm ci` calls the lockfile out of sync, on every machine.
 *
 * `npm exec -- node scripts/complete-lockfile.ts` after `npm install`. The entries have no checksum; where the registry has
 * everything, `npm install --package-lock-only` adds it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly packages: Record<string, LockEntry>;
}

/** As npm's `os` and `cpu` fields spell them, by what stands in package names. */
const systems: Record<string, string> = {
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  linuxmusl: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  aix: 'aix',
  win32: 'win32',
  windows: 'win32',
  wasm32: 'wasm32',
  wasm: 'wasm32',
};
const processors = [
  'arm',
  'arm64',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'ppc64le',
  'riscv64',
  's390x',
  'x64',
  'wasm32',
];

/** Names of optional dependencies that the lockfile does not have, with the version that is wanted. */
export function missingOptional({ packages }: Lockfile): Map<string, string> {
  const missing = new Map<string, string>();
  for (const [path, { optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const places = [`${path}/node_modules/${name}`, `node_modules/${name}`];
      if (!places.some((place) => place in packages)) missing.set(name, version);
    }
  }
  return missing;
}

/** Only for other systems: what the name says is what npm skips the package by. */
export function entryFor(name: string, version: string): LockEntry {
  const words = name.split(/[-/@.]/);
  const os = words.flatMap((word) =>
    word in systems && !word.startsWith('wasm') ? [systems[word] ?? ''] : [],
  );
  const cpu = words.flatMap((word) =>
    word === 'wasm' ? ['wasm32'] : processors.includes(word) ? [word] : [],
  );
  const musl = words.some((word) => word.endsWith('musl'));
  const gnu = words.some((word) => word === 'gnu');
  if (os.length === 0 && cpu.length === 0) throw new Error(`${name} is missing, and its name says no system`);
  return {
    version: version.replace(/^[~^]/, ''),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(musl ? { libc: ['musl'] } : gnu ? { libc: ['glibc'] } : {}),
  };
}

/** The lockfile with all of them, in npm's order. */
export function complete<Lock extends Lockfile>(lock: Lock): Lock {
  const added = [...missingOptional(lock)].map(([name, version]) => [
    `node_modules/${name}`,
    entryFor(name, version),
  ]);
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(added) });
  return { ...lock, packages: Object.fromEntries(packages.sort(([a], [b]) => a.localeCompare(b, 'en'))) };
}

if (import.meta.main) {
  const file = join(import.meta.dirname, '..', 'package-lock.json');
  const lock = JSON.parse(await readFile(file, 'utf8')) as Lockfile;
  const missing = missingOptional(lock);
  await writeFile(file, `${JSON.stringify(complete(lock), null, 2)}\n`);
  console.log(`${missing.size} optional packages for other systems added`);
}
