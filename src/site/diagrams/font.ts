/** Advance widths in the font that the site ships, so that a label fits its box without a browser to ask. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';

/** The weights in src/site/styles/fonts.css. */
export type Weight = 400 | 600;

const fonts = new Map<Weight, Font>();

function load(weight: Weight): Font {
  const known = fonts.get(weight);
  if (known !== undefined) return known;
  const file = import.meta.resolve(`@fontsource/inter/files/inter-latin-${weight}-normal.woff2`);
  const font = create(readFileSync(fileURLToPath(file)));
  fonts.set(weight, font);
  return font;
}

/** In pixels. Kerning counts: browsers apply it too. */
export function textWidth(text: string, size: number, weight: Weight): number {
  const font = load(weight);
  let width = 0;
  let run = '';
  const flush = () => {
    if (run !== '') width += (font.layout(run).advanceWidth / font.unitsPerEm) * size;
    run = '';
  };
  for (const character of text) {
    if (font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)) {
      run += character;
      continue;
    }
    flush();
    width += fallbackWidth(character) * size;
  }
  flush();
  return width;
}

const wide = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|[\u3000-\u303f\uff00-\uffef]/u;

/** What the reader's own fonts draw: Chinese and Japanese take one em, anything else is guessed wide. */
function fallbackWidth(character: string): number {
  return wide.test(character) ? 1 : 0.75;
}
