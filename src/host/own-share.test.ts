import { expect, test } from 'vitest';
import { uncovered } from './own-share.ts';

const whole = { startedAt: 0, endedAt: 100 };

test('time that no span covers is ours', () => {
  expect(uncovered(whole, [])).toBe(100);
  expect(uncovered(whole, [{ startedAt: 10, endedAt: 30 }])).toBe(80);
});

test('spans that overlap, lie in one another or reach over the end count once', () => {
  const spans = [
    { startedAt: 50, endedAt: 200 },
    { startedAt: 10, endedAt: 40 },
    { startedAt: 20, endedAt: 30 },
    { startedAt: 35, endedAt: 45 },
  ];
  expect(uncovered(whole, spans)).toBe(15);
});
