import { fileURLToPath } from 'node:url';
import { satteri } from '@astrojs/markdown-satteri';
import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import starlightLinksValidator from 'starlight-links-validator';
import { baseLinksPlugin } from './src/site/config/base-links.ts';
import { engineAsIs } from './src/site/config/engine.ts';
import { expressiveCode } from './src/site/config/expressive-code.ts';
import { head } from './src/site/config/head.ts';
import { publishedLocales } from './src/site/config/locales.ts';
import { sidebarPlugin } from './src/site/config/sidebar.ts';
import { siteAddress } from './src/site/config/site-url.ts';
import { tablesPlugin } from './src/site/config/tables.ts';
import { mermaidPlugin } from './src/site/diagrams/plugin.ts';
import { ledgerFiles } from './src/site/ledger/routes.ts';

const docs = fileURLToPath(new URL('content/docs', import.meta.url));
const { site, base } = siteAddress(process.env.SITE_URL);
/** Set where the code is hosted: adds "edit this page" and a link in the header. */
const repository = process.env.REPO_URL?.replace(/\/$/, '');

export default defineConfig({
  ...(site === undefined ? {} : { site }),
  base,
  trailingSlash: 'always',
  // Chapters live at content/docs, beside labs/ and not below src/.
  srcDir: '.',
  vite: { plugins: [engineAsIs(import.meta.dirname)] },
  markdown: {
    // Diagrams first: once Expressive Code has seen a fence, it is a code block.
    processor: satteri({
      mdastPlugins: [mermaidPlugin(), baseLinksPlugin(base)],
      hastPlugins: [tablesPlugin()],
    }),
  },
  integrations: [
    ledgerFiles(),
    starlight({
      title: 'Hop by Hop',
      locales: publishedLocales(docs),
      head,
      favicon: '/favicon.svg',
      customCss: ['./src/site/styles/index.css'],
      components: {
        Head: './src/site/components/Head.astro',
        MarkdownContent: './src/site/components/MarkdownContent.astro',
        PageTitle: './src/site/components/PageTitle.astro',
        SiteTitle: './src/site/components/SiteTitle.astro',
      },
      lastUpdated: true,
      ...(repository === undefined
        ? {}
        : {
            editLink: { baseUrl: `${repository}/edit/main/` },
            social: [{ icon: 'github' as const, label: 'Source', href: repository }],
          }),
      expressiveCode,
      plugins: [sidebarPlugin(docs), starlightLinksValidator({ errorOnLocalLinks: false })],
    }),
  ],
});
