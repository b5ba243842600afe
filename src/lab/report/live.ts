/** Lines at the bottom of a terminal that are drawn over and over, while finished lines scroll by above them. */
import type { Output } from './output.ts';

export interface Live {
  /**
   * Writes `finished` lines that stay, and below them the live ones in place of the former. One write, so that
   * nothing flickers. Live lines must be narrower than the terminal.
   */
  show(finished: readonly string[], live: readonly string[]): void;
}

export function createLive(output: Output): Live {
  let drawn = 0;
  return {
    show(finished, live) {
      // Up to the first live line, and everything from there on blank.
      const erase = drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`;
      const text = erase + [...finished, ...live].map((line) => `${line}\n`).join('');
      if (text !== '') output.write(text);
      drawn = live.length;
    },
  };
}
