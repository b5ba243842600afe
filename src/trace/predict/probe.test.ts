import { expect, it } from 'vitest';
import { formatClient, parseClient, parseTarget } from './probe.ts';

it.each([
  ['http://svc/shop/cart:80/cart/42', { kind: 'service', namespace: 'shop', name: 'cart', port: 80 }],
  ['http://svc/shop/cart', { kind: 'service', namespace: 'shop', name: 'cart', port: 80 }],
  ['https://svc/shop/cart:http', { kind: 'service', namespace: 'shop', name: 'cart', port: 'http' }],
  ['https://svc/shop/cart/', { kind: 'service', namespace: 'shop', name: 'cart', port: 443 }],
  ['http://lb/shop/cart:8080?a=b', { kind: 'load-balancer', namespace: 'shop', name: 'cart', port: 8080 }],
  ['http://pod/shop/cart-0:8080', { kind: 'pod', namespace: 'shop', name: 'cart-0', port: 8080 }],
  ['http://node/worker2:30080/', { kind: 'node', name: 'worker2', port: 30080 }],
  ['udp://10.96.0.10:53', { kind: 'address', ip: '10.96.0.10', port: 53 }],
  ['http://[fc00:f853::2]:30080/hostname', { kind: 'address', ip: 'fc00:f853::2', port: 30080 }],
  ['http://172.31.77.4:30080/hostname', { kind: 'address', ip: '172.31.77.4', port: 30080 }],
])('%s', (text, target) => {
  expect(parseTarget(text)).toEqual(target);
});

it.each([
  'http://cart.shop.svc:80',
  'http://svc/cart:80',
  'http://node/worker2:http',
  'udp://10.96.0.10',
  '',
])('%j is no target, and what is one is said', (text) => {
  expect(() => parseTarget(text)).toThrow(/http:\/\/svc\/NS\/NAME:PORT/);
});

it.each(['http://svc/shop/cart:0', 'udp://10.96.0.10:65536'])('%s has a port that there is not', (text) => {
  expect(() => parseTarget(text)).toThrow(/is not a number from 1 to 65535/);
});

it.each(['outside', 'pod/shop/cart-0', 'node/worker'])('%s is a client', (text) => {
  expect(formatClient(parseClient(text, ['172.18.0.9']))).toBe(text);
});

it.each(['inside', 'pod/cart-0', 'node/', 'pod/a/b/c'])('%s is none', (text) => {
  expect(() => parseClient(text)).toThrow(/outside, pod\/NS\/NAME or node\/NAME/);
});
