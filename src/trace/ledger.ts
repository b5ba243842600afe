/**
 * The ledger: a path as rows that a person reads from top to bottom, on the terminal and on the site. One row a
 * place, or a change at it: that a place routes the packet is a row only where it does nothing else.
 */
import type { Grade, Hop, Place } from './hop.ts';
import { formatEndpoint } from './packet.ts';
import type { Direction } from './passage.ts';
import type { Trace } from './trace.ts';
import { whatHappened } from './what-happened.ts';

export interface LedgerRow {
  /** From 1, going on from request to reply. */
  readonly number: number;
  readonly direction: Direction;
  /** Id of the hop; left out in the row that says how a path ended without one. */
  readonly hop?: string;
  /** `client`, `worker2 prerouting`, `pod cart-7f…-x input`. */
  readonly where: string;
  /** As the packet left the hop; empty where there is no packet. */
  readonly source: string;
  readonly destination: string;
  /** The field that changed here. */
  readonly changed?: 'source' | 'destination';
  readonly what: string;
  readonly grade: Grade;
}

export interface LedgerOptions {
  /** Name of a place as the reader knows it; the place's own name unless given. */
  readonly name?: (place: Place) => string;
}

/** Rows of the traces of one path, in the order given: request, then reply. */
export function ledgerRows(
  traces: readonly Trace[],
  { name = (place) => place.name }: LedgerOptions = {},
): LedgerRow[] {
  const rows = traces.flatMap((trace) => [
    ...shownHops(trace.hops).map((hop) => hopRow(trace, hop, name)),
    ...(toldByHop(trace) ? [] : [endRow(trace)]),
  ]);
  return rows.map((row, index) => ({ number: index + 1, ...row }));
}

/** All but the routing of a place that did something else to the packet on the same way through. */
function shownHops(hops: readonly Hop[]): Hop[] {
  return hops.filter((hop, at) => {
    if (hop.action !== 'routed') return true;
    const same = (other: Hop | undefined) =>
      other?.place.name === hop.place.name && other.place.role === hop.place.role;
    const [before, after] = [hops[at - 1], hops[at + 1]];
    return (
      !(same(before) && before?.hook === 'prerouting') && !(same(after) && after?.hook === 'postrouting')
    );
  });
}

type Row = Omit<LedgerRow, 'number'>;

function hopRow(trace: Trace, hop: Hop, name: (place: Place) => string): Row {
  const left = hop.after ?? hop.packet;
  const changed =
    hop.action === 'dnat' || hop.action === 'un-snat'
      ? 'destination'
      : hop.action === 'snat' || hop.action === 'un-dnat'
        ? 'source'
        : undefined;
  return {
    direction: trace.direction,
    hop: hop.id,
    where: where(hop, name),
    source: formatEndpoint(left.source),
    destination: formatEndpoint(left.destination),
    ...(changed ? { changed } : {}),
    what: whatHappened(trace, hop),
    grade: hop.grade,
  };
}

function where({ place, hook }: Hop, name: (place: Place) => string): string {
  // A client has nothing that one could look at but the two ends: its hooks would only be noise.
  if (place.role === 'client') return name(place);
  return `${place.role === 'pod' || place.role === 'client-pod' ? 'pod ' : ''}${name(place)} ${hook}`;
}

/** Whether the last row already says how the path ended. */
function toldByHop({ hops }: Trace): boolean {
  const last = hops.at(-1)?.action;
  return last === 'delivered' || last === 'dropped' || last === 'rejected';
}

function endRow({ direction, end, hops }: Trace): Row {
  return {
    direction,
    where: '',
    source: '',
    destination: '',
    what: end.text,
    grade: hops.at(-1)?.grade ?? 'unobserved',
  };
}
