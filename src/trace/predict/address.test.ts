import { describe, expect, it } from 'vitest';
import { canonical, contains, familyOf, firstAddress, isLoopback, prefixLength } from './address.ts';

it.each([
  ['10.244.1.2', 'IPv4'],
  ['10.244.0.0/16', 'IPv4'],
  ['fd00:10:244:1::2', 'IPv6'],
  ['fd00:10:244::/56', 'IPv6'],
  ['::', 'IPv6'],
  ['cart', undefined],
  ['10.244.1', undefined],
  ['10.244.1.256', undefined],
  ['fd00::1::2', undefined],
  ['fd00:12345::', undefined],
])('%s is %s', (text, family) => {
  expect(familyOf(text)).toBe(family);
});

it.each([
  ['FD00:0010:0244:0000:0000:0000:0000:0002', 'fd00:10:244::2'],
  ['fd00:10:244:0:1:0:0:2', 'fd00:10:244:0:1::2'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['::', '::'],
  ['fd00:10:244:1:2:3:4:5', 'fd00:10:244:1:2:3:4:5'],
  ['fd00:0:0:1:0:0:0:2', 'fd00:0:0:1::2'],
  ['10.244.1.2', '10.244.1.2'],
  ['cart', 'cart'],
])('%s is written %s', (text, written) => {
  expect(canonical(text)).toBe(written);
});

it.each([
  ['10.244.0.0/16', '10.244.255.254', true],
  ['10.244.0.0/16', '10.245.0.1', false],
  ['0.0.0.0/0', '8.8.8.8', true],
  ['fd00:10:244::/56', 'fd00:10:244:2::5', true],
  ['fd00:10:244::/56', 'fd00:10:245::5', false],
  ['fd00:10:244::/56', '10.244.0.1', false],
  ['172.18.0.2/32', '172.18.0.2', true],
  [' 10.0.0.0/8 ', '10.1.2.3', true],
  ['no cidr', '10.1.2.3', false],
])('%s contains %s: %s', (cidr, ip, answer) => {
  expect(contains(cidr, ip)).toBe(answer);
});

describe('the node end of the pod network', () => {
  it('has the first address of the podCIDR, as host-local gives it', () => {
    expect(firstAddress('10.244.2.0/24')).toBe('10.244.2.1');
    expect(firstAddress('fd00:10:244:2::/64')).toBe('fd00:10:244:2::1');
  });
});

it('loopback is 127.0.0.0/8 and ::1', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '10.0.0.1', 'fd00::1'].filter(isLoopback)).toEqual([
    '127.0.0.1',
    '127.9.9.9',
    '::1',
  ]);
});

it('the prefix length of a range that allows everybody is 0', () => {
  expect([prefixLength('0.0.0.0/0'), prefixLength('::/0'), prefixLength('10.0.0.0/8')]).toEqual([0, 0, 8]);
});
