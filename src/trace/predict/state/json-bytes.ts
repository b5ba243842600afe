/**
 * Reads single objects out of JSON text without parsing the rest. A dump of 50,000 Pods has 437 MB, for which
 * `JSON.parse` needs seconds and gigabytes; the search for a string in it runs at memory speed, and an object
 * is then found by its brackets.
 */
import { Buffer } from 'node:buffer';

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

/** The same bytes, with the search that Uint8Array lacks. Nothing is copied. */
export function searchable(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Offsets of each occurrence of a text. */
export function* occurrences(bytes: Buffer, text: string): Generator<number> {
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) yield at;
}

/** The string that begins at or after an offset, blanks and one colon skipped; undefined for other values. */
export function stringAfter(bytes: Buffer, offset: number): string | undefined {
  let at = skipBlanks(bytes, offset);
  if (bytes[at] === colon) at = skipBlanks(bytes, at + 1);
  if (bytes[at] !== quote) return undefined;
  return bytes.toString('latin1', at + 1, endOfString(bytes, at + 1));
}

/** Whether the value that begins at an offset is that of the key, as in `"name": "cart"`. */
export function isValueOf(bytes: Buffer, offset: number, key: string): boolean {
  let at = skipBlanksBack(bytes, offset - 1);
  if (bytes[at] !== colon) return false;
  at = skipBlanksBack(bytes, at - 1);
  return bytes[at] === quote && bytes.toString('latin1', Math.max(0, at - key.length - 1), at) === `"${key}`;
}

/**
 * The object that is `levels` braces out from an offset (1: the object that has this key), parsed. The offset
 * must not lie inside a string.
 *
 * @returns undefined when there is no such object, or it is cut off.
 */
export function objectAround(bytes: Buffer, offset: number, levels: number): unknown {
  const start = openingBrace(bytes, offset, levels);
  return start === undefined ? undefined : parseFrom(bytes, start);
}

/** The object or array that begins at an offset, parsed; undefined when its last bracket is missing. */
export function parseFrom(bytes: Buffer, start: number): unknown {
  const end = endOfValue(bytes, start);
  return end === undefined ? undefined : (JSON.parse(bytes.toString('utf8', start, end)) as unknown);
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

function skipBlanks(bytes: Buffer, offset: number): number {
  let at = offset;
  while (at < bytes.length && (bytes[at] as number) <= 0x20) at++;
  return at;
}

function skipBlanksBack(bytes: Buffer, offset: number): number {
  let at = offset;
  while (at >= 0 && (bytes[at] as number) <= 0x20) at--;
  return at;
}
