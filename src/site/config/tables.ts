/** Markdown plugin: a table scrolls in a frame of its own, which the keyboard reaches, and stays a table. */
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';

type Plugin = NonNullable<SatteriProcessorOptions['hastPlugins']>[number];

export function tablesPlugin(): Plugin {
  return {
    name: 'hop-tables',
    element: {
      filter: ['table'],
      visit(node, context) {
        context.wrapNode(node, {
          type: 'element',
          tagName: 'div',
          properties: { className: ['hop-table'], tabIndex: 0 },
          children: [],
        });
      },
    },
  };
}
