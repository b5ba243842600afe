/** Builds the site as `npm run build` does, but into a folder of the test's own. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export const projectRoot = join(import.meta.dirname, '..', '..');

export interface BuiltSite {
  /** What a web server serves: the site lies below it under its base. */
  readonly root: string;
  /** `/` or `/hop/`. */
  readonly base: string;
  readonly seconds: number;
}

export interface BuildOptions {
  /** As in SITE_URL. */
  readonly siteUrl: string;
  /** Labs of another checkout. */
  readonly labsOf?: string;
  /** Builds drafts too. */
  readonly drafts?: boolean;
}

/** @throws ExecaError with the build's output in `all`. */
export async function buildSite({ siteUrl, labsOf, drafts = false }: BuildOptions): Promise<BuiltSite> {
  const root = await mkdtemp(join(tmpdir(), 'hop-site-'));
  const { pathname } = new URL(siteUrl);
  const started = performance.now();
  await execa(
    'astro',
    ['build', '--outDir', join(root, pathname), ...(drafts ? ['--mode', 'development'] : [])],
    {
      cwd: projectRoot,
      preferLocal: true,
      all: true,
      env: {
        SITE_URL: siteUrl,
        ASTRO_TELEMETRY_DISABLED: '1',
        // vitest sets these, and Astro would build for a test.
        NODE_ENV: 'production',
        VITEST: undefined,
        ...(labsOf === undefined ? {} : { HOP_PROJECT: labsOf }),
      },
    },
  );
  return { root, base: pathname, seconds: (performance.now() - started) / 1000 };
}
