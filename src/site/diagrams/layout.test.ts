import { JSDOM } from 'jsdom';
import { expect, test } from 'vitest';
import { layoutProblems } from './layout.ts';

function drawing(...content: string[]): Element {
  const { document } = new JSDOM(`<svg>${content.join('')}</svg>`).window;
  return document.querySelector('svg') ?? document.body;
}

const node = (name: string, x: number, width: number) =>
  `<g class="node" transform="translate(${x}, 0)"><rect class="label-container" x="0" y="0" width="${width}" height="40"></rect>` +
  `<text x="${width / 2}" y="25" text-anchor="middle">${name}</text></g>`;

test('two nodes beside each other are fine', () => {
  expect(layoutProblems(drawing(node('client', 0, 100), node('pod', 120, 100)))).toEqual([]);
});

test('nodes on top of each other are found', () => {
  expect(layoutProblems(drawing(node('client', 0, 100), node('pod', 90, 100)))).toEqual([
    '"client" and "pod" overlap',
  ]);
});

test('a label that is wider than its box is found', () => {
  expect(layoutProblems(drawing(node('a very long label', 0, 60)))).toEqual([
    'the label "a very long label" does not fit its box',
  ]);
});

test('a text of an edge that runs into a node is found', () => {
  const text = '<g class="edgeLabel"><text x="90" y="25">request</text></g>';
  expect(layoutProblems(drawing(node('client', 0, 100), text))).toEqual([
    'the text "request" runs into "client"',
  ]);
});
