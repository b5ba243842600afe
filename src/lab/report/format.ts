/** Words and lines of reports. */
import { stripVTControlCharacters } from 'node:util';
import type { Json } from '../json.ts';

/** `0.3 s`, `42 s`, `2 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Breaks at spaces. A word that is longer than a line keeps its own. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * What a program printed, as lines that can't move the cursor: escape sequences, carriage returns and other
 * control characters are taken out.
 */
export function printableLines(text: string): string[] {
  const clean = stripVTControlCharacters(text).replace(/(?![\t\n])\p{Cc}/gu, '');
  const lines = clean.split('\n');
  while (lines.at(-1)?.trim() === '') lines.pop();
  return lines;
}

/** The first lines, and a line that says how many there are more. A single line more is shown as it is. */
export function cut(lines: readonly string[], most: number): string[] {
  if (lines.length <= most + 1) return [...lines];
  return [...lines.slice(0, most), `… ${lines.length - most} more lines (-v shows them)`];
}

/** A value that was seen: text as it is, everything else as JSON, one line where it is short. */
export function formatValue(value: Json): string[] {
  if (value === null) return ['nothing'];
  if (typeof value === 'string' && value.includes('\n')) return printableLines(value);
  const line = JSON.stringify(value);
  return line.length <= 120 ? [line] : JSON.stringify(value, null, 1).split('\n');
}

export function formatTotals(totals: { passed: number; failed: number; skipped: number }): string {
  return `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`;
}
