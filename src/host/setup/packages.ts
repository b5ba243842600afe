/** Packages of the machine's own Debian or Ubuntu. */

import { ProvisioningError } from '../errors.ts';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';

const quiet = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const tenMinutes = 600_000;

export const installCommands = (packages: readonly string[]): readonly string[] => [
  'apt-get update',
  `apt-get install -y --no-install-recommends ${packages.join(' ')}`,
];

/** The packages that `apt-get --simulate` says it would newly install, and not only upgrade. Pure. */
export function parseNewPackages(simulated: string): string[] {
  // "Inst docker.io (20.10.24…)" is new; "Inst libc6 [2.36-9] (2.36-10…)" has the installed version in brackets.
  return [...simulated.matchAll(/^Inst (\S+) \(/gm)].map(([, name]) => name ?? '');
}

/**
 * Installs Debian packages.
 *
 * @param before is told which packages come new, before any of them is there
 */
export async function installPackages(
  host: Host,
  packages: readonly string[],
  before: (added: readonly string[]) => Promise<void>,
): Promise<void> {
  const install = ['install', '-y', '--no-install-recommends', ...packages] as const;
  try {
    await host.exec(['apt-get', 'update'], { env: quiet, timeoutMs: tenMinutes });
    const plan = await host.exec(['apt-get', '--simulate', ...install], { env: quiet });
    await before(parseNewPackages(plan.stdout));
    await host.exec(['apt-get', ...install], { env: quiet, timeoutMs: tenMinutes });
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    throw new ProvisioningError(
      `the Debian packages ${packages.join(' ')} could not be installed: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** The packages that `apt-get --simulate purge` says it would remove. Pure. */
export const parseRemovedPackages = (simulated: string): string[] =>
  [...simulated.matchAll(/^(?:Remv|Purg) (\S+) /gm)].map(([, name]) => name ?? '');

/**
 * Removes packages that setup installed. When something else on this machine has come to need some of them, only
 * the engine goes and the rest stays.
 */
export async function removePackages(host: Host, packages: readonly string[]): Promise<void> {
  const plan = async (names: readonly string[]) =>
    parseRemovedPackages(
      (await host.exec(['apt-get', '--simulate', 'purge', '-y', ...names], { env: quiet })).stdout,
    );
  const others = (await plan(packages)).filter((name) => !packages.includes(name));
  const engine = ['docker.io', 'containerd', 'runc'].filter((name) => packages.includes(name));
  const removable = others.length === 0 ? packages : engine;
  if (others.length > 0) {
    host.notify({
      type: 'note',
      text: `${others.join(', ')} needs some of them: only ${engine.join(', ')} is removed`,
    });
  }
  if (removable.length === 0) return;
  await host.exec(['apt-get', 'purge', '-y', ...removable], { env: quiet, timeoutMs: tenMinutes });
}
