import { describe, expect, it } from 'vitest';
import { syntheticDump } from '../synthetic.ts';
import { endpoint, node, pod, service, slice } from '../testdata/objects.ts';
import { inMemory } from './json-bytes.ts';
import { openSource, parsedSource, type Source, searchedSource } from './source.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const size = { services: 12, endpoints: 60, nodes: 5 };
const dump = syntheticDump(size);
const text = {
  services: [...dump.services].join(''),
  endpointSlices: [...dump.endpointSlices].join(''),
  nodes: [...dump.nodes].join(''),
  pods: [...dump.pods].join(''),
};
const items = (list: string) =>
  (JSON.parse(list) as { items: { metadata: { name: string }; status: { podIP: string } }[] }).items;

/** The same questions to a list that was parsed and to one that was searched. */
function expectSame(list: string): void {
  const searched = searchedSource(inMemory(bytes(list)));
  const parsed = parsedSource(JSON.parse(list) as object);
  const ask = (source: Source) => ({
    services: source.objectsOf('Service'),
    nodes: source.objectsOf('Node'),
    slices: Array.from({ length: size.services }, (_, n) => source.slicesOf(`app-${n}`)),
    named: items(text.pods).map(({ metadata }) => source.named('Pod', metadata.name)),
    with: items(text.pods).map(({ status }) => source.slicesWith(status.podIP)),
    at: items(text.pods).map(({ status }) => source.podsAt(status.podIP)),
    nodesNamed: Array.from({ length: size.nodes }, (_, n) => source.named('Node', `worker-${n}`)),
    nodesAt: ['172.31.0.1', 'worker-2', '172.31.0.', '10.64.1.1'].map((address) => source.nodesAt(address)),
    nodesOf: ['10.64.3.0/24', '10.64.9.0/24'].map((cidr) => source.nodesWithPodCIDR((one) => one === cidr)),
    nobody: [
      source.slicesOf('app'),
      source.named('Pod', 'app-0'),
      source.slicesWith('10.64.0.'),
      source.podsAt('10.64.0.'),
      source.podsAt('10.9.9.9'),
    ],
  });
  expect(ask(searched)).toEqual(ask(parsed));
}

describe('a dump that is searched answers like one that is parsed', () => {
  it.each(Object.entries(text))('%s, as kubectl prints them', (_, list) => {
    expectSame(list);
  });

  it.each(Object.entries(text))('%s in one line', (_, list) => {
    expectSame(JSON.stringify(JSON.parse(list)));
  });

  it('all kinds in one list', () => {
    const all = Object.values(text).flatMap((list) => items(list));
    expectSame(JSON.stringify({ kind: 'List', apiVersion: 'v1', items: all }, undefined, 2));
  });

  it.each([
    ['PodList', text.pods],
    ['ServiceList', text.services],
    ['NodeList', text.nodes],
    ['EndpointSliceList', text.endpointSlices],
  ])('a %s of the raw API, whose items have no kind', (kind, list) => {
    const bare = items(list).map((item) => ({ ...item, kind: undefined, apiVersion: undefined }));
    expectSame(JSON.stringify({ kind, apiVersion: 'v1', metadata: {}, items: bare }));
  });

  it('no items at all', () => {
    expectSame('{"apiVersion":"v1","kind":"List","items":[],"metadata":{}}');
  });
});

describe('what looks like an object and is none', () => {
  const decoy = {
    ...pod('decoy', '10.244.1.9', 'worker'),
    metadata: {
      name: 'decoy',
      namespace: 'default',
      annotations: { last: JSON.stringify({ metadata: { name: 'cart' }, status: { podIP: '10.244.1.2' } }) },
      ownerReferences: [
        { kind: 'Service', name: 'cart' },
        { kind: 'Node', name: 'worker' },
      ],
    },
  };
  const list = bytes(
    JSON.stringify({
      kind: 'List',
      items: [decoy, pod('cart', '10.244.1.2', 'worker'), node('worker', [], [])],
    }),
  );

  it('a name or an address in a string, or in another object, is not found', () => {
    const source = searchedSource(inMemory(list));
    expect(source.named('Pod', 'cart')).toHaveLength(1);
    expect(source.podsAt('10.244.1.2')).toMatchObject([{ metadata: { name: 'cart' } }]);
    expect(source.objectsOf('Service')).toEqual([]);
    expect(source.objectsOf('Node')).toHaveLength(1);
  });
});

it('a pod is found by each of its addresses', () => {
  const dual = pod('cart', ['10.244.1.2', 'fd00:10:244:1::2'], 'worker');
  const list = JSON.stringify({ kind: 'List', items: [dual, dual] });
  for (const source of [searchedSource(inMemory(bytes(list))), openSource(list)]) {
    expect(source.podsAt('fd00:10:244:1::2')).toHaveLength(2);
    expect(source.podsAt('10.244.1.2')).toHaveLength(2);
  }
});

it('one object, an array and a list are all lists', () => {
  const cart = service('cart', { clusterIP: '10.96.0.9' });
  for (const list of [
    cart,
    [cart],
    { kind: 'List', items: [cart] },
    JSON.stringify(cart),
    bytes(JSON.stringify(cart)),
  ]) {
    expect(openSource(list).objectsOf('Service')).toEqual([cart]);
  }
});

it('slices go by their label, not by their name', () => {
  const source = openSource([slice('cart', [endpoint('10.244.1.2')], { name: 'anything' })]);
  expect([source.slicesOf('cart').length, source.slicesOf('anything').length]).toEqual([1, 0]);
});

it('says so when a dump is not JSON', () => {
  expect(() => openSource('error: You must be logged in')).toThrow(/^The dump of the cluster is not JSON: /);
});
