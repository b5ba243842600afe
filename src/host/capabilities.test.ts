import { expect, test } from 'vitest';
import { capabilityNames, missingCapabilities } from './capabilities.ts';

const status = (hex: string) =>
  `Name:\tnode\nCapEff:\t0000000000000000\nCapBnd:\t${hex}\nCapAmb:\t0000000000000000\n`;

test('a bounding set without bit 24 lacks CAP_SYS_RESOURCE', () => {
  expect(missingCapabilities(status('000001fffeffffff'), 40)).toEqual(['CAP_SYS_RESOURCE']);
});

test('a full bounding set lacks nothing, also on a kernel that knows fewer capabilities', () => {
  expect(missingCapabilities(status('000001ffffffffff'), 40)).toEqual([]);
  expect(missingCapabilities(status('0000003fffffffff'), 37)).toEqual([]);
});

test('a plain container lacks many', () => {
  const missing = missingCapabilities(status('00000000a80425fb'), 40);
  expect(missing).toContain('CAP_SYS_ADMIN');
  expect(missing).not.toContain('CAP_NET_RAW');
});

test('the names stand in the order of their bits', () => {
  expect(capabilityNames.indexOf('CAP_SYS_RESOURCE')).toBe(24);
  expect(capabilityNames.indexOf('CAP_CHECKPOINT_RESTORE')).toBe(40);
});
