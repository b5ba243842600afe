/** Markdown plugin: a mermaid fence becomes an SVG in the page. The reader gets no mermaid. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SatteriProcessorOptions } from '@astrojs/markdown-satteri';
import { escapeHtml } from '../html.ts';
import { DiagramError, render } from './render.ts';
import { accessibleText, sourceProblems } from './source.ts';

type Plugin = NonNullable<SatteriProcessorOptions['mdastPlugins']>[number];

export function mermaidPlugin(): Plugin {
  return {
    name: 'hop-mermaid',
    options: { position: true },
    async code(node, context) {
      if (node.lang !== 'mermaid') return;
      const file = context.fileURL === undefined ? 'diagram' : relative('.', fileURLToPath(context.fileURL));
      // The fence itself is the line before the diagram's first.
      const above = node.position?.start.line ?? 0;
      const fail = (line: number, message: string) => new Error(`${file}:${above + line}: ${message}`);

      const [problem] = sourceProblems(node.value);
      if (problem !== undefined) throw fail(problem.line, problem.message);
      try {
        return { type: 'html', value: await figure(node.value) };
      } catch (error) {
        if (error instanceof DiagramError) throw fail(error.line ?? 1, error.message);
        throw error;
      }
    },
  };
}

/** One line without blank lines: in Markdown a blank line would end the HTML. */
async function figure(source: string): Promise<string> {
  const { svg, width } = await render(source);
  const { title, description } = accessibleText(source);
  const html = [
    `<figure class="hop-diagram not-content" style="--width:${width}px">`,
    `<div class="hop-diagram-scroll" tabindex="0" role="group" aria-label="${escapeHtml(title)}">${svg}</div>`,
    `<figcaption><details><summary>${escapeHtml(title)}</summary><p>${escapeHtml(description)}</p></details></figcaption>`,
    '</figure>',
  ].join('');
  return html.replace(/\s*\n\s*/g, ' ');
}
