import { describe, expect, test } from 'vitest';
import { contextAfter, evaluate } from '../expression.ts';
import { evenChance, rareChance } from './even-chance.ts';

describe('the chance of counts, were each connection given an endpoint at random', () => {
  test.each([
    // Tails of the binomial distribution (NIST DLMF 8.17.5), times two, times the number of endpoints.
    ['15 and 15 of two: no evener is possible', [15, 15], 2, 1],
    // P(X ≥ 25 | 30, 1/2) = 174437/2^30 = 1.6246e-4
    ['25 and 5 of two', [25, 5], 2, (2 * 2 * 174_437) / 2 ** 30],
    // P(X = 30 | 30, 1/2) = 2^-30
    ['all of 30 on one of two', [30, 0], 2, 4 / 2 ** 30],
    // P(X = 0 | 60, 1/3) = (2/3)^60
    ['one of three never in 60', [30, 30, 0], 3, 2 * 3 * (2 / 3) ** 60],
  ])('%s', (_, counts, endpoints, expected) => {
    expect(evenChance(counts, endpoints)).toBeCloseTo(expected, 12);
  });

  test('does not depend on whether counts have names, and an endpoint that never answered counts as 0', () => {
    const chance = evenChance([30, 30, 0], 3);
    expect(evenChance({ a: 30, b: 30 }, 3)).toBe(chance);
    expect(evenChance([...Array(30).fill('a'), ...Array(30).fill('b')], 3)).toBe(chance);
  });

  test('a false alarm is as rare as it says: over all outcomes of 40 connections to two endpoints', () => {
    const outcomes = Array.from({ length: 41 }, (_, a) => [a, 40 - a] as const);
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);
    const alarms = outcomes.filter((counts) => evenChance(counts, 2) < rareChance);
    expect(alarms.length).toBeGreaterThan(0);
    const probability = alarms.reduce((sum, [a]) => sum + choose(40, a) / 2 ** 40, 0);
    expect(probability).toBeLessThanOrEqual(rareChance);
  });

  test('large numbers stay exact enough', () => {
    expect(evenChance([500_000, 500_000], 2)).toBe(1);
    expect(evenChance([501_000, 499_000], 2)).toBeCloseTo(2 * 0.0456, 2);
  });

  test('too few connections to tell are an error: the check could not fail', () => {
    expect(() => evenChance([12, 0], 2)).toThrow('12 connections are too few for 2 endpoints');
    expect(() => evenChance([20, 10], 1)).toThrow('no choice');
    expect(() => evenChance([20, 10, 5], 2)).toThrow('3 endpoints have a count, but there are 2');
    expect(() => evenChance([], 2)).toThrow('expected counts');
  });

  test('is called from an expression over what answered', async () => {
    const value = { answers: [...Array(20).fill({ body: 'a' }), ...Array(20).fill({ body: 'b' })] };
    const facts = { client: { name: 'client', ip: '10.89.0.9' }, nodes: {}, pods: [], services: {} };
    const context = contextAfter(facts, [{ id: 'ask', kind: 'probe', commands: [], value }]);
    expect(await evaluate('$evenChance(steps.ask.value.answers.body, 2)', context)).toBe(1);
    expect(await evaluate('$evenChance(steps.ask.value.answers{body: $count($)}, 2)', context)).toBe(1);
  });
});
