/** Astro integration: the files behind the ledgers, written into the site beside its pages. */
import type { AstroIntegration } from 'astro';

const routes = {
  '/evidence/[lab]/[probe].[cell].txt': './src/site/ledger/files/raw.ts',
  '/evidence/[lab]/[probe].[cell].json': './src/site/ledger/files/traces.ts',
  '/schema/[name].json': './src/site/ledger/files/schema.ts',
} as const;

export function ledgerFiles(): AstroIntegration {
  return {
    name: 'hop-ledger-files',
    hooks: {
      'astro:config:setup': ({ injectRoute }) => {
        for (const [pattern, entrypoint] of Object.entries(routes)) {
          injectRoute({ pattern, entrypoint, prerender: true });
        }
      },
    },
  };
}
