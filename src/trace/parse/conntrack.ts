/**
 * Lines of `conntrack -L` and `conntrack -E`, with any of `-o id,timestamp,extended,ktimestamp`.
 * Format: conntrack-tools src/conntrack.c (`event_cb`, `dump_cb`) and libnetfilter_conntrack
 * src/conntrack/snprintf_default.c. Written for 1.4.7 and 1.4.8, which have no JSON output.
 */
import { isIP } from 'node:net';
import { parseNumber, parsePort, splitLines, type UnknownLine } from './lines.ts';

/** One end of a connection as conntrack prints it. ICMP has no ports. */
export interface TupleEnd {
  readonly ip: string;
  readonly port?: number;
}

/** One direction of a connection. */
export interface Tuple {
  readonly source: TupleEnd;
  readonly destination: TupleEnd;
  /** Only ICMP: what stands in the place of the ports. */
  readonly icmp?: { readonly type: number; readonly code?: number; readonly id?: number };
  /** Only with `net.netfilter.nf_conntrack_acct=1`. */
  readonly packets?: number;
  readonly bytes?: number;
}

interface Connection {
  /** `ipv4` or `ipv6`; printed with `-o extended` only. */
  readonly family?: string;
  /** `tcp`, `udp`, `icmp`, or what else the kernel tracks. */
  readonly protocol: string;
  /** Seconds until the entry expires, when it was printed. */
  readonly timeoutS?: number;
  /** TCP only: `SYN_SENT`, `ESTABLISHED`, … */
  readonly state?: string;
  /** The first packet as it came in. */
  readonly original: Tuple;
  /** What an answer looks like before NAT is undone: its source is where DNAT went, its destination is SNAT's source. */
  readonly reply: Tuple;
  /** `UNREPLIED`, `ASSURED`, `OFFLOAD`, …, in the order of the line. */
  readonly flags: readonly string[];
  /** The ct mark; decimal 427 is the probe's 0x1ab. */
  readonly mark?: number;
  /** Id of the entry, with `-o id`. The kernel makes it from addresses in memory: unique only while the entry lives. */
  readonly id?: number;
  /** Words that this parser does not know. */
  readonly unknown: readonly string[];
  readonly raw: string;
}

export interface ConntrackEntry extends Connection {
  readonly kind: 'entry';
}

export interface ConntrackEvent extends Connection {
  readonly kind: 'event';
  readonly event: 'NEW' | 'UPDATE' | 'DESTROY';
  /** Seconds since the epoch as printed, microseconds after the point. A string: a double has too few digits to compare. */
  readonly time?: string;
}

/** Entries of `conntrack -L`, one a line. The summary that conntrack prints on stderr is `unknown` here. */
export function parseConntrackList(text: string): (ConntrackEntry | UnknownLine)[] {
  return splitLines(text).map((raw) => {
    const connection = parseConnection(raw.trim().split(/\s+/), raw);
    return connection ? { kind: 'entry', ...connection } : { kind: 'unknown', raw };
  });
}

/** Events of `conntrack -E`, one a line, in the order of arrival. */
export function parseConntrackEvents(text: string): (ConntrackEvent | UnknownLine)[] {
  return splitLines(text).map(parseEvent);
}

function parseEvent(raw: string): ConntrackEvent | UnknownLine {
  const match = /^\s*(?:\[(?<time>\d+\.\d+)\s*\]\s*)?\[(?<event>NEW|UPDATE|DESTROY)\]\s+(?<rest>.*)$/.exec(
    raw,
  );
  const event = match?.groups?.event as ConntrackEvent['event'] | undefined;
  const connection = parseConnection(match?.groups?.rest?.trim().split(/\s+/) ?? [], raw);
  if (!event || !connection) return { kind: 'unknown', raw };
  const time = match?.groups?.time;
  return { kind: 'event', event, ...(time === undefined ? {} : { time }), ...connection };
}

interface OpenTuple {
  src?: string;
  dst?: string;
  sport?: number;
  dport?: number;
  type?: number;
  code?: number;
  id?: number;
  packets?: number;
  bytes?: number;
}

function parseConnection(words: string[], raw: string): Connection | undefined {
  const family = words[0] === 'ipv4' || words[0] === 'ipv6' ? words[0] : undefined;
  const [protocol, , ...rest] = family ? words.slice(2) : words;
  if (protocol === undefined || !/^[a-z][a-z0-9-]*$/.test(protocol)) return undefined;

  const flags: string[] = [];
  const unknown: string[] = [];
  const tuples: OpenTuple[] = [];
  let timeoutS: number | undefined;
  let state: string | undefined;
  let mark: number | undefined;
  let id: number | undefined;
  for (const word of rest) {
    const open = tuples.at(-1);
    const [key = '', value] = splitAtEquals(word);
    if (value === undefined) {
      const flag = /^\[([A-Z_]+)\]$/.exec(word)?.[1];
      if (flag) flags.push(flag);
      else if (!open && timeoutS === undefined && parseNumber(word) !== undefined) timeoutS = Number(word);
      else if (!open && state === undefined && /^[A-Z][A-Z0-9_]*$/.test(word)) state = word;
      else unknown.push(word);
    } else if (key === 'src' && tuples.length < 2) tuples.push({ src: value });
    else if (key === 'mark' && mark === undefined) mark = keep(word, parseNumber(value), unknown);
    else if (open && takesField(open, key, value)) continue;
    else if (key === 'id' && id === undefined) id = keep(word, parseNumber(value), unknown);
    else unknown.push(word);
  }
  const [original, reply] = tuples.map(closeTuple);
  if (!original || !reply) return undefined;
  return {
    ...(family ? { family } : {}),
    protocol,
    ...(timeoutS === undefined ? {} : { timeoutS }),
    ...(state === undefined ? {} : { state }),
    original,
    reply,
    flags,
    ...(mark === undefined ? {} : { mark }),
    ...(id === undefined ? {} : { id }),
    unknown,
    raw,
  };
}

function splitAtEquals(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

function keep(word: string, value: number | undefined, unknown: string[]): number | undefined {
  if (value === undefined) unknown.push(word);
  return value;
}

/** Puts a field into the tuple it belongs to. `id` is ICMP's only while the tuple has a type and no id yet. */
function takesField(tuple: OpenTuple, key: string, value: string): boolean {
  if (key === 'dst' && tuple.dst === undefined) tuple.dst = value;
  else if (key === 'sport' || key === 'dport') {
    const port = parsePort(value);
    if (port === undefined || tuple[key] !== undefined) return false;
    tuple[key] = port;
  } else if (key === 'type' || key === 'code' || key === 'packets' || key === 'bytes' || key === 'id') {
    const number = parseNumber(value);
    if (number === undefined || tuple[key] !== undefined) return false;
    if (key === 'id' && tuple.type === undefined) return false;
    tuple[key] = number;
  } else return false;
  return true;
}

function closeTuple(open: OpenTuple): Tuple | undefined {
  const { src, dst, sport, dport, type, code, id, packets, bytes } = open;
  if (src === undefined || dst === undefined || isIP(src) === 0 || isIP(dst) === 0) return undefined;
  return {
    source: { ip: src, ...(sport === undefined ? {} : { port: sport }) },
    destination: { ip: dst, ...(dport === undefined ? {} : { port: dport }) },
    ...(type === undefined
      ? {}
      : { icmp: { type, ...(code === undefined ? {} : { code }), ...(id === undefined ? {} : { id }) } }),
    ...(packets === undefined ? {} : { packets }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}
