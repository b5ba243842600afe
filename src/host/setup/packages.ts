/** Packages of the machine's own Debian or Ubuntu. */

import { MachineError, ProvisioningError } from '../errors.ts';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';
import { recordInstalled } from './engine-record.ts';

const quiet = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
const tenMinutes = 600_000;

/** What is there stays: nothing of the user's is removed for ours, and upgraded only where what comes needs that. */
const installFlags = ['-y', '--no-install-recommends', '--no-remove', '--no-upgrade'] as const;

export const installCommands = (packages: readonly string[]): readonly string[] => [
  'apt-get update',
  ['apt-get', 'install', ...installFlags, ...packages].join(' '),
];

/** The packages that `apt-get --simulate` says it would newly install, and not only upgrade. Pure. */
export function parseNewPackages(simulated: string): string[] {
  // "Inst docker.io (20.10.24…)" is new; "Inst libc6 [2.36-9] (2.36-10…)" has the installed version in brackets.
  return [...simulated.matchAll(/^Inst (\S+) \(/gm)].map(([, name]) => name ?? '');
}

/**
 * Installs Debian packages. Those that come new are written down before any of them is there, so that
 * `lab setup --undo` removes them.
 *
 * @returns the new ones
 * @throws MachineError where something of the user's would have to go
 */
export async function installPackages(host: Host, packages: readonly string[]): Promise<readonly string[]> {
  const install = ['install', ...installFlags, ...packages] as const;
  try {
    await host.exec(['apt-get', 'update'], { env: quiet, timeoutMs: tenMinutes });
    const plan = await host.exec(['apt-get', '--simulate', ...install], { env: quiet });
    const added = parseNewPackages(plan.stdout);
    await recordInstalled(host.paths, added);
    await host.exec(['apt-get', ...install], { env: quiet, timeoutMs: tenMinutes });
    return added;
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    const inTheWay = parseRefusedRemovals(error.stdout, error.stderr);
    if (inTheWay.length > 0) {
      throw new MachineError(
        `the packages ${packages.join(' ')} can't be installed beside ${inTheWay.join(', ')}, which setup does not remove`,
        `start the engine that ${inTheWay.join(', ')} belongs to, or remove what you don't need of it, then run this again`,
        { cause: error },
      );
    }
    throw new ProvisioningError(
      `the Debian packages ${packages.join(' ')} could not be installed: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** The packages that `apt-get --no-remove` would have to remove, and refused to. Pure. */
export function parseRefusedRemovals(stdout: string, stderr: string): readonly string[] {
  if (!stderr.includes('remove is disabled')) return [];
  const [, names = ''] = /^The following packages will be REMOVED:\n((?: .*\n?)+)/m.exec(stdout) ?? [];
  return names.split(/\s+/).filter(Boolean);
}

/** The packages that `apt-get --simulate purge` says it would remove. Pure. */
export const parseRemovedPackages = (simulated: string): string[] =>
  [...simulated.matchAll(/^(?:Remv|Purg) (\S+) /gm)].map(([, name]) => name ?? '');

/** What is worth removing by itself; all else came along with it, or is a tool that others soon come to need. */
const askedFor = ['docker.io', 'containerd', 'runc', 'chromium', 'curl'];

/**
 * Removes packages that setup installed. When something else on this machine has come to need some of them, only
 * those go that setup asked for and that nothing else needs, and the rest stays.
 */
export async function removePackages(host: Host, packages: readonly string[]): Promise<void> {
  const needing = async (names: readonly string[]) => {
    const plan = await host.exec(['apt-get', '--simulate', 'purge', '-y', ...names], { env: quiet });
    return parseRemovedPackages(plan.stdout).filter((name) => !packages.includes(name));
  };
  const others = await needing(packages);
  const removable = others.length === 0 ? [...packages] : [];
  if (others.length > 0) {
    for (const name of askedFor.filter((one) => packages.includes(one)))
      if ((await needing([name])).length === 0) removable.push(name);
    const what = removable.length === 0 ? 'none' : `only ${removable.join(', ')}`;
    const text = `${others.join(', ')} needs some of the packages that setup installed: of those ${what} is removed`;
    host.notify({ type: 'note', text });
  }
  if (removable.length === 0) return;
  await host.exec(['apt-get', 'purge', '-y', ...removable], { env: quiet, timeoutMs: tenMinutes });
}
