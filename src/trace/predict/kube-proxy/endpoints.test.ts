import { expect, it } from 'vitest';
import { endpointSliceSchema } from '../state/objects.ts';
import { endpoint, slice } from '../testdata/objects.ts';
import { endpointsOf, isSeenByKubeProxy } from './endpoints.ts';

const read = (...slices: object[]) => slices.map((one) => endpointSliceSchema.parse(one));
const key = { portName: '', protocol: 'tcp', family: 'IPv4' } as const;
const texts = (...slices: object[]) =>
  endpointsOf(read(...slices), key).map(({ ip, port }) => `${ip}:${port}`);

it('all slices of a Service count', () => {
  expect(
    texts(slice('cart', [endpoint('10.244.1.2')]), slice('cart', [endpoint('10.244.2.2')], { name: 'b' })),
  ).toEqual(['10.244.1.2:8080', '10.244.2.2:8080']);
});

it('a named targetPort may be another number in each slice', () => {
  expect(
    texts(slice('cart', [endpoint('10.244.1.2')]), slice('cart', [endpoint('10.244.2.2')], { port: 9090 })),
  ).toEqual(['10.244.1.2:8080', '10.244.2.2:9090']);
});

it('ports go by name and protocol', () => {
  const named = slice('cart', [endpoint('10.244.1.2')], { portName: 'http' });
  const udp = slice('cart', [endpoint('10.244.1.2')], { protocol: 'UDP' });
  expect(texts(named, udp)).toEqual([]);
});

it('a slice of the other family or of names is not read', () => {
  expect(texts(slice('cart', [endpoint('fd00::2')], { addressType: 'IPv6' }))).toEqual([]);
});

it('a hand-made slice without port name, protocol and conditions is read as the API server completes it', () => {
  const bare = {
    metadata: { name: 'by-hand', labels: { 'kubernetes.io/service-name': 'cart' } },
    addressType: 'IPv4',
    ports: [{ port: 8080 }],
    endpoints: [{ addresses: ['10.244.1.2'] }],
  };
  expect(endpointsOf(read(bare), key)).toMatchObject([
    { ip: '10.244.1.2', port: 8080, ready: true, serving: true, terminating: false, nodeName: undefined },
  ]);
});

it('null ports mean no endpoints, not all ports', () => {
  expect(texts({ ...slice('cart', [endpoint('10.244.1.2')]), ports: null })).toEqual([]);
});

it('an address that two slices have counts once, the one that is not terminating', () => {
  const old = endpoint('10.244.1.2', { ready: false, serving: true, terminating: true, pod: 'old' });
  const young = endpoint('10.244.1.2', { pod: 'young' });
  for (const order of [
    [old, young],
    [young, old],
  ]) {
    const found = endpointsOf(
      read(...order.map((one, index) => slice('cart', [one], { name: `${index}` }))),
      key,
    );
    expect(found.map(({ pod, ready }) => [pod?.name, ready])).toEqual([['young', true]]);
  }
});

it('kube-proxy does not watch slices that are labelled headless', () => {
  const labels = { 'service.kubernetes.io/headless': '' };
  expect(read(slice('cart', []), slice('cart', [], { labels })).map(isSeenByKubeProxy)).toEqual([
    true,
    false,
  ]);
});
