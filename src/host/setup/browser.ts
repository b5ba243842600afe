/** The browser in which the site's tests open pages: Debian's Chromium, or what CHROMIUM names. */
import type { Consent } from '../consent.ts';
import { MachineError } from '../errors.ts';
import { findProgram } from '../find-program.ts';
import type { Host } from '../host.ts';
import { installCommands, installPackages } from './packages.ts';

const packages = ['chromium'];

/**
 * @returns the path of the browser
 * @throws MachineError when there is none and it may not be installed
 */
export async function ensureBrowser(host: Host, consent: Consent): Promise<string> {
  const find = async () => host.env.CHROMIUM ?? (await findProgram('chromium', host.env));
  const found = await find();
  if (found !== undefined) return found;
  const remedy = 'install Chromium, or name one with CHROMIUM=/path/to/chromium';
  const debian = (await findProgram('apt-get', host.env)) !== undefined && process.getuid?.() === 0;
  if (!debian) throw new MachineError('the tests of the site need Chromium', remedy);
  const asked = {
    what: 'install Chromium from Debian’s packages, for the tests of the site',
    commands: installCommands(packages),
  };
  if (!(await consent(asked))) throw new MachineError('the tests of the site need Chromium', remedy);
  await installPackages(host, packages, () => Promise.resolve());
  const installed = await find();
  if (installed === undefined) throw new MachineError('chromium was installed but is not on PATH', remedy);
  return installed;
}
