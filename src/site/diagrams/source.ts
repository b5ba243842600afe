/** What a diagram's source must have, and what it may not hold. */
import { findAddresses } from '../lint/addresses.ts';

export interface SourceProblem {
  /** In the diagram's source, the first is 1. */
  readonly line: number;
  readonly message: string;
}

/** Classes that src/site/styles/diagrams.css draws in light and dark. */
export const diagramClasses = ['client', 'entry', 'podnode', 'pod', 'change', 'quiet'] as const;

const kinds = /^(flowchart\s|sequenceDiagram\b|stateDiagram-v2\b)/;

export function sourceProblems(source: string): SourceProblem[] {
  const lines = source.split('\n');
  const problems: SourceProblem[] = findAddresses(source).map(({ text, line }) => ({
    line,
    message: `${text} is a literal address; a diagram names roles (client, entry node, pod)`,
  }));
  const first = lines.findIndex((line) => line.trim() !== '' && !line.trim().startsWith('%%'));
  if (!kinds.test(lines[first]?.trim() ?? '')) {
    problems.push({
      line: Math.max(first, 0) + 1,
      message: 'expected flowchart, sequenceDiagram or stateDiagram-v2',
    });
  }
  for (const [word, what] of [
    ['accTitle', 'a title'],
    ['accDescr', 'a description: the drawing in words'],
  ] as const) {
    if (!new RegExp(`^\\s*${word}\\s*[:{]`, 'm').test(source)) {
      problems.push({ line: 1, message: `a reader who can't see it needs ${what}: add "${word}: …"` });
    }
  }
  for (const [index, line] of lines.entries()) {
    problems.push(...lineProblems(line).map((message) => ({ line: index + 1, message })));
  }
  return problems;
}

function lineProblems(line: string): string[] {
  const text = line.trim();
  if (/^(%%\{|---$)/.test(text))
    return ['theme and layout are the same for all diagrams; remove the configuration'];
  if (/^(classDef|style|linkStyle|rect|fill)\s/.test(text) || /^box\s+(rgb|hsl|#|transparent)/i.test(text)) {
    return [`colours of its own don't follow light and dark; use the classes ${diagramClasses.join(', ')}`];
  }
  const named = [...classesIn(text)].filter((name) => !diagramClasses.some((known) => known === name));
  const tags = [...text.matchAll(/<\/?([a-z]+)[^>]*>/gi)].filter(([, tag]) => tag?.toLowerCase() !== 'br');
  return [
    ...named.map((name) => `there is no class "${name}"; use ${diagramClasses.join(', ')}`),
    ...tags.map(([tag]) => `${tag} is HTML; only <br/> is possible in a label`),
  ];
}

function* classesIn(line: string): Generator<string> {
  for (const [, name = ''] of line.matchAll(/:::([\w-]+)/g)) yield name;
  const statement = /^class\s+\S+\s+([\w-]+)/.exec(line);
  if (statement?.[1] !== undefined) yield statement[1];
}

/** Title and description, as mermaid reads them. */
export function accessibleText(source: string): { readonly title: string; readonly description: string } {
  const title = /^\s*accTitle\s*:\s*(.+)$/m.exec(source)?.[1] ?? '';
  const description =
    /^\s*accDescr\s*:\s*(.+)$/m.exec(source)?.[1] ?? /^\s*accDescr\s*\{([^}]*)\}/m.exec(source)?.[1] ?? '';
  return { title: title.trim(), description: description.replace(/\s+/g, ' ').trim() };
}
