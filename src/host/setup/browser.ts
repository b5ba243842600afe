/** The browser in which the site's tests open pages: Debian's Chromium, or what CHROMIUM names. */
import type { Consent } from '../consent.ts';
import { MachineError } from '../errors.ts';
import { findProgram, isExecutable } from '../find-program.ts';
import type { Host } from '../host.ts';
import { installCommands, installPackages } from './packages.ts';

const packages = ['chromium'];

/** What the same browser is called on other systems, Debian's name first. */
const names = ['chromium', 'chromium-browser', 'google-chrome'];

const remedy = 'install Chromium, or name one with CHROMIUM=/path/to/chromium';

/**
 * The browser that CHROMIUM names, else the first on PATH; `undefined` where there is none.
 *
 * @throws MachineError where CHROMIUM names no program
 */
export async function findBrowser(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { CHROMIUM: named } = env;
  if (named !== undefined && named !== '') {
    if (await isExecutable(named)) return named;
    throw new MachineError(`CHROMIUM names ${named}, which is no program`, remedy);
  }
  const found = await Promise.all(names.map((name) => findProgram(name, env)));
  return found.find((path) => path !== undefined);
}

/**
 * @returns the path of the browser
 * @throws MachineError when there is none and it may not be installed
 */
export async function ensureBrowser(host: Host, consent: Consent): Promise<string> {
  const found = await findBrowser(host.env);
  if (found !== undefined) return found;
  const debian = (await findProgram('apt-get', host.env)) !== undefined && process.getuid?.() === 0;
  if (!debian) throw new MachineError('the tests of the site need Chromium', remedy);
  const asked = {
    what: 'install Chromium from Debian’s packages, for the tests of the site',
    commands: installCommands(packages),
  };
  if (!(await consent(asked))) throw new MachineError('the tests of the site need Chromium', remedy);
  await installPackages(host, packages);
  const installed = await findBrowser(host.env);
  if (installed === undefined) throw new MachineError('chromium was installed but is not on PATH', remedy);
  return installed;
}
