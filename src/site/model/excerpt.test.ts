import { expect, test } from 'vitest';
import { excerpt } from './excerpt.ts';

const output = 'one\ntwo\nthree\nfour\n';

test('without a selection all lines are shown', () => {
  expect(excerpt(output, {})).toEqual({ text: 'one\ntwo\nthree\nfour', left: 0 });
});

test('lines by number, and how many are left out', () => {
  expect(excerpt(output, { lines: '2-3' })).toEqual({ text: 'two\nthree', left: 2 });
  expect(excerpt(output, { lines: '4' })).toEqual({ text: 'four', left: 3 });
});

test('lines by what stands in them', () => {
  expect(excerpt(output, { match: '^t' })).toEqual({ text: 'two\nthree', left: 2 });
});

test('a selection that finds nothing is an error: the chapter speaks of what was not recorded', () => {
  expect(() => excerpt(output, { match: 'five' })).toThrow('no line of the output matches /five/');
  expect(() => excerpt(output, { lines: '9' })).toThrow('no line of the output is in 9');
});

test('a range that is none is named', () => {
  expect(() => excerpt(output, { lines: 'all' })).toThrow('lines="all"; expected one number');
});
