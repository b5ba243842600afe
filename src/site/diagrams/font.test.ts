import { expect, test } from 'vitest';
import { textWidth } from './font.ts';

test('a wide letter is wider than a narrow one, and bold is wider than regular', () => {
  expect(textWidth('W', 16, 400)).toBeGreaterThan(textWidth('i', 16, 400));
  expect(textWidth('request', 16, 600)).toBeGreaterThan(textWidth('request', 16, 400));
});

test('width grows with size', () => {
  expect(textWidth('request', 32, 400)).toBeCloseTo(2 * textWidth('request', 16, 400));
});

test('Chinese and Japanese take one em a character, as in the fonts that readers have', () => {
  expect(textWidth('请求', 16, 400)).toBe(32);
  expect(textWidth('ポッド', 16, 400)).toBe(48);
});
