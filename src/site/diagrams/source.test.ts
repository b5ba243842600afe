import { expect, test } from 'vitest';
import { accessibleText, sourceProblems } from './source.ts';

const good = `flowchart TB
  accTitle: One request
  accDescr: The client asks the node.
  client --> node
  class client client`;

const messages = (source: string) => sourceProblems(source).map(({ line, message }) => `${line}: ${message}`);

test('a diagram with title, description and known classes has no problem', () => {
  expect(messages(good)).toEqual([]);
});

test('a literal address is named with its line', () => {
  expect(messages(`${good}\n  client --> x["172.18.0.4:30080"]`)).toEqual([
    '6: 172.18.0.4 is a literal address; a diagram names roles (client, entry node, pod)',
  ]);
});

test('title and description are required', () => {
  expect(messages('flowchart TB\n a --> b')).toEqual([
    '1: a reader who can\'t see it needs a title: add "accTitle: …"',
    '1: a reader who can\'t see it needs a description: the drawing in words: add "accDescr: …"',
  ]);
});

test('other kinds of diagram are refused', () => {
  expect(messages(good.replace('flowchart TB', 'pie'))).toEqual([
    '1: expected flowchart, sequenceDiagram or stateDiagram-v2',
  ]);
});

test.each([
  'classDef hot fill:#f00',
  'style client fill:#f00',
  'linkStyle 0 stroke:red',
  'rect rgb(1, 2, 3)',
])('"%s" is refused: it follows no theme', (line) => {
  expect(messages(`${good}\n  ${line}`)).toEqual([
    "6: colours of its own don't follow light and dark; use the classes client, entry, podnode, pod, change, quiet",
  ]);
});

test('an unknown class and HTML are refused', () => {
  expect(messages(`${good}\n  node:::hot\n  x["<b>bold</b>"]`)).toEqual([
    '6: there is no class "hot"; use client, entry, podnode, pod, change, quiet',
    '7: <b> is HTML; only <br/> is possible in a label',
    '7: </b> is HTML; only <br/> is possible in a label',
  ]);
});

test('a description over several lines is one text', () => {
  expect(accessibleText('accTitle: T\naccDescr {\n  one\n  two\n}')).toEqual({
    title: 'T',
    description: 'one two',
  });
});
