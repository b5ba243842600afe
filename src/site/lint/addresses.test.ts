import { expect, test } from 'vitest';
import { findAddresses } from './addresses.ts';

const texts = (text: string) => findAddresses(text).map((found) => found.text);

test.each([
  ['the pod has 10.244.1.2.', ['10.244.1.2']],
  ['`172.18.0.4:30080` and 10.244.0.0/16', ['172.18.0.4', '10.244.0.0']],
  ['fd00:10:244::2 and [2001:db8::1]:80', ['fd00:10:244::2', '2001:db8::1']],
])('%s', (text, expected) => {
  expect(texts(text)).toEqual(expected);
});

test.each([
  'loopback 127.0.0.1 and ::1, and 0.0.0.0',
  'version 1.2.3.4.5, v1.2.3.4b and 1.37.0',
  'at 12:34:56',
  ':::note',
  'std::string, a::b::c',
  'shop/cart:http and 999.1.1.1',
])('"%s" holds no address of a cluster', (text) => {
  expect(texts(text)).toEqual([]);
});

test('lines are counted from 1', () => {
  expect(findAddresses('a\nb 10.0.0.1')).toEqual([{ text: '10.0.0.1', line: 2 }]);
});
