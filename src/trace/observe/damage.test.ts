import { expect, test } from 'vitest';
import type { CaptureProblem } from './capture.ts';
import { damageOf } from './damage.ts';

const problem = (kind: CaptureProblem['kind'], harm: CaptureProblem['harm'] = 'incomplete') => ({
  kind,
  harm,
  place: 'worker',
  text: `${kind} on worker`,
  lines: [],
});

test.each(['lost-events', 'missing-origin', 'contradiction'] as const)('%s: nothing is concluded', (kind) => {
  expect(damageOf([problem('legacy-rules', 'detail'), problem(kind)])).toMatch(`: ${kind} on worker`);
});

test('a packet that nobody answers, or that leaves for where nobody watches, is no damage', () => {
  expect(damageOf([])).toBeUndefined();
  expect(damageOf([problem('missing-end'), problem('missing-reply')])).toBeUndefined();
});

test('what is wrong in several probes is said once', () => {
  expect(damageOf([problem('lost-events'), problem('lost-events')])?.match(/lost-events/g)).toHaveLength(1);
});
