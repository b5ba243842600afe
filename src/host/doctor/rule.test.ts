import { expect, test } from 'vitest';
import { isOlder } from './rule.ts';

test('versions are compared by number', () => {
  expect(isOlder('20.10.24+dfsg1', [20, 10])).toBe(false);
  expect(isOlder('9.1', [20, 10])).toBe(true);
  expect(isOlder('5.9.0', [5, 13])).toBe(true);
});
