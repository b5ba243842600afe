/** A part of a recorded output: the lines that the text speaks of. Cutting is marked, and nothing is changed. */
import { EvidenceError } from '../evidence/error.ts';

export interface Excerpt {
  readonly text: string;
  /** Lines that are not shown. */
  readonly left: number;
}

/** What a chapter asks for: all, lines by number (`1-3`), or those that match a regular expression. */
export interface Selection {
  readonly lines?: string | undefined;
  readonly match?: string | undefined;
}

/** @throws EvidenceError when nothing is left: the chapter refers to what was not recorded. */
export function excerpt(output: string, { lines, match }: Selection): Excerpt {
  const all = output.replace(/\n+$/, '').split('\n');
  if (lines === undefined && match === undefined) return { text: all.join('\n'), left: 0 };
  const chosen = lines === undefined ? matching(all, match ?? '') : numbered(all, lines);
  if (chosen.length === 0) {
    throw new EvidenceError(
      `no line of the output ${match === undefined ? `is in ${lines}` : `matches /${match}/`}`,
    );
  }
  return { text: chosen.join('\n'), left: all.length - chosen.length };
}

function matching(all: readonly string[], pattern: string): string[] {
  const expression = new RegExp(pattern);
  return all.filter((line) => expression.test(line));
}

function numbered(all: readonly string[], range: string): string[] {
  const [, from = '', to = from] = /^(\d+)(?:-(\d+))?$/.exec(range) ?? [];
  if (from === '') throw new EvidenceError(`lines="${range}"; expected one number, or two with a hyphen`);
  return all.slice(Number(from) - 1, Number(to));
}
