/** The machine's Chromium, without a download of its own and without a word to the network. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { findBrowser } from '../../src/host/setup/browser.ts';

/** As `npm test` finds it, or installs it, before the tests run. */
const executablePath = await findBrowser(process.env);

/** Why there is no browser to test with; undefined when there is one. */
export const missingChromium =
  executablePath === undefined
    ? 'there is no Chromium: apt-get install chromium, name one with CHROMIUM=/path/to/chromium, or npm test -- --yes'
    : undefined;

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser with a profile of its own, for one test. */
export async function withBrowser<T>(
  options: BrowserContextOptions,
  work: (context: BrowserContext) => Promise<T>,
): Promise<T> {
  if (executablePath === undefined) throw new Error(missingChromium);
  const profile = await mkdtemp(join(tmpdir(), 'hop-chromium-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath, args, ...options });
  try {
    return await work(context);
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

export const devices = {
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1440, height: 900 } },
} as const satisfies Record<string, BrowserContextOptions>;
