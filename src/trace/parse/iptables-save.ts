/**
 * The output of `iptables-save` with or without `-c`, also of `iptables-legacy-save` and `ip6tables-save`.
 * Format: iptables(8) iptables/nft-shared.c `nft_ipv46_save_chain`, iptables-restore(8).
 */
import { parseNumber, splitLines } from './lines.ts';

export interface IptablesRule {
  readonly table: string;
  readonly chain: string;
  /** Position in its chain, from 0. The nth rule here is the nth rule of the same chain in `nft -a list ruleset`. */
  readonly index: number;
  /** The rule as one would type it, without counters: `-A KUBE-SERVICES -d …`. */
  readonly text: string;
  /** Packets and bytes since the counter was set to 0; only with `-c`. */
  readonly packets?: number;
  readonly bytes?: number;
  /** What `-m comment` says, without quotes. */
  readonly comment?: string;
  /** Where `-j` or `-g` goes: `KUBE-SEP-…`, `DNAT`, `ACCEPT`. */
  readonly target?: string;
  readonly raw: string;
}

export interface IptablesChain {
  readonly table: string;
  readonly name: string;
  /** `ACCEPT` or `DROP` for a built-in chain; a chain that was made by somebody has none. */
  readonly policy?: string;
  /** Packets and bytes that the policy decided. Always printed, 0 without `-c`. */
  readonly packets: number;
  readonly bytes: number;
  readonly raw: string;
}

export interface IptablesSave {
  /** Names of the tables in the order of the listing. */
  readonly tables: readonly string[];
  readonly chains: readonly IptablesChain[];
  readonly rules: readonly IptablesRule[];
  /** `#` lines, `*table` and `COMMIT`: structure without meaning of its own. */
  readonly other: readonly string[];
  /** Lines that this parser does not know. */
  readonly unknown: readonly string[];
}

/** Parses a whole listing. Never throws; a line that is not understood is in `unknown`. */
export function parseIptablesSave(text: string): IptablesSave {
  const tables: string[] = [];
  const chains: IptablesChain[] = [];
  const rules: IptablesRule[] = [];
  const other: string[] = [];
  const unknown: string[] = [];
  const positions = new Map<string, number>();
  let table: string | undefined;
  for (const raw of splitLines(text)) {
    const line = raw.trim();
    const opened = /^\*(\S+)$/.exec(line)?.[1];
    if (opened !== undefined) {
      table = opened;
      tables.push(opened);
      other.push(raw);
    } else if (line.startsWith('#') || line === 'COMMIT') {
      other.push(raw);
      if (line === 'COMMIT') table = undefined;
    } else {
      const chain = table === undefined ? undefined : parseChain(line, table, raw);
      const rule = table === undefined ? undefined : parseRule(line, table, raw);
      if (chain) chains.push(chain);
      else if (rule) {
        const key = `${rule.table} ${rule.chain}`;
        const index = positions.get(key) ?? 0;
        positions.set(key, index + 1);
        rules.push({ ...rule, index });
      } else unknown.push(raw);
    }
  }
  return { tables, chains, rules, other, unknown };
}

function parseChain(line: string, table: string, raw: string): IptablesChain | undefined {
  const [, name, policy, packets, bytes] = /^:(\S+) (\S+) \[(\d+):(\d+)\]$/.exec(line) ?? [];
  if (name === undefined || policy === undefined) return undefined;
  return {
    table,
    name,
    ...(policy === '-' ? {} : { policy }),
    packets: Number(packets),
    bytes: Number(bytes),
    raw,
  };
}

function parseRule(line: string, table: string, raw: string): Omit<IptablesRule, 'index'> | undefined {
  const [, packets, bytes, text] = /^(?:\[(\d+):(\d+)\] )?(-A \S.*)$/.exec(line) ?? [];
  if (text === undefined) return undefined;
  const words = splitQuoted(text);
  const chain = words[1];
  if (chain === undefined) return undefined;
  const comment = after(words, '--comment');
  const target = after(words, '-j') ?? after(words, '-g');
  return {
    table,
    chain,
    text,
    ...(packets === undefined ? {} : { packets: parseNumber(packets) ?? Number(packets) }),
    ...(bytes === undefined ? {} : { bytes: parseNumber(bytes) ?? Number(bytes) }),
    ...(comment === undefined ? {} : { comment }),
    ...(target === undefined ? {} : { target }),
    raw,
  };
}

function after(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at < 0 ? undefined : words[at + 1];
}

/** Splits at blanks; double quotes hold words together, a backslash in them escapes (xtables_save_string). */
export function splitQuoted(text: string): string[] {
  const words = text.match(/"(?:\\.|[^"\\])*"|\S+/g) ?? [];
  return words.map((word) =>
    word.length >= 2 && word.startsWith('"') && word.endsWith('"')
      ? word.slice(1, -1).replace(/\\(.)/g, '$1')
      : word,
  );
}
