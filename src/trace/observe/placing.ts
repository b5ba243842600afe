/** Where in a packet's way through a namespace each of its hops is: the step it was in, and its last line. */
import type { Hook } from '../hop.ts';
import type { NftTraceLine } from '../parse/nft-trace.ts';
import { type Direction, type HopKind, hopsOfPassage } from '../passage.ts';
import type { Seen, Step } from './passages.ts';
import { type Listings, marksForMasquerade } from './rules.ts';

export interface PlacedHop extends HopKind {
  /** The packet as it came to the hop. */
  readonly step: Step;
  /** Index of the last line of the passage that is about this hop. */
  readonly until: number;
  /** First step that shows what the hop changed. */
  readonly shows?: Step;
}

/** Two neighbouring steps between which an address or port changed. */
interface Change {
  readonly before: Step;
  readonly after: Step;
}

interface Passing {
  readonly seen: Seen;
  readonly lines: readonly NftTraceLine[];
  readonly tracer: string;
  readonly marked: NftTraceLine | undefined;
  readonly destination: Change | undefined;
  readonly source: Change | undefined;
}

/** The hops of `hopsOfPassage` with their place. `until` rises from hop to hop and ends with the last line. */
export function placeHops(
  direction: Direction,
  seen: Seen,
  tracer: string,
  listings: Listings,
  stopped: Seen['stopped'],
): PlacedHop[] {
  const lines = linesOf(seen);
  const marked = lines.find(
    (line) =>
      line.kind === 'rule' &&
      line.table !== tracer &&
      marksForMasquerade(line.text ?? listings.listed(line)?.text ?? ''),
  );
  const destination = changeOf(seen, 'destination');
  const source = changeOf(seen, 'source');
  const kinds = hopsOfPassage(direction, {
    kind: seen.kind,
    marked: marked !== undefined,
    destination: destination !== undefined,
    source: source !== undefined,
    ...(stopped ? { stopped } : {}),
  });
  const passing: Passing = { seen, lines, tracer, marked, destination, source };
  let from = 0;
  return kinds.map((kind, index) => {
    const placed = place(kind, passing);
    const next = kinds[index + 1];
    // What a hook's later chains did without a hop of their own is told by the hook's last hop.
    const endOfHook = next?.hook === kind.hook ? -1 : endOf(passing, lastAt(seen, kind.hook));
    const until = next ? Math.max(placed.until, endOfHook, from) : lines.length - 1;
    from = until + 1;
    return { ...placed, until };
  });
}

export function linesOf({ steps }: Seen): NftTraceLine[] {
  return steps.flatMap((step) => step.lines);
}

function changeOf({ steps }: Seen, end: 'destination' | 'source'): Change | undefined {
  for (const [at, after] of steps.entries()) {
    const before = steps[at - 1];
    if (!before) continue;
    const [a, b] = [before.packet[end], after.packet[end]];
    if (a.ip !== b.ip || a.port !== b.port) return { before, after };
  }
  return undefined;
}

function endOf({ lines }: Passing, step: Step | undefined): number {
  return step ? lines.indexOf(step.lines.at(-1) ?? step.lines[0]) : -1;
}

function lastAt({ steps }: Seen, hook: Hook): Step | undefined {
  return steps.findLast((step) => step.hook === hook);
}

function place(kind: HopKind, passing: Passing): PlacedHop {
  const { seen, lines, tracer, marked, destination, source } = passing;
  switch (kind.action) {
    case 'sent': {
      // The tracer's own first chains are where the packet was sent; what other tables did comes after.
      const foreign = seen.steps.findIndex(({ table }) => table !== tracer);
      return { ...kind, step: seen.first, until: endOf(passing, seen.steps[foreign - 1] ?? seen.first) };
    }
    case 'marked': {
      const step = seen.steps.find((each) => marked && each.lines.includes(marked)) ?? seen.first;
      return { ...kind, step, until: marked ? lines.indexOf(marked) : endOf(passing, step) };
    }
    case 'dnat':
    case 'un-snat':
    case 'snat':
    case 'un-dnat': {
      const change = kind.action === 'dnat' || kind.action === 'un-snat' ? destination : source;
      if (!change) return { ...kind, step: seen.last, until: lines.length - 1 };
      const { before, after } = change;
      // conntrack undoes DNAT behind the last chain before postrouting: only the next packet line shows it.
      const until = before.hook === kind.hook ? endOf(passing, before) : lines.indexOf(after.lines[0]);
      return { ...kind, step: before, until, shows: after };
    }
    case 'routed':
      return {
        ...kind,
        step: seen.steps.find((step) => step.hook === 'forward') ?? seen.last,
        until: endOf(passing, lastAt(seen, 'forward')),
      };
    case 'delivered':
    case 'dropped':
    case 'rejected':
      return { ...kind, step: seen.last, until: lines.length - 1 };
    default:
      return kind.action satisfies never;
  }
}
