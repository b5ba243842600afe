/** Whether a drawing can be read: labels inside their boxes, nothing on top of anything else. */
import { type Box, contains, move, overlaps } from './box.ts';
import { boxOf } from './geometry.ts';
import { translation } from './style.ts';

interface Placed {
  readonly name: string;
  readonly box: Box;
}

/** Sentences, empty when the layout is good. mermaid lays out with our measurements, so this judges both. */
export function layoutProblems(svg: Element): string[] {
  const nodes = [...svg.querySelectorAll('.node')].flatMap((node) => framed(node, shapeOf(node)));
  const actors = framesWithText(svg, 'rect.actor, rect.note');
  const labels = [
    ...texts(svg, '.edgeLabel text'),
    ...texts(svg, '.cluster-label text'),
    ...texts(svg, 'text.messageText'),
  ];
  const boxes = [...nodes, ...actors].map(({ frame }) => frame);
  const area = viewBoxOf(svg);
  return [
    ...[...nodes, ...actors].flatMap(({ frame, label }) =>
      label === undefined || contains(frame.box, label, 1)
        ? []
        : [`the label "${frame.name}" does not fit its box`],
    ),
    ...pairs(boxes).flatMap(([one, other]) =>
      overlaps(one.box, other.box) ? [`"${one.name}" and "${other.name}" overlap`] : [],
    ),
    ...labels.flatMap((label) =>
      boxes
        .filter(({ box }) => overlaps(box, label.box))
        .map(({ name }) => `the text "${label.name}" runs into "${name}"`),
    ),
    ...[...boxes, ...labels, ...texts(svg, '.cluster')].flatMap(({ name, box }) =>
      area === undefined || contains(area, box, 1) ? [] : [`"${name}" is cut off at the edge`],
    ),
    ...pairs(labels).flatMap(([one, other]) =>
      overlaps(one.box, other.box) ? [`the texts "${one.name}" and "${other.name}" overlap`] : [],
    ),
  ];
}

function viewBoxOf(svg: Element): Box | undefined {
  const [x, y, width, height] = (svg.getAttribute('viewBox') ?? '').split(' ').map(Number);
  return x === undefined || y === undefined || width === undefined || height === undefined
    ? undefined
    : { x, y, width, height };
}

interface Framed {
  readonly frame: Placed;
  readonly label: Box | undefined;
}

function shapeOf(node: Element): Element | null {
  return node.querySelector(
    ':scope > .label-container, :scope > rect, :scope > circle, :scope > path, :scope > polygon, :scope > g.basic',
  );
}

function framed(element: Element, shape: Element | null): Framed[] {
  const frame = shape && absoluteBox(shape);
  if (!frame) return [];
  const text = element.querySelector('text');
  const label = text === null ? undefined : absoluteBox(text);
  return [{ frame: { name: textOf(element), box: frame }, label }];
}

/** In sequence diagrams frame and text stand beside each other. */
function framesWithText(svg: Element, selector: string): Framed[] {
  return [...svg.querySelectorAll(selector)].flatMap((rect) =>
    rect.parentElement === null ? [] : framed(rect.parentElement, rect),
  );
}

function texts(svg: Element, selector: string): Placed[] {
  return [...svg.querySelectorAll(selector)].flatMap((text) => {
    const box = absoluteBox(text);
    return box === undefined || textOf(text) === '' ? [] : [{ name: textOf(text), box }];
  });
}

export function absoluteBox(element: Element): Box | undefined {
  const own = boxOf(element);
  if (own === undefined) return undefined;
  let box = own;
  for (let at: Element | null = element; at !== null; at = at.parentElement) box = move(box, translation(at));
  return box;
}

function textOf(element: Element): string {
  const lines = [...element.querySelectorAll('tspan[x]')].map((line) => line.textContent ?? '');
  return (lines.length === 0 ? (element.textContent ?? '') : lines.join(' ')).replace(/\s+/g, ' ').trim();
}

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((one, index) => items.slice(index + 1).map((other): [T, T] => [one, other]));
}
