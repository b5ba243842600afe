/**
 * The text of `nft -a list ruleset` (or `list table`): what a handle in a trace line stands for, and at which
 * hook a chain is. Format: nftables src/rule.c, `chain_print`, `rule_print`, `do_set_print`.
 */
import { parseNumber, splitLines } from './lines.ts';

export interface NftRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** Position in its chain, from 0: the same as in iptables-save where iptables made the table. */
  readonly index: number;
  readonly handle: number;
  /** As nft prints it, with counters, without the handle. */
  readonly text: string;
  readonly comment?: string;
}

export interface NftChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly handle?: number;
  /** Only base chains: where the kernel calls them. */
  readonly base?: {
    readonly type: string;
    readonly hook: string;
    readonly priority: string;
    readonly policy?: string;
  };
}

/** A set, map, counter, flowtable …: its lines as they came. */
export interface NftObject {
  readonly family: string;
  readonly table: string;
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
}

export interface NftRuleset {
  readonly tables: readonly {
    readonly family: string;
    readonly name: string;
    readonly flags: readonly string[];
  }[];
  readonly chains: readonly NftChain[];
  readonly rules: readonly NftRule[];
  readonly objects: readonly NftObject[];
  /** Braces, comments, table options: structure without meaning of its own. */
  readonly other: readonly string[];
  readonly unknown: readonly string[];
}

type Growing<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

/** The listing so far, and what is open: a table, in it a chain or an object. */
interface Reading extends Growing<NftRuleset> {
  table?: { readonly family: string; readonly name: string; readonly flags: string[] };
  chain?: { readonly name: string; readonly at: number; rules: number };
  object?: { readonly lines: string[]; depth: number };
}

/** Never throws; every line is in exactly one place: a table, a chain, a rule, an object, `other` or `unknown`. */
export function parseNftRuleset(text: string): NftRuleset {
  const reading: Reading = { tables: [], chains: [], rules: [], objects: [], other: [], unknown: [] };
  for (const raw of splitLines(text)) {
    const line = raw.trim();
    if (reading.object) readObject(reading, reading.object, line, raw);
    else if (reading.table && reading.chain) readChain(reading, reading.table, reading.chain, line, raw);
    else if (reading.table) readTable(reading, reading.table, line, raw);
    else readTop(reading, line, raw);
  }
  const { tables, chains, rules, objects, other, unknown } = reading;
  return { tables, chains, rules, objects, other, unknown };
}

/** `chain KUBE-SERVICES { # handle 9`, `ct helper x {`: kind, name and handle of what opens a brace. */
const opening = /^(?<kind>[a-z-]+(?: [a-z0-9]+)?) (?<name>\S+) \{(?: # handle (?<handle>\d+))?$/;

function readTop(reading: Reading, line: string, raw: string): void {
  const { kind, name } = opening.exec(line)?.groups ?? {};
  if (kind?.startsWith('table ') && name !== undefined) {
    reading.table = { family: kind.slice('table '.length), name, flags: [] };
    reading.tables.push(reading.table);
  } else (line.startsWith('#') ? reading.other : reading.unknown).push(raw);
}

function readTable(reading: Reading, table: NonNullable<Reading['table']>, line: string, raw: string): void {
  const { kind, name, handle } = opening.exec(line)?.groups ?? {};
  const place = { family: table.family, table: table.name };
  if (kind === 'chain' && name !== undefined) {
    reading.chain = { name, at: reading.chains.length, rules: 0 };
    const number = parseNumber(handle);
    reading.chains.push({ ...place, name, ...(number === undefined ? {} : { handle: number }) });
  } else if (kind !== undefined && name !== undefined) {
    reading.object = { lines: [raw], depth: 1 };
    reading.objects.push({ ...place, kind, name, lines: reading.object.lines });
  } else if (line.startsWith('flags ')) {
    table.flags.push(...line.slice('flags '.length).replace(/;$/, '').split(','));
    reading.other.push(raw);
  } else {
    if (line === '}') delete reading.table;
    (/^(}$|comment "|#)/.test(line) ? reading.other : reading.unknown).push(raw);
  }
}

function readChain(
  reading: Reading,
  table: NonNullable<Reading['table']>,
  chain: NonNullable<Reading['chain']>,
  line: string,
  raw: string,
): void {
  const made = reading.chains[chain.at];
  const base = parseBase(line);
  const rule = parseRule(line);
  if (base && made && !made.base) reading.chains[chain.at] = { ...made, base };
  else if (rule) {
    const index = chain.rules++;
    reading.rules.push({ family: table.family, table: table.name, chain: chain.name, index, ...rule });
  } else {
    if (line === '}') delete reading.chain;
    (/^(}$|comment ")/.test(line) ? reading.other : reading.unknown).push(raw);
  }
}

function readObject(
  reading: Reading,
  object: NonNullable<Reading['object']>,
  line: string,
  raw: string,
): void {
  object.lines.push(raw);
  object.depth += braces(line);
  if (object.depth <= 0) delete reading.object;
}

/** Braces that stand outside quotes. */
function braces(line: string): number {
  const plain = line.replace(/"(?:\\.|[^"\\])*"/g, '');
  return plain.split('{').length - plain.split('}').length;
}

function parseBase(line: string): NftChain['base'] {
  const { type, hook, priority, policy } =
    /^type (?<type>\S+) hook (?<hook>\S+)(?: devices? .*?)? priority (?<priority>[^;]+);(?: policy (?<policy>\w+);)?/.exec(
      line,
    )?.groups ?? {};
  if (type === undefined || hook === undefined || priority === undefined) return undefined;
  return { type, hook, priority, ...(policy === undefined ? {} : { policy }) };
}

function parseRule(line: string): Pick<NftRule, 'handle' | 'text' | 'comment'> | undefined {
  const { text, number } = /^(?<text>.*?)\s*# handle (?<number>\d+)$/.exec(line)?.groups ?? {};
  const handle = parseNumber(number);
  if (text === undefined || handle === undefined) return undefined;
  const comment = /\bcomment "(?<said>(?:\\.|[^"\\])*)"/.exec(text)?.groups?.said;
  return { handle, text: text.trim(), ...(comment === undefined ? {} : { comment }) };
}
