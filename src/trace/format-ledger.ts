/** The ledger as plain text for a terminal. */
import type { LedgerRow } from './ledger.ts';

export interface FormatOptions {
  /** Width of the terminal; 100 unless given. */
  readonly columns?: number;
  /** ANSI colours for what changed. */
  readonly color?: boolean;
}

/**
 * A row under a heading each, arrows at the field that changed, the word `reply` where the direction turns. No
 * line is longer than `columns`: what happened goes on below itself, names are cut in the middle.
 */
export function formatLedger(
  rows: readonly LedgerRow[],
  { columns = 100, color = false }: FormatOptions = {},
): string {
  const width = widthsOf(rows);
  const what = columns - (width.number + width.where + width.source + width.destination + 10);
  const layout: Layout = { width, what, columns, paint: color ? ansi : (text) => text };
  const heading = {
    number: '#',
    where: 'where',
    source: 'source',
    destination: 'destination',
    what: 'what happened',
  };
  const lines = cellsOf(heading, layout);
  let direction = rows[0]?.direction;
  for (const row of rows) {
    if (row.direction !== direction) lines.push(`${' '.repeat(width.number + 2)}${row.direction}`);
    direction = row.direction;
    lines.push(...cellsOf({ ...row, number: String(row.number) }, layout));
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

type Widths = Record<'number' | 'where' | 'source' | 'destination', number>;

interface Layout {
  readonly width: Widths;
  /** Columns that are left for the words. Too few: the words get lines of their own. */
  readonly what: number;
  readonly columns: number;
  readonly paint: (text: string) => string;
}

/** Bold cyan: readable on dark and on light. */
function ansi(text: string): string {
  return `\u001b[1;36m${text}\u001b[0m`;
}

function widthsOf(rows: readonly LedgerRow[]): Widths {
  const longest = (key: 'where' | 'source' | 'destination', least: number, most: number) =>
    Math.min(most, Math.max(least, ...rows.map((row) => row[key].length)));
  return {
    number: Math.max(2, String(rows.length).length),
    where: longest('where', 5, 26),
    // An address with its port: IPv4 has at most 21 characters, IPv6 47; a predicted set may have more.
    source: longest('source', 6, 47),
    destination: longest('destination', 11, 47),
  };
}

interface Cells extends Pick<LedgerRow, 'where' | 'source' | 'destination' | 'what' | 'changed'> {
  readonly number: string;
}

function cellsOf(cells: Cells, { width, what, columns, paint }: Layout): string[] {
  const field = (key: 'source' | 'destination') => {
    const text = cut(cells[key], width[key]).padEnd(width[key]);
    return cells.changed === key ? paint(`→ ${text}`) : `  ${text}`;
  };
  const number = cells.number.padStart(width.number);
  const indent = ' '.repeat(width.number + 2);
  if (what >= 20) {
    const place = cutMiddle(cells.where, width.where).padEnd(width.where);
    const head = `${number}  ${place} ${field('source')} ${field('destination')}  `;
    const below = ' '.repeat(columns - what);
    return wrap(cells.what, what).map((line, index) => (index === 0 ? head : below) + line);
  }
  const room = columns - indent.length;
  const [source, destination] = [field('source'), field('destination')];
  const words = wrap([cells.where, cells.what].filter(Boolean).join('  '), room);
  const addresses =
    width.source + width.destination + 5 <= room ? [`${source} ${destination}`] : [source, destination];
  return [
    ...words.map((line, index) => (index === 0 ? `${number}  ${line}` : indent + line)),
    ...(cells.source === '' ? [] : addresses.map((line) => indent + line)),
  ];
}

/** At least one line; a word that is too long is broken. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    for (; word.length > width; word = word.slice(width)) lines.push(word.slice(0, width));
    line = word;
  }
  return [...lines, line];
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Pods of one Deployment differ at the end of their names, and begin with what a reader knows them by. */
function cutMiddle(where: string, width: number): string {
  const at = where.lastIndexOf(' ');
  const [name, hook] = [where.slice(0, at), where.slice(at)];
  const room = width - hook.length - 1;
  if (where.length <= width || at < 0 || room < 4) return cut(where, width);
  return `${name.slice(0, Math.ceil(room / 2))}…${name.slice(-Math.floor(room / 2))}${hook}`;
}
