/** What all parsers of this folder share: they never throw, and each line of the input is in the output. */

/** A line that the parser does not know. It is kept as it came; a reader decides whether it matters. */
export interface UnknownLine {
  readonly kind: 'unknown';
  readonly raw: string;
}

/** Lines with something in them, each as it came (a carriage return at the end is part of the line ending). */
export function splitLines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** A non-negative whole number in decimal or `0x` notation, else undefined. */
export function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d{1,15}|0x[0-9a-f]{1,12})$/i.test(text)) return undefined;
  return Number(text);
}

/** A port number, else undefined. */
export function parsePort(text: string | undefined): number | undefined {
  const port = parseNumber(text);
  return port !== undefined && port <= 65535 ? port : undefined;
}
