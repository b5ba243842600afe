/**
 * Which part of a large list has which kind. `kubectl get services,pods,… -o json` prints one kind after
 * another, so a few looks into the file tell where each begins.
 */
import { type Dump, objectAround, type PlacedObject, type Range, textAt } from './json-bytes.ts';

/** Neighbouring items of one kind. */
export interface Segment extends Range {
  readonly kind: string;
  /** The whole of a typed list (`PodList`), whose items have no kind of their own. */
  readonly isList: boolean;
}

interface Item extends PlacedObject {
  readonly kind: string;
}

/** How often a list is looked into before its ends are believed to speak for what lies between. */
const looks = 16;
const windowBytes = 128 * 1024;
const overlapBytes = 128;

/** The kinds of a list, in order. Nothing for a list without items. */
export function segmentsOf(dump: Dump): readonly Segment[] {
  const typed = listKind(dump);
  if (typed !== undefined) return [{ kind: typed, start: 0, end: dump.size, isList: true }];
  const first = itemAfter(dump, 0);
  const last = first && lastItem(dump);
  if (first === undefined || last === undefined) return [];
  const starts = [first, ...changes(dump, samples(dump, first, last))];
  return starts.map(({ kind, start }, index) => {
    const next = starts[index + 1];
    return { kind, start, end: next === undefined ? last.end : endBefore(dump, next.start), isList: false };
  });
}

/** The raw API's lists say their kind at the top, kubectl's `List` at the bottom. */
function listKind(dump: Dump): string | undefined {
  const length = 400;
  for (const text of [textAt(dump, 0, length), textAt(dump, dump.size - length, length)]) {
    const typed = /"kind"\s*:\s*"(\w+)List"/.exec(text)?.[1];
    if (typed !== undefined) return typed;
  }
  return undefined;
}

function samples(dump: Dump, first: Item, last: Item): readonly Item[] {
  const step = (last.start - first.start) / looks;
  const between = Array.from({ length: looks - 1 }, (_, n) =>
    itemAfter(dump, Math.floor(first.start + step * (n + 1))),
  );
  return [first, ...between.flatMap((item) => item ?? []), last];
}

/** The first item of each further kind. */
function changes(dump: Dump, items: readonly Item[]): readonly Item[] {
  const found: Item[] = [];
  for (const [index, to] of items.entries()) {
    let from = items[index - 1] ?? to;
    while (from.kind !== to.kind) {
      from = firstOther(dump, from, to);
      found.push(from);
    }
  }
  return found;
}

/** The first item between two whose kind is not that of the first. */
function firstOther(dump: Dump, from: Item, to: Item): Item {
  let found = to;
  let low = from.end;
  let high = to.start;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const item = itemAfter(dump, middle);
    if (item === undefined || item.start >= found.start) high = middle;
    else if (item.kind === from.kind) low = item.end;
    else {
      found = item;
      high = Math.min(middle, item.start);
    }
  }
  return found;
}

/** Items are divided by a comma. */
function endBefore(dump: Dump, start: number): number {
  const length = Math.min(start, 1024);
  return start - length + textAt(dump, start - length, length).lastIndexOf('}') + 1;
}

/** The first item whose `kind` stands behind the offset. */
function itemAfter(dump: Dump, offset: number): Item | undefined {
  for (let start = offset; start < dump.size; start += windowBytes) {
    for (const item of itemsIn(dump, start)) return item;
  }
  return undefined;
}

function lastItem(dump: Dump): Item | undefined {
  for (let start = dump.size; start > 0; ) {
    start = Math.max(0, start - windowBytes);
    const item = [...itemsIn(dump, start)].at(-1);
    if (item !== undefined) return item;
  }
  return undefined;
}

/** Other objects have a kind too (owners, targets), but no metadata beside it. */
function* itemsIn(dump: Dump, start: number): Generator<Item> {
  const text = textAt(dump, start, windowBytes + overlapBytes);
  for (const { 1: kind = '', index } of text.matchAll(/"kind"\s*:\s*"(?!List")(\w+)"/g)) {
    if (index >= windowBytes) return;
    const object = objectAround(dump, start + index, 1);
    const value = object?.value as { metadata?: { name?: string } } | undefined;
    if (object !== undefined && value?.metadata?.name !== undefined) yield { ...object, kind };
  }
}
