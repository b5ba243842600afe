import { describe, expect, test } from 'vitest';
import { contextAfter } from './expression.ts';
import type { Json } from './json.ts';
import { judge, judgeCheck } from './judge.ts';
import type { Expectation } from './schema/check.ts';

const context = contextAfter(
  {
    client: { name: 'client', ip: '10.89.0.9' },
    nodes: {
      worker: { name: 'hop-worker', ip: '10.89.0.3' },
      worker2: { name: 'hop-worker2', ip: '10.89.0.4' },
    },
    pods: [],
    services: {},
  },
  [],
);

const holds: [Expectation, Json][] = [
  [{ equals: 200 }, 200],
  [{ equals: { a: [1], b: null } }, { b: null, a: [1] }],
  [{ same: 'client.ip' }, '10.89.0.9'],
  [{ in: 'nodes.*.ip' }, '10.89.0.4'],
  [{ in: 'client.ip' }, '10.89.0.9'],
  [{ matches: '^cart-' }, 'first\ncart-7f'],
  [{ lacks: ':30080' }, ':22'],
  [{ atLeast: 1 }, 1],
  [{ atLeast: 1, atMost: 2 }, 2],
];
const fails: [Expectation, Json | undefined, string][] = [
  [{ equals: 200 }, 503, '200'],
  [{ equals: '200' }, 200, '"200"'],
  [{ equals: null }, undefined, 'null'],
  [{ same: 'client.ip' }, '10.89.0.3', '"10.89.0.9" (client.ip)'],
  [{ same: 'nodes.none.ip' }, 'x', 'a value that was not found (nodes.none.ip)'],
  [{ in: 'nodes.*.ip' }, 'x', 'one of "10.89.0.3", "10.89.0.4" (nodes.*.ip)'],
  [{ in: 'pods.ip' }, 'x', 'one of a list that was empty (pods.ip)'],
  [{ matches: '^cart-' }, 'shop', 'text that matches /^cart-/'],
  [{ lacks: ':30080' }, '*:30080', 'text without /:30080/'],
  [{ lacks: ':30080' }, null, 'text without /:30080/'],
  [{ lacks: ':30080' }, undefined, 'text without /:30080/'],
  [{ atLeast: 1 }, 0, 'at least 1'],
  [{ atLeast: 1, atMost: 2 }, '2', 'at least 1 and at most 2'],
];

describe('an expectation', () => {
  test.each(holds)('%j holds for %j', async (expectation, value) => {
    expect(await judge(expectation, value, context)).toMatchObject({ verdict: 'passed', saw: value });
  });
  test.each(fails)('%j fails for %j', async (expectation, value, expected) => {
    const judgement = { verdict: 'failed', expected, saw: value ?? null };
    expect(await judge(expectation, value, context)).toEqual(judgement);
  });
});

test('a check whose expression can not be evaluated has failed, and says why', async () => {
  expect(await judgeCheck({ value: 'client.ip + 1', expect: { equals: 1 } }, context)).toMatchObject({
    verdict: 'failed',
    expected: '1',
    saw: expect.stringContaining('no value: `client.ip + 1`'),
  });
});
