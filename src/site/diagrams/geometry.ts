/** What mermaid asks of a browser and nothing else: how large an element of an SVG is. */
import { type Box, boxOfPoints, move, union } from './box.ts';
import { pathBox } from './path-box.ts';
import { numberOf, translation } from './style.ts';
import { textBox } from './text-box.ts';

const invisible = new Set([
  'defs',
  'style',
  'marker',
  'title',
  'desc',
  'symbol',
  'clippath',
  'filter',
  'lineargradient',
]);

/** In the element's own user space, like getBBox; undefined where it draws nothing. */
export function boxOf(element: Element): Box | undefined {
  const name = element.nodeName.toLowerCase();
  if (invisible.has(name) || element.getAttribute('display') === 'none') return undefined;
  const number = (attribute: string) => numberOf(element, attribute);
  switch (name) {
    case 'text':
    case 'tspan':
      return textBox(element);
    case 'rect':
    case 'image':
    case 'foreignobject':
    case 'use':
      return { x: number('x'), y: number('y'), width: number('width'), height: number('height') };
    case 'circle':
      return round(number('cx'), number('cy'), number('r'), number('r'));
    case 'ellipse':
      return round(number('cx'), number('cy'), number('rx'), number('ry'));
    case 'line':
      return boxOfPoints([
        [number('x1'), number('y1')],
        [number('x2'), number('y2')],
      ]);
    case 'polygon':
    case 'polyline':
      return boxOfPoints(pointsOf(element.getAttribute('points') ?? ''));
    case 'path':
      return pathBox(element.getAttribute('d') ?? '');
    default:
      return boxOfChildren(element);
  }
}

function boxOfChildren(element: Element): Box | undefined {
  const boxes = [...element.children].flatMap((child) => {
    const box = boxOf(child);
    return box === undefined ? [] : [move(box, translation(child))];
  });
  return union(boxes);
}

function round(cx: number, cy: number, rx: number, ry: number): Box {
  return { x: cx - rx, y: cy - ry, width: 2 * rx, height: 2 * ry };
}

function pointsOf(text: string): [number, number][] {
  const numbers = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  const points: [number, number][] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) points.push([numbers[at] ?? 0, numbers[at + 1] ?? 0]);
  return points;
}
