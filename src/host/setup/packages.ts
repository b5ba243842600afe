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

export async function removePackages(host: Host, packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  await host.exec(['apt-get', 'purge', '-y', ...packages], { env: quiet, timeoutMs: tenMinutes });
}
