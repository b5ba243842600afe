import { expect, test } from 'vitest';
import { overlap, parseRange } from './subnets.ts';

test('networks overlap when one address is in both', () => {
  expect(overlap('172.16.0.0/12', '172.31.77.0/24')).toBe(true);
  expect(overlap('172.31.77.0/24', '172.31.78.0/24')).toBe(false);
  expect(overlap('172.31.77.9', '172.31.77.0/24')).toBe(true);
  expect(overlap('fd00::/8', '172.31.77.0/24')).toBe(false);
  expect(parseRange('10.1.2.3/8')).toEqual(parseRange('10.0.0.0/8'));
});
