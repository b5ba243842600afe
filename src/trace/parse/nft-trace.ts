/**
 * Lines of `nft monitor trace` (and of `monitor trace` in `nft -i`), nft 1.0.6 to 1.1.3, with and without -n.
 * Format: nftables src/netlink.c (src/trace.c since 1.1.4), `netlink_events_trace_cb`. There is no JSON:
 * `nft -j monitor trace` prints the same text.
 */
import { parseNumber, splitLines, type UnknownLine } from './lines.ts';
import { parseNftPacket, type TracedPacket } from './nft-packet.ts';

/** What all lines of a traced packet begin with. */
interface TraceHeader {
  /** Made from the packet's address in memory: the kernel uses it again, for later and for other packets. */
  readonly id: string;
  /** `ip`, `ip6`, `inet`. */
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly raw: string;
}

export type NftTraceLine =
  /** The packet as it came to a base chain. */
  | (TraceHeader & { readonly kind: 'packet'; readonly seen: TracedPacket })
  | (TraceHeader & {
      readonly kind: 'rule';
      readonly handle: number;
      /** `continue`, `accept`, `drop`, `return`, `jump KUBE-SEP-…`, `goto …`. */
      readonly verdict: string;
      /** As nft prints it. Left out when nft did not know the rule: it was made after the monitor had started. */
      readonly text?: string;
    })
  | (TraceHeader & { readonly kind: 'policy'; readonly policy: string; readonly mark?: number })
  /** The end of a chain that was jumped to. */
  | (TraceHeader & { readonly kind: 'verdict'; readonly verdict: string; readonly mark?: number })
  /** Has the header of a trace line, but this parser does not know the rest. */
  | (TraceHeader & { readonly kind: 'other' })
  /** The kernel dropped events: everything after it and some before it may be missing. */
  | { readonly kind: 'lost'; readonly raw: string }
  | UnknownLine;

/** One result a line, in order. Never throws. */
export function parseNftTrace(text: string): NftTraceLine[] {
  return splitLines(text).map(parseLine);
}

const header =
  /^trace id (?<id>[0-9a-f]{1,8}) (?<family>[a-z0-9]+) (?<table>\S+) (?<chain>\S+) (?<rest>\S.*?)\s*$/;

function parseLine(raw: string): NftTraceLine {
  if (/^# ERROR: We lost some netlink events/.test(raw)) return { kind: 'lost', raw };
  const { id, family, table, chain, rest } = header.exec(raw)?.groups ?? {};
  if (
    id === undefined ||
    family === undefined ||
    table === undefined ||
    chain === undefined ||
    rest === undefined
  ) {
    return { kind: 'unknown', raw };
  }
  return { ...parseRest(rest), id, family, table, chain, raw };
}

type Rest =
  | { kind: 'packet'; seen: TracedPacket }
  | { kind: 'rule'; handle: number; verdict: string; text?: string }
  | { kind: 'policy'; policy: string; mark?: number }
  | { kind: 'verdict'; verdict: string; mark?: number }
  | { kind: 'other' };

function parseRest(rest: string): Rest {
  if (rest.startsWith('packet:'))
    return { kind: 'packet', seen: parseNftPacket(rest.slice('packet:'.length)) };

  const rule = /^rule (?<text>.*?) ?# handle (?<handle>\d+) \(verdict (?<verdict>.+)\)$/.exec(rest)?.groups;
  const unknown = /^unknown rule handle (?<handle>\d+) \(verdict (?<verdict>.+)\)$/.exec(rest)?.groups;
  const handle = parseNumber(rule?.handle ?? unknown?.handle);
  const verdict = rule?.verdict ?? unknown?.verdict;
  if (handle !== undefined && verdict !== undefined) {
    const text = rule?.text?.trim();
    return { kind: 'rule', handle, verdict, ...(text === undefined ? {} : { text }) };
  }

  const ended = /^(?<kind>policy|verdict) (?<what>\S+(?: (?!meta )\S+)?)(?: meta mark (?<mark>\S+))?$/.exec(
    rest,
  )?.groups;
  const mark = parseNumber(ended?.mark);
  if (ended?.what !== undefined && (mark !== undefined || ended.mark === undefined)) {
    const withMark = mark === undefined ? {} : { mark };
    return ended.kind === 'policy'
      ? { kind: 'policy', policy: ended.what, ...withMark }
      : { kind: 'verdict', verdict: ended.what, ...withMark };
  }
  return { kind: 'other' };
}
