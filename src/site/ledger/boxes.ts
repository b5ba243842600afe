/** The places of a path in the order of the request, each with what happens there on the way out and back. */
import type { ViewPlace, ViewRow } from './view.ts';

export interface PathBox {
  readonly place: ViewPlace;
  /** The packet has been there before: a pod that asks itself. */
  readonly again: boolean;
  /** Indexes of rows, in the order of the packet. */
  readonly request: readonly number[];
  readonly reply: readonly number[];
}

/**
 * A place that the request comes to twice (a pod that asks itself) has two boxes. The reply goes back through the
 * same boxes; one that takes another way gets boxes of its own.
 */
export function pathBoxes(rows: readonly ViewRow[]): PathBox[] {
  const boxes = visits(rows, 'request').map(({ place, at }) => ({
    place,
    request: at,
    reply: [] as number[],
  }));
  let reached = boxes.length;
  for (const { place, at } of visits(rows, 'reply')) {
    const found = boxes.findLastIndex((box, index) => index < reached && sameName(box.place, place));
    if (found === -1) boxes.splice(reached, 0, { place, request: [], reply: at });
    else {
      boxes[found]?.reply.push(...at);
      reached = found;
    }
  }
  return boxes.map((box, index) => ({
    ...box,
    again: boxes.slice(0, index).some(({ place }) => sameName(place, box.place)),
  }));
}

interface Visit {
  readonly place: ViewPlace;
  readonly at: number[];
}

function visits(rows: readonly ViewRow[], direction: ViewRow['direction']): Visit[] {
  const found: Visit[] = [];
  for (const [index, row] of rows.entries()) {
    if (row.direction !== direction || row.place === undefined) continue;
    const last = found.at(-1);
    if (last !== undefined && sameName(last.place, row.place)) last.at.push(index);
    else found.push({ place: row.place, at: [index] });
  }
  return found;
}

const sameName = (one: ViewPlace, other: ViewPlace): boolean =>
  one.name === other.name && one.role === other.role;
