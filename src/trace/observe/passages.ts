/** From the trace lines of one namespace to the packets that came through it. */

import type { Hook } from '../hop.ts';
import { formatEndpoint, type Packet } from '../packet.ts';
import type { TracedPacket } from '../parse/nft-packet.ts';
import { type NftTraceLine, parseNftTrace } from '../parse/nft-trace.ts';
import { order, type PassageKind } from '../passage.ts';
import type { CapturedPlace } from './capture.ts';
import type { HookOf } from './hooks.ts';

export type PacketLine = Extract<NftTraceLine, { kind: 'packet' }>;

/** A base chain that the packet came to, and what happened there. */
export interface Step {
  readonly hook: Hook;
  readonly table: string;
  readonly chain: string;
  readonly seen: TracedPacket;
  readonly packet: Packet;
  /** The `packet:` line first, then rules and policy. */
  readonly lines: [PacketLine, ...NftTraceLine[]];
}

/** One packet's way through one namespace. */
export interface Seen {
  readonly place: CapturedPlace;
  readonly kind: PassageKind;
  readonly steps: readonly [Step, ...Step[]];
  readonly first: Step;
  readonly last: Step;
  /** The last rule or policy said drop; `rejected` when the rule is a reject, which nft prints as drop too. */
  readonly stopped?: { readonly hook: Hook; readonly how: 'dropped' | 'rejected' };
  /** It came to the last hook of its way: postrouting of what goes on, input of what is for this namespace. */
  readonly through: boolean;
}

export interface NamespaceTrace {
  readonly seen: readonly Seen[];
  /** Lines that belong to no packet: unknown, lost events, rules whose packet line is missing. */
  readonly loose: readonly NftTraceLine[];
}

/**
 * Groups the lines of one namespace by packet. A trace id alone is not enough: the kernel makes it from the
 * packet's address in memory and uses it again, so a group also ends when the packet is another one or comes
 * to a chain for a second time.
 */
export function readNamespace(place: CapturedPlace, hookOf: HookOf): NamespaceTrace {
  const open = new Map<string, Step[]>();
  const groups: Step[][] = [];
  const loose: NftTraceLine[] = [];
  for (const line of parseNftTrace(place.traceText)) {
    if (line.kind === 'packet' && line.seen.packet) {
      const before = open.get(line.id);
      const step: Step = {
        hook: hookOf(line, before?.at(-1)?.hook),
        table: line.table,
        chain: line.chain,
        seen: line.seen,
        packet: line.seen.packet,
        lines: [line],
      };
      if (before && continues(before, step)) before.push(step);
      else {
        const group = [step];
        open.set(line.id, group);
        groups.push(group);
      }
    } else {
      const step = line.kind === 'unknown' || line.kind === 'lost' ? undefined : open.get(line.id)?.at(-1);
      (step?.lines ?? loose).push(line);
    }
  }
  return { seen: overBridges(groups).flatMap((steps) => close(place, steps)), loose };
}

/**
 * A packet that comes in over a bridge whose frames iptables is shown (br_netfilter) passes prerouting as a frame on
 * its port, and the rest of its way as a packet on the bridge's own interface. The kernel makes the trace id from the
 * interface as well (Linux net/netfilter/nf_tables_trace.c, trace_fill_id), so the two parts have two ids.
 */
function overBridges(groups: readonly Step[][]): Step[][] {
  const joined: Step[][] = [];
  for (const group of groups) {
    const [first] = group;
    const before =
      first && isAfterPrerouting(first) ? joined.findLast((one) => leadsUpTo(one, first)) : undefined;
    if (before) before.push(...group);
    else joined.push(group);
  }
  return joined;
}

const isAfterPrerouting = ({ hook }: Step): boolean => hook === 'forward' || hook === 'input';

/** The destination may be another one: prerouting is where it is rewritten. */
function leadsUpTo(group: readonly Step[], next: Step): boolean {
  const last = group.at(-1);
  return (
    last?.hook === 'prerouting' &&
    verdictOf(last) === undefined &&
    last.seen.ipId === next.seen.ipId &&
    formatEndpoint(last.packet.source) === formatEndpoint(next.packet.source) &&
    last.packet.protocol === next.packet.protocol &&
    last.packet.flags === next.packet.flags &&
    last.packet.icmp === next.packet.icmp
  );
}

function continues(group: readonly Step[], step: Step): boolean {
  const last = group.at(-1);
  if (!last || verdictOf(last) !== undefined) return false;
  if (group.some(({ table, chain }) => table === step.table && chain === step.chain)) return false;
  const same =
    last.seen.ipId === step.seen.ipId &&
    last.packet.protocol === step.packet.protocol &&
    last.packet.flags === step.packet.flags &&
    last.packet.icmp === step.packet.icmp;
  return same && leadsTo(last.hook, step.hook);
}

/** Whether the kernel can call this hook after that one for the same packet in the same namespace. */
function leadsTo(from: Hook, to: Hook): boolean {
  if (from === to) return true;
  if (order(from) >= order(to)) return false;
  if (from === 'output') return to === 'postrouting';
  return from !== 'input';
}

/** The line that ended the packet here, if any. */
function verdictOf(step: Step): NftTraceLine | undefined {
  return step.lines.find(
    (line) =>
      (line.kind === 'rule' && line.verdict === 'drop') || (line.kind === 'policy' && line.policy === 'drop'),
  );
}

function close(place: CapturedPlace, steps: readonly Step[]): Seen[] {
  const [first, ...rest] = steps;
  if (!first) return [];
  const last = rest.at(-1) ?? first;
  const deciding = verdictOf(last);
  const kind: PassageKind =
    first.hook === 'output'
      ? 'origin'
      : steps.some(({ hook }) => hook === 'forward' || hook === 'postrouting')
        ? 'forwarding'
        : 'ending';
  return [
    {
      place,
      kind,
      steps: [first, ...rest],
      first,
      last,
      ...(deciding
        ? { stopped: { hook: last.hook, how: isReject(deciding) ? 'rejected' : 'dropped' } as const }
        : {}),
      through: !deciding && last.hook === (kind === 'ending' ? 'input' : 'postrouting'),
    },
  ];
}

function isReject(line: NftTraceLine): boolean {
  return line.kind === 'rule' && /\breject\b/.test((line.text ?? '').replace(/"[^"]*"/g, ''));
}

/** Protocol and both ends: what stays the same from the last chain of one namespace to the first of the next. */
export function ends({ protocol, source, destination }: Packet): string {
  return `${protocol} ${formatEndpoint(source)} ${formatEndpoint(destination)}`;
}

/** The ends of an answer to this packet. */
export function answerEnds({ protocol, source, destination }: Packet): string {
  return `${protocol} ${formatEndpoint(destination)} ${formatEndpoint(source)}`;
}
