import { expect, test } from 'vitest';
import { readPage } from './page.ts';
import { bareParagraphs } from './paragraphs.ts';

const lines = (text: string) =>
  bareParagraphs(readPage('content/docs/03-nodeport.mdx', `---\nlab: 03-nodeport\n---\n\n${text}`)).map(
    ({ line }) => line,
  );

test('a block of inline elements only is found, with its line', () => {
  expect(lines('One.\n\n<Proved by="a/b">It is so.</Proved>\n\nTwo.')).toEqual([7]);
  expect(lines('<Proved by="a/b">One.</Proved> <Upstream href="x" name="y">Two.</Upstream>')).toEqual([5]);
  expect(lines('<Misconception heard="x">\n\n<Proved by="a/b">No `x`.</Proved>\n</Misconception>')).toEqual([
    7,
  ]);
});

test('with a full stop behind it, or a sentence, it is a paragraph', () => {
  expect(lines('<Proved by="a/b">It is so</Proved>.')).toEqual([]);
  expect(lines('<Proved by="a/b">It is so.</Proved> And more.')).toEqual([]);
  expect(lines('<Run step="ask" />')).toEqual([]);
});
