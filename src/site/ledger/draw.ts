/** The picture of a path as SVG. Each stop is a link to its row, so that it works without JavaScript too. */
import { escapeHtml } from '../html.ts';
import { type BoxFrame, type Picture, pictureOf, type Stop, size, type Zoom } from './geometry.ts';
import type { LedgerView, ViewPlace, ViewRow } from './view.ts';

export interface DrawOptions {
  readonly zoom: Zoom;
  /** Id on the page of a row. */
  readonly anchor: (row: ViewRow) => string;
  /** Class for the colour of a place. */
  readonly kind: (place: ViewPlace) => string;
  readonly words: {
    readonly label: string;
    readonly request: string;
    readonly reply: string;
    readonly role: (place: ViewPlace) => string;
    /** Instead of the role, where the packet comes again. */
    readonly again: string;
  };
}

export function drawPath(view: LedgerView, options: DrawOptions): string {
  const picture = pictureOf(view.rows, options.zoom);
  const { width, height, boxes, stops } = picture;
  const { label, request, reply } = options.words;
  const lanes = (['request', 'reply'] as const).map((way) => {
    const text = way === 'request' ? `↓ ${request}` : `↑ ${reply}`;
    return `<text class="lane" x="${size[way] + 6}" y="12">${escapeHtml(text)}</text>`;
  });
  return [
    `<svg class="hop-path is-${options.zoom}" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="${escapeHtml(label)}">`,
    ...lanes,
    ...boxes.map((box) => drawBox(box, options)),
    ...drawWay(picture),
    ...boxes.map((box) => drawName(box, options)),
    ...stops.map((stop) => drawStop(stop, view, options)),
    '</svg>',
  ].join('');
}

function drawBox({ place, y, height, hooks }: BoxFrame, { kind }: DrawOptions): string {
  return [
    `<g class="box ${kind(place)}">`,
    `<rect x="1" y="${y}" width="${size.width - 2}" height="${height}" rx="6"/>`,
    ...hooks.map(
      (hook) =>
        `<rect class="hook" x="${hook.x}" y="${hook.y}" width="${size.lane}" height="${hook.height}" rx="4"/>`,
    ),
    '</g>',
  ].join('');
}

/** Over the way, which passes behind it. */
function drawName({ place, again, y, height }: BoxFrame, { kind, words, zoom }: DrawOptions): string {
  const cluster = zoom === 'cluster';
  const middle = cluster ? y + height / 2 + 4.5 : y + 17;
  const name = `<text class="name ${kind(place)}" x="27" y="${middle}">${escapeHtml(cutMiddle(place.name, 21))}</text>`;
  if (cluster) return name;
  const role = escapeHtml(again ? words.again : words.role(place));
  return `${name}<text class="role" x="${size.width - 10}" y="${middle}" text-anchor="end">${role}</text>`;
}

/** One segment from each stop to the next; at the turn, it goes across. */
function drawWay({ stops, boxes }: Picture): string[] {
  return stops.slice(1).map((stop, index) => {
    const before = stops[index] ?? stop;
    const path =
      before.direction === stop.direction
        ? straight(stop.x, before.y, stop.y, boxes)
        : `M${before.x} ${before.y}V${Math.max(before.y, stop.y) + size.turn}H${stop.x}V${stop.y}`;
    return `<path class="way" data-rows="${stop.rows.join(' ')}" d="${path}"/>`;
  });
}

/** Behind the places that the packet does not come to: an answer that goes round the node that was asked. */
function straight(x: number, from: number, to: number, boxes: readonly BoxFrame[]): string {
  const [top, bottom] = [Math.min(from, to), Math.max(from, to)];
  const passed = boxes.filter(({ y, height }) => y > top && y + height < bottom);
  const starts = [top, ...passed.map(({ y, height }) => y + height)];
  const ends = [...passed.map(({ y }) => y), bottom];
  return starts.map((start, part) => `M${x} ${start}V${ends[part]}`).join('');
}

function drawStop({ rows, x, y, direction, hook }: Stop, view: LedgerView, options: DrawOptions): string {
  const row = view.rows[rows[0] ?? 0];
  if (row === undefined) return '';
  const stopped = rows.some((at) => stopsAt(view, view.rows[at]));
  const word = options.zoom === 'cluster' ? '' : wordFor(row, view);
  const lane = size[direction];
  const half = size.stop / 2;
  // Speech input finds a link by what can be read on it, so that is in its name.
  const label = [`${row.number}. ${row.place?.name}:`, nameOf(row.hook, row, options), word]
    .filter(Boolean)
    .join(' ');
  const dot = stopped
    ? `<path class="dot is-stop" d="M${x - 5} ${y - 5}l10 10M${x + 5} ${y - 5}l-10 10"/>`
    : `<circle class="dot" cx="${x}" cy="${y}" r="4.5"/>`;
  return [
    `<a href="#${options.anchor(row)}" data-rows="${rows.join(' ')}" aria-label="${escapeHtml(label)}"`,
    ` class="stop${row.changed ? ' is-change' : ''}${row.grade === 'observed' ? '' : ` is-${row.grade}`}">`,
    `<rect class="hit" x="${lane}" y="${y - half + 1}" width="${options.zoom === 'cluster' ? 24 : size.lane}" height="${size.stop - 2}" rx="4"/>`,
    dot,
    hook === '' ? '' : `<text class="hook-name" x="${x + 11}" y="${y + 4}">${hook}</text>`,
    word === ''
      ? ''
      : // The space keeps the two words apart where only the text is read.
        ` <text class="action" x="${lane + size.lane - 6}" y="${y + 4}" text-anchor="end">${escapeHtml(word)}</text>`,
    '</a>',
  ].join('');
}

/** Whether the path ends in this row for good: by a rule, or because the packet was not seen again. */
function stopsAt(view: LedgerView, row: ViewRow | undefined): boolean {
  if (row === undefined) return false;
  const refused = row.action === 'delivered' && row.direction === 'reply' && view.reply?.kind === 'dropped';
  if (row.action !== undefined) return refused || row.action === 'dropped' || row.action === 'rejected';
  return view[row.direction]?.kind === 'dropped';
}

function nameOf(hook: ViewRow['hook'], { place }: ViewRow, { zoom }: DrawOptions): string {
  return zoom === 'cluster' || place?.role === 'client' ? '' : (hook ?? '');
}

const words: Readonly<Record<NonNullable<ViewRow['action']>, string>> = {
  sent: 'sent',
  marked: 'marked',
  dnat: 'DNAT',
  snat: 'SNAT',
  'un-snat': 'undo SNAT',
  'un-dnat': 'undo DNAT',
  routed: 'routed',
  delivered: 'delivered',
  dropped: 'dropped',
  rejected: 'rejected',
};

function wordFor({ action, direction }: ViewRow, { request, reply }: LedgerView): string {
  if (action === undefined) return '';
  if (action !== 'delivered') return words[action];
  // An answer from whom nobody asked comes to the client, and its kernel wants none of it.
  if (direction === 'reply') return reply?.kind === 'dropped' ? 'refused' : 'received';
  return request.kind === 'reset' ? 'no listener' : words.delivered;
}

/** Pods of one Deployment differ at the end of their names. */
function cutMiddle(name: string, room: number): string {
  if (name.length <= room) return name;
  return `${name.slice(0, Math.ceil(room / 2) - 1)}…${name.slice(-Math.floor(room / 2))}`;
}
