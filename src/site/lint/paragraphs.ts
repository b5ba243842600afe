/**
 * Paragraphs that would be none: MDX puts no <p> around a block that holds inline elements and nothing else, so it
 * stands there without the distance to its neighbours.
 */
import type { Finding } from '../../lab/lint.ts';
import { lineAt, type Page } from './page.ts';

const block = /(?:^|\n\n)(<(Proved|Upstream|AtHop|Value)\b[\s\S]*?)(?=\n\n|\n<\/|$)/g;
const elements = /<(Proved|Upstream|AtHop)\b[^>]*>[\s\S]*?<\/\1>|<Value\b[^>]*\/>/g;

export function bareParagraphs({ file, text }: Page): Finding[] {
  return [...text.matchAll(block)].flatMap((match): Finding[] => {
    const [, content = '', name = ''] = match;
    if (content.replaceAll(elements, '').trim() !== '') return [];
    const line = lineAt(text, text.indexOf(content, match.index));
    const message = `a paragraph of <${name}> and nothing else gets no <p> around it: put the full stop behind the element`;
    return [{ file, line, severity: 'error', message }];
  });
}
