/** Builds the site as `npm run build` does, but into a folder of the test's own. */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { readChapters } from '../../src/site/config/chapters.ts';

export const projectRoot = join(import.meta.dirname, '..', '..');

/** Each is held to what the others are. */
export const publishedChapters = readChapters(join(projectRoot, 'content/docs'))
  .filter(({ draft }) => !draft)
  .map(({ slug }) => slug);

export interface BuiltSite {
  /** What a web server serves: the site lies below it under its base. */
  readonly root: string;
  /** `/` or `/hop/`. */
  readonly base: string;
}

export interface BuildOptions {
  /** As in SITE_URL. */
  readonly siteUrl: string;
  /** The checkout that is built; ours when it is left out. */
  readonly checkout?: string;
  /** Drafts are shown while writing, and not published. */
  readonly drafts?: 'shown';
}

/** vitest sets these, and Astro would take them for its own: it would build for development, for another base. */
const withoutVitest = {
  NODE_ENV: 'production',
  ...Object.fromEntries(
    [
      'MODE',
      'DEV',
      'PROD',
      'SSR',
      'BASE_URL',
      'TEST',
      'VITEST',
      'VITEST_MODE',
      'VITEST_WORKER_ID',
      'VITEST_POOL_ID',
    ].map((name) => [name, undefined]),
  ),
};

/** @throws ExecaError with the build's output in `all`. */
export async function buildSite({
  siteUrl,
  checkout = projectRoot,
  drafts,
}: BuildOptions): Promise<BuiltSite> {
  const root = await mkdtemp(join(tmpdir(), 'hop-site-'));
  const { pathname } = new URL(siteUrl);
  const mode = drafts === 'shown' ? ['--mode', 'development'] : [];
  await execa('astro', ['build', '--outDir', join(root, pathname), ...mode], {
    cwd: checkout,
    preferLocal: true,
    all: true,
    env: {
      SITE_URL: siteUrl,
      ASTRO_TELEMETRY_DISABLED: '1',
      ...withoutVitest,
    },
  }).catch(async (error: unknown) => {
    await rm(root, { recursive: true, force: true });
    throw error;
  });
  return { root, base: pathname };
}

/** A checkout of its own, inside ours, so that it finds our node_modules. */
export async function copyCheckout(): Promise<string> {
  await mkdir(join(projectRoot, '.astro'), { recursive: true });
  const checkout = await mkdtemp(join(projectRoot, '.astro', 'checkout-'));
  const parts = ['content', 'labs', 'src', 'images', 'public', 'astro.config.ts', 'content.config.ts'];
  for (const name of [...parts, 'package.json', 'tsconfig.json']) {
    await cp(join(projectRoot, name), join(checkout, name), { recursive: true });
  }
  return checkout;
}
