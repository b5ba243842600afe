/** What an author may not type: output of a terminal, and addresses of a cluster. Both come from evidence. */
import type { Finding } from '../../lab/lint.ts';
import { findAddresses } from './addresses.ts';
import type { Page } from './page.ts';

/** Languages that an author may write by hand: what a reader types, or what is drawn. */
const shells = ['bash', 'sh'];
const allowed = new Set([...shells, 'mermaid']);

/** Lines that nobody types: a status line, what curl -v says, curl's complaint, the head of kubectl's tables. */
const printed = /^[ \t]*(HTTP\/\d|< HTTP\/|> [A-Z]+ \/|\* [A-Z]|curl: \(\d|NAME(SPACE)? +[A-Z])/m;
const instead = 'show a recorded one: <Output step="…" />';

export function typedIn({ file, text }: Page): Finding[] {
  const error = (line: number, message: string): Finding => ({ file, line, severity: 'error', message });
  return [
    ...fences(text).flatMap(({ line, language, content }) => {
      if (!allowed.has(language)) {
        return [error(line, wrongLanguage(language))];
      }
      if (!shells.includes(language)) return [];
      const prompt = /^(\$|%|~) \S/m.test(content)
        ? [error(line, 'a command is written without a prompt, and its output is recorded: <Run step="…" />')]
        : [];
      const output = printed.exec(content);
      return output === null
        ? prompt
        : [...prompt, error(line, `"${output[1]}…" looks like typed-in output; ${instead}`)];
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

function wrongLanguage(language: string): string {
  if (language === '') return `a fence without a language looks like typed-in output; ${instead}`;
  if (language === 'yaml')
    return 'a fence of "yaml" is applied by no lab; show a manifest: <Manifest file="…" />';
  return `a fence of "${language}" looks like typed-in output; ${instead}`;
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
