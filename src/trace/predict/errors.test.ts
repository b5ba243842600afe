import { expect, it } from 'vitest';
import { predict } from './predict.ts';
import { parseClient, parseTarget } from './probe.ts';
import { cart } from './testdata/cart.ts';
import { cluster, pod } from './testdata/objects.ts';

const state = cluster('iptables', [
  ...cart(),
  pod('starting', [], 'worker'),
  pod('pending', [], 'worker', { phase: 'Pending' }),
  pod('done', '10.244.1.99', 'worker', { phase: 'Succeeded' }),
]);
const asked =
  (from: string, target: string, more: object = {}, of = state) =>
  () =>
    predict(of, {
      protocol: 'tcp',
      client: parseClient(from, ['172.18.0.9']),
      target: parseTarget(target),
      text: target,
      ...more,
    });

it.each([
  ['outside', 'http://svc/shop/nothing:80', {}, 'There is no Service nothing in namespace shop.'],
  [
    'outside',
    'http://svc/default/cart:http',
    {},
    'Service default/cart has no port http: its ports have no names.',
  ],
  [
    'outside',
    'http://svc/default/cart:80',
    { family: 'IPv6' },
    'Service default/cart has no IPv6 ClusterIP.',
  ],
  ['outside', 'http://pod/default/nothing:80', {}, 'There is no pod nothing in namespace default.'],
  [
    'outside',
    'http://pod/default/starting:80',
    {},
    'Pod default/starting is not running: it has no IP address.',
  ],
  ['outside', 'http://pod/default/pending:80', {}, 'Pod default/pending is not running: it is Pending.'],
  ['outside', 'http://pod/default/done:80', {}, 'Pod default/done is not running: it is Succeeded.'],
  ['pod/default/done', 'http://10.96.0.9:80', {}, 'Pod default/done is not running: it is Succeeded.'],
  ['outside', 'http://node/nothing:80', {}, 'There is no node nothing.'],
  ['outside', 'http://[fc00:f853::2]:80', {}, 'outside has no IPv6 address to ask fc00:f853::2 from.'],
  ['outside', 'http://10.96.0.9:80', { entryNodes: ['nothing'] }, 'There is no node nothing.'],
  ['pod/default/nothing', 'http://10.96.0.9:80', {}, 'There is no pod nothing in namespace default.'],
  ['node/nothing', 'http://10.96.0.9:80', {}, 'There is no node nothing.'],
])('%s asks %s %j: %s', (from, target, more, sentence) => {
  expect(asked(from, target, more)).toThrow(sentence);
});

it('ipvs is not predicted, and says so', () => {
  const ipvs = cluster('ipvs', cart());
  expect(asked('outside', 'http://svc/default/cart:80', {}, ipvs)).toThrow(
    /ipvs mode, which is deprecated since 1\.35/,
  );
});
