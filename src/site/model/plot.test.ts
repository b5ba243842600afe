import { expect, test } from 'vitest';
import { axisEnd, numberFormat, pointOf } from './plot.ts';
import { quantile } from './quantiles.ts';

test('the median of an even number of values lies between the two in the middle', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
});

test('one slow connection of a hundred moves neither median nor spread', () => {
  const values = [...Array.from({ length: 99 }, () => 100), 90_000];
  expect(pointOf(10, values)).toEqual({ x: 10, count: 100, median: 100, low: 100, high: 100 });
});

test('nine of ten values are below the upper end of the spread', () => {
  const { low, median, high } = pointOf(
    10,
    Array.from({ length: 101 }, (_, index) => index),
  );
  expect([low, median, high]).toEqual([10, 50, 90]);
});

test.each([
  [0, 1],
  [7, 10],
  [10, 10],
  [204, 500],
  [0.03, 0.05],
])('an axis for values up to %d ends at %d', (largest, end) => {
  expect(axisEnd(largest)).toBeCloseTo(end);
});

test.each([
  [1007, '1,007'],
  [12_345, '12,345'],
  [0.25, '0.25'],
  [0.12345, '0.123'],
  [150.6, '151'],
  [1500.4, '1,500'],
])('%d is written as %s: counts as recorded, fractions with three digits', (value, text) => {
  expect(numberFormat('en').format(value)).toBe(text);
});
