/** Markdown plugin: authors write `/03-nodeport/`; the site may live under a path. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['mdastPlugins']>[number];

/** @param base as in {@link SiteAddress} */
export function baseLinksPlugin(base: string): Plugin {
  if (base === '/') return null;
  return {
    name: 'hop-base-links',
    link(node, context) {
      if (node.url.startsWith('/') && !node.url.startsWith('//')) {
        context.setProperty(node, 'url', `${base}${node.url}`);
      }
    },
  };
}
