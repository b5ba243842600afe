/** curl on the person's machine: what a lab asks from there, it asks with the command that a person would type. */
import type { Consent } from '../consent.ts';
import { MachineError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import type { Host } from '../host.ts';
import { installCommands, installPackages } from './packages.ts';

/** @throws MachineError when it is not there and may not be installed */
export async function ensureCurl(host: Host, consent: Consent): Promise<void> {
  if ((await findProgram('curl', host.env)) !== undefined) return;
  const missing = new MachineError('curl is not on this machine', 'install curl and run this again');
  const debian = (await findProgram('apt-get', host.env)) !== undefined && process.getuid?.() === 0;
  if (!debian) throw missing;
  const asked = { what: 'install curl from Debian’s packages', commands: installCommands(['curl']) };
  if (!(await consent(asked))) throw missing;
  await installPackages(host, ['curl']);
}
