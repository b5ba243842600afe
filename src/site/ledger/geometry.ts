/** Where everything of the picture stands: two lanes through the places, the request down and the reply up. */
import { pathBoxes } from './boxes.ts';
import type { ViewPlace, ViewRow } from './view.ts';

/** `cluster`: one stop a place. `node`: one stop a row, in the hook where it happens. */
export type Zoom = 'cluster' | 'node';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Stop extends Point {
  /** Indexes of the rows that light this stop; a click goes to the first. */
  readonly rows: readonly number[];
  readonly direction: ViewRow['direction'];
  /** Left out where the stop before is in the same hook. */
  readonly hook: string;
}

export interface HookFrame {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

export interface BoxFrame {
  readonly place: ViewPlace;
  readonly again: boolean;
  readonly y: number;
  readonly height: number;
  readonly hooks: readonly HookFrame[];
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly BoxFrame[];
  /** In the order of the packet. */
  readonly stops: readonly Stop[];
}

export const size = {
  width: 336,
  lane: 160,
  /** Left edge of a lane. */
  request: 6,
  reply: 170,
  /** Of the dot, from the edge of its lane. */
  dot: 12,
  heading: 24,
  stop: 26,
  pad: 8,
  /** How far below its stops the way turns round. */
  turn: 16,
  gap: 18,
  top: 20,
} as const;

export function pictureOf(rows: readonly ViewRow[], zoom: Zoom): Picture {
  const boxes: BoxFrame[] = [];
  const stops: Stop[] = [];
  let y: number = size.top;
  for (const box of pathBoxes(rows)) {
    const [request, reply] = [laneStops(box.request, rows, zoom), laneStops(box.reply, rows, zoom)];
    const lines = Math.max(request.length, reply.length);
    const height = zoom === 'cluster' ? size.heading + 12 : size.heading + lines * size.stop + size.pad;
    // In the picture of the cluster the dots stand beside the name.
    const first = zoom === 'cluster' ? y + height / 2 : y + size.heading + size.stop / 2;
    const down = request.map((stop, line) => place(stop, 'request', first + line * size.stop));
    // The reply comes from below: its first stop is the lowest.
    const up = reply.map((stop, line) => place(stop, 'reply', first + (lines - 1 - line) * size.stop));
    stops.push(...down, ...up);
    boxes.push({
      place: box.place,
      again: box.again,
      y,
      height,
      hooks: zoom === 'cluster' ? [] : [...frames(down, 1), ...frames(up, -1)],
    });
    y += height + size.gap;
  }
  const inOrder = stops.sort((one, other) => (one.rows[0] ?? 0) - (other.rows[0] ?? 0));
  return { width: size.width, height: y - size.gap + 2, boxes, stops: withEnds(inOrder, rows) };
}

/** A row that only says how the path ended belongs to the place where the packet was seen last. */
function withEnds(stops: readonly Stop[], rows: readonly ViewRow[]): Stop[] {
  const ends = rows.flatMap(({ place }, index) => (place === undefined ? [index] : []));
  return stops.map((stop, at) => {
    const next = stops[at + 1]?.rows[0] ?? rows.length;
    return {
      ...stop,
      rows: [...stop.rows, ...ends.filter((end) => end > (stop.rows[0] ?? 0) && end < next)],
    };
  });
}

type Lined = Pick<Stop, 'rows' | 'hook'>;

function laneStops(at: readonly number[], rows: readonly ViewRow[], zoom: Zoom): Lined[] {
  if (zoom === 'cluster') return at.length === 0 ? [] : [{ rows: at, hook: '' }];
  return at.map((index, line) => {
    const hook = hookOf(rows[index]);
    const before = line === 0 ? undefined : hookOf(rows[at[line - 1] ?? -1]);
    return { rows: [index], hook: hook === before ? '' : hook };
  });
}

/** A client has nothing that one could look at but the two ends. */
function hookOf(row: ViewRow | undefined): string {
  return row?.place?.role === 'client' ? '' : (row?.hook ?? '');
}

function place(stop: Lined, direction: ViewRow['direction'], y: number): Stop {
  return { ...stop, direction, x: size[direction] + size.dot, y };
}

/** Stops of one hook stand in one frame. `step` is 1 where the lane goes down. */
function frames(stops: readonly Stop[], step: 1 | -1): HookFrame[] {
  const groups: Stop[][] = [];
  for (const stop of stops) {
    if (stop.hook === '' && groups.length > 0) groups.at(-1)?.push(stop);
    else groups.push([stop]);
  }
  return groups.map((group) => {
    const top = (step === 1 ? group[0] : group.at(-1))?.y ?? 0;
    return {
      x: size[group[0]?.direction ?? 'request'],
      y: top - size.stop / 2 + 1,
      height: group.length * size.stop - 2,
    };
  });
}
