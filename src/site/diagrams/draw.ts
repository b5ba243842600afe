/** Draws one diagram after another. Runs in a thread of its own: a global `window` would confuse the site build. */
import { parentPort } from 'node:worker_threads';
import type { MermaidConfig } from 'mermaid';
import { layoutProblems } from './layout.ts';
import { themeVariables } from './theme.ts';
import { type Drawing, tidy } from './tidy.ts';
import { openWindow } from './window.ts';

export interface Request {
  readonly id: string;
  readonly source: string;
}
export type Answer = { readonly id: string } & (
  | { readonly drawing: Drawing }
  | { readonly error: string; readonly line: number | undefined }
);

const config: MermaidConfig = {
  startOnLoad: false,
  // Fixed, because their defaults changed with mermaid 12.
  theme: 'base',
  look: 'classic',
  layout: 'elk',
  themeVariables,
  fontFamily: 'inherit',
  securityLevel: 'strict',
  htmlLabels: false,
  flowchart: { htmlLabels: false, wrappingWidth: 300, padding: 12 },
  sequence: { mirrorActors: false, wrap: false, actorMargin: 40, width: 130, height: 44, messageMargin: 34 },
  deterministicIds: true,
};

const document = openWindow();
// Imported here and not above: mermaid looks for the window when it is loaded.
const { default: mermaid } = await import('mermaid');
mermaid.initialize(config);

async function draw({ id, source }: Request): Promise<Answer> {
  try {
    const { svg } = await mermaid.render(id, source);
    document.body.innerHTML = svg;
    const element = document.querySelector('svg');
    if (element === null) throw new Error('mermaid gave no SVG');
    const drawing = tidy(element);
    const [problem] = layoutProblems(element);
    if (problem !== undefined) throw new Error(problem);
    return { id, drawing };
  } catch (error) {
    const { message, hash } = error as {
      message?: string;
      hash?: { line?: number; loc?: { first_line?: number } };
    };
    const named = /on line (\d+)/.exec(message ?? '')?.[1];
    return { id, error: message ?? String(error), line: named ? Number(named) : hash?.loc?.first_line };
  } finally {
    document.body.innerHTML = '';
  }
}

// One at a time: mermaid keeps the diagram it is drawing in module state.
let last: Promise<unknown> = Promise.resolve();
parentPort?.on('message', (request: Request) => {
  last = last.then(async () => parentPort?.postMessage(await draw(request)));
});
