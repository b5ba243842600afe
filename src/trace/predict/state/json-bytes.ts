/**
 * Reads single objects out of JSON text without parsing the rest, and without having all of it in memory. A
 * dump of 50,000 Pods has 437 MB, for which `JSON.parse` needs seconds and gigabytes; the search for a string
 * in it runs at memory speed, and an object is then found by its brackets.
 */
import { Buffer } from 'node:buffer';

/** A text that is read in parts: a file, or bytes in memory. */
export interface Dump {
  /** Bytes. */
  readonly size: number;
  /** The bytes from an offset on; fewer only at the end. They are read at once and may be overwritten later. */
  readonly read: (offset: number, length: number) => Uint8Array;
}

/** Where a text was found, and the text from there on. */
export interface Hit {
  readonly offset: number;
  readonly text: string;
}

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

const windowBytes = 4 * 1024 * 1024;
/** What is handed out with a hit: long enough for a key, a colon and two addresses or a name. */
const hitBytes = 320;
/** An object is first looked for in this much text on both sides, at last in four megabytes: etcd takes 1.5. */
const aroundBytes = 64 * 1024;
const farBytes = 4 * 1024 * 1024;

/** Bytes that are in memory already. */
export function inMemory(bytes: Uint8Array): Dump {
  return { size: bytes.byteLength, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

function buffer(dump: Dump, offset: number, length: number): Buffer {
  const bytes = dump.read(offset, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Bytes as text; names and addresses are ASCII. */
export function textAt(dump: Dump, offset: number, length: number): string {
  return buffer(dump, Math.max(0, offset), length).toString('latin1');
}

/** A part as text, whatever is in it. */
export function wholeText(dump: Dump, { start, end }: Range = { start: 0, end: dump.size }): string {
  return buffer(dump, start, end - start).toString('utf8');
}

/** A part of a dump: from the first byte to behind the last. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Each occurrence of an ASCII text that begins in the range. */
export function* hits(dump: Dump, range: Range, text: string): Generator<Hit> {
  for (let start = range.start; start < range.end; start += windowBytes) {
    const bytes = buffer(dump, start, Math.min(windowBytes, range.end - start) + hitBytes);
    for (
      let at = bytes.indexOf(text);
      at >= 0 && at < Math.min(windowBytes, range.end - start);
      at = bytes.indexOf(text, at + text.length)
    ) {
      yield { offset: start + at, text: bytes.toString('latin1', at, at + hitBytes) };
    }
  }
}

/** Whether the value that begins at an offset is that of the key, as in `"name": "cart"`. */
export function isValueOf(dump: Dump, offset: number, key: string): boolean {
  const before = textAt(dump, offset - hitBytes, Math.min(offset, hitBytes)).trimEnd();
  return before.endsWith(':') && before.slice(0, -1).trimEnd().endsWith(`"${key}"`);
}

/** An object, and where it stands. */
export interface PlacedObject extends Range {
  readonly value: object;
}

/**
 * The object that is `levels` braces out from an offset (1: the object that has this key), parsed. The offset
 * must not lie inside a string.
 *
 * @returns undefined when there is no such object, or it is cut off.
 */
export function objectAround(dump: Dump, offset: number, levels: number): PlacedObject | undefined {
  for (let reach = aroundBytes; reach <= farBytes; reach *= 4) {
    const from = Math.max(0, offset - reach);
    const bytes = buffer(dump, from, offset - from + reach);
    const start = openingBrace(bytes, offset - from, levels);
    const end = start === undefined ? undefined : endOfValue(bytes, start);
    if (start !== undefined && end !== undefined) {
      const value = JSON.parse(bytes.toString('utf8', start, end)) as object;
      return { value, start: from + start, end: from + end };
    }
    if (from === 0 && offset + reach >= dump.size) break;
  }
  return undefined;
}

function openingBrace(bytes: Buffer, offset: number, levels: number): number | undefined {
  let open = levels;
  for (let at = offset - 1, depth = 0; at >= 0; at--) {
    const byte = bytes[at];
    if (byte === quote) at = startOfString(bytes, at - 1);
    else if (byte === closeBrace || byte === closeBracket) depth++;
    else if (byte === openBrace || byte === openBracket) {
      if (depth > 0) depth--;
      else if (byte === openBrace && --open === 0) return at;
    }
  }
  return undefined;
}

/** Offset behind the object or array that begins here. */
function endOfValue(bytes: Buffer, start: number): number | undefined {
  for (let at = start, depth = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at + 1);
    else if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at + 1;
  }
  return undefined;
}

/** Offset of the closing quote. */
function endOfString(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

/** Offset of the opening quote of a string, read backwards; a quote after an odd run of backslashes is text. */
function startOfString(bytes: Buffer, from: number): number {
  for (let at = from; at >= 0; at--) {
    if (bytes[at] !== quote) continue;
    let slashes = 0;
    while (bytes[at - 1 - slashes] === backslash) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
