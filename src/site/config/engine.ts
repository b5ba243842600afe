/**
 * Vite plugin: pages read labs through the engine's own modules. Node runs those as they are; bundled, they would
 * lose the files that stand beside them, and each build would compile the whole engine.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ViteUserConfig } from 'astro';

type Plugin = Extract<NonNullable<NonNullable<ViteUserConfig['plugins']>[number]>, { name: string }>;

/** @param projectRoot absolute */
export function engineAsIs(projectRoot: string): Plugin {
  const engine = ['trace', 'host', 'cluster', 'lab'].map((folder) => join(projectRoot, 'src', folder, '/'));
  return {
    name: 'hop-engine-as-is',
    enforce: 'pre',
    async resolveId(id, importer, options) {
      if (!options.ssr || importer === undefined || !id.startsWith('.')) return null;
      const resolved = await this.resolve(id, importer, { ...options, skipSelf: true });
      if (resolved === null || !engine.some((folder) => resolved.id.startsWith(folder))) return null;
      return { id: pathToFileURL(resolved.id).href, external: true };
    },
  };
}
