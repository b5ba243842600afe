/** Colour, where a person looks at a terminal and has not asked for none. */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export type Paint = (style: Style, text: string) => string;

export function createPaint(colours: boolean): Paint {
  return (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text);
}

/** `--no-color`, then NO_COLOR (no-color.org: set and not empty), then whether the output is a terminal. */
export function wantsColours(asked: { flag: boolean; env: NodeJS.ProcessEnv; terminal: boolean }): boolean {
  if (!asked.flag || (asked.env.NO_COLOR ?? '') !== '') return false;
  return asked.terminal && asked.env.TERM !== 'dumb';
}
