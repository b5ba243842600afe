/** What an author may not type: output of a terminal, and addresses of a cluster. Both come from evidence. */
import type { Finding } from '../../lab/lint.ts';
import { findAddresses } from './addresses.ts';
import type { Page } from './page.ts';

/** Languages that an author may write by hand: what a reader types, configures or draws. */
const allowed = new Set(['bash', 'sh', 'yaml', 'json', 'ts', 'js', 'mdx', 'astro', 'mermaid', 'diff']);

export function typedIn({ file, text }: Page): Finding[] {
  const error = (line: number, message: string): Finding => ({ file, line, severity: 'error', message });
  return [
    ...fences(text).flatMap(({ line, language, content }) => {
      if (!allowed.has(language)) {
        const what = language === '' ? 'a fence without a language' : `a fence of "${language}"`;
        return [error(line, `${what} looks like typed-in output; show a recorded one: <Output step="…" />`)];
      }
      const prompt = /^(\$|#|%|~) \S/m.exec(content);
      return ['bash', 'sh'].includes(language) && prompt !== null && prompt[1] !== '#'
        ? [error(line, 'a command is written without a prompt, and its output is recorded: <Run step="…" />')]
        : [];
    }),
    ...[...text.matchAll(/<(pre|samp)\b/g)].map(({ index, 1: tag }) =>
      error(
        text.slice(0, index).split('\n').length,
        `<${tag}> holds typed-in output; use <Output step="…" />`,
      ),
    ),
    ...findAddresses(text).map(({ text: address, line }) =>
      error(line, `${address} is typed in; take it from evidence: <Value expr="nodes.worker.ip" />`),
    ),
  ];
}

interface Fence {
  readonly line: number;
  readonly language: string;
  readonly content: string;
}

function fences(text: string): Fence[] {
  return [...text.matchAll(/^[ \t]*(`{3,}|~{3,})([\w-]*)[^\n]*\n([\s\S]*?)^[ \t]*\1[ \t]*$/gm)].map(
    (match) => ({
      line: text.slice(0, match.index).split('\n').length,
      language: match[2] ?? '',
      content: match[3] ?? '',
    }),
  );
}
