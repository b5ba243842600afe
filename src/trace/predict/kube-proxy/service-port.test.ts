import { expect, it } from 'vitest';
import { serviceSchema } from '../state/objects.ts';
import { service } from '../testdata/objects.ts';
import { servicePorts } from './service-port.ts';

const read = (object: object) => serviceSchema.parse(object);
const ports = (object: object, family: 'IPv4' | 'IPv6' = 'IPv4') => servicePorts(read(object), family, true);

it('a Service has one entry a port and family', () => {
  const object = service('cart', {
    clusterIP: '10.96.0.9',
    clusterIPs: ['10.96.0.9', 'fd00:10:96::9'],
    ipFamilies: ['IPv4', 'IPv6'],
    ports: [
      { name: 'http', port: 80, protocol: 'TCP', nodePort: 30080 },
      { name: 'dns', port: 53, protocol: 'UDP' },
    ],
  });
  expect(
    ports(object).map(({ title, protocol, clusterIP, nodePort }) => [title, protocol, clusterIP, nodePort]),
  ).toEqual([
    ['default/cart:http', 'tcp', '10.96.0.9', 30080],
    ['default/cart:dns', 'udp', '10.96.0.9', 0],
  ]);
  expect(ports(object, 'IPv6').map(({ clusterIP }) => clusterIP)).toEqual(['fd00:10:96::9', 'fd00:10:96::9']);
});

it.each([
  ['headless', service('cart', { clusterIP: 'None' })],
  ['of the other family', service('cart', { clusterIP: 'fd00:10:96::9' })],
  ['an ExternalName', service('cart', { type: 'ExternalName', externalName: 'example.test', ports: [] })],
  [
    'left to another proxy',
    service(
      'cart',
      { clusterIP: '10.96.0.9' },
      { labels: { 'service.kubernetes.io/service-proxy-name': 'other' } },
    ),
  ],
])('a Service that is %s has none', (_, object) => {
  expect(ports(object)).toEqual([]);
});

it('load balancer IPs with ipMode Proxy are not kube-proxy’s, and each family has its own', () => {
  const ingress = [
    { ip: '172.18.200.10' },
    { ip: '172.18.200.11', ipMode: 'Proxy' },
    { ip: 'fc00::10', ipMode: 'VIP' },
    { hostname: 'lb' },
  ];
  const object = service(
    'cart',
    { type: 'LoadBalancer', clusterIP: '10.96.0.9' },
    { status: { loadBalancer: { ingress } } },
  );
  expect(ports(object)[0]?.loadBalancerIPs).toEqual(['172.18.200.10']);
});

it.each([
  [
    ['10.0.0.0/8', ' 172.18.0.5/32 '],
    ['10.0.0.0/8', '172.18.0.5/32'],
  ],
  [['10.0.0.0/8', '0.0.0.0/0'], []],
  [['fd00::/8'], []],
])('source ranges %j leave %j for IPv4', (given, left) => {
  const object = service('cart', {
    type: 'LoadBalancer',
    clusterIP: '10.96.0.9',
    loadBalancerSourceRanges: given,
  });
  expect(ports(object)[0]?.sourceRanges).toEqual(left);
});

it('externalTrafficPolicy counts for NodePort, LoadBalancer and external IPs only', () => {
  const local = { clusterIP: '10.96.0.9', externalTrafficPolicy: 'Local' };
  const read = (spec: object) => ports(service('cart', { ...local, ...spec }))[0]?.externalLocal;
  expect([
    read({}),
    read({ type: 'NodePort' }),
    read({ type: 'LoadBalancer' }),
    read({ externalIPs: ['172.18.0.99'] }),
  ]).toEqual([false, true, true, true]);
});

it('external IPs go with the feature gate (KEP-5707)', () => {
  const object = read(service('cart', { clusterIP: '10.96.0.9', externalIPs: ['172.18.0.99', 'fc00::99'] }));
  expect(servicePorts(object, 'IPv4', true)[0]?.externalIPs).toEqual(['172.18.0.99']);
  expect(servicePorts(object, 'IPv4', false)[0]?.externalIPs).toEqual([]);
});
