/** The box of an SVG text, measured with the font that the site ships. */
import { type Box, union } from './box.ts';
import { textWidth, type Weight } from './font.ts';
import { inherited, lengthIn, numberOf } from './style.ts';

/** Of Inter, in em: line box and what of it stands above the baseline. */
const lineHeight = 1.17;
const ascent = 0.93;
/** Above the anchor when the anchor is the middle of the line. */
const ascentFromMiddle = 0.58;

interface Line {
  readonly x: number;
  readonly y: number;
  width: number;
}

export function fontSize(element: Element): number {
  return lengthIn(inherited(element, 'font-size') ?? '16px', 16);
}

function weightOf(element: Element): Weight {
  const value = inherited(element, 'font-weight') ?? 'normal';
  return value === 'bold' || value === 'bolder' || Number(value) >= 600 ? 600 : 400;
}

/** What getComputedTextLength answers for a text or a part of it. */
export function lineWidth(element: Element): number {
  const size = fontSize(element);
  const measure = (node: Node): number =>
    node.nodeType === node.TEXT_NODE
      ? textWidth(node.textContent ?? '', size, weightOf(node.parentElement ?? element))
      : [...node.childNodes].reduce((width, child) => width + measure(child), 0);
  return measure(element);
}

export function textBox(element: Element): Box | undefined {
  const size = fontSize(element);
  const above = (centredOnLine(element) ? ascentFromMiddle : ascent) * size;
  const anchor = inherited(element, 'text-anchor') ?? (element.closest('.label') ? 'middle' : 'start');
  const boxes = linesOf(element, size)
    .filter((line) => line.width > 0)
    .map(({ x, y, width }) => {
      const shift = anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0;
      return { x: x - shift, y: y - above, width, height: lineHeight * size };
    });
  return union(boxes);
}

function centredOnLine(element: Element): boolean {
  const baseline = inherited(element, 'dominant-baseline') ?? inherited(element, 'alignment-baseline') ?? '';
  return /middle|central/.test(baseline);
}

/** A line begins at a tspan that moves: one with an x, a y or a dy other than zero. */
function linesOf(text: Element, size: number): Line[] {
  let x = numberOf(text, 'x', size);
  let y = numberOf(text, 'y', size) + numberOf(text, 'dy', size);
  const lines: Line[] = [{ x, y, width: 0 }];
  const walk = (element: Element) => {
    for (const node of element.childNodes) {
      if (node.nodeType === node.TEXT_NODE) {
        const line = lines.at(-1);
        if (line !== undefined) line.width += textWidth(node.textContent ?? '', size, weightOf(element));
      } else if (node.nodeName.toLowerCase() === 'tspan') {
        const span = node as Element;
        const dy = numberOf(span, 'dy', size);
        if (span.hasAttribute('x') || span.hasAttribute('y') || dy !== 0) {
          if (span.hasAttribute('x')) x = numberOf(span, 'x', size);
          y = (span.hasAttribute('y') ? numberOf(span, 'y', size) : y) + dy;
          lines.push({ x, y, width: 0 });
        }
        walk(span);
      }
    }
  };
  walk(text);
  return lines;
}
