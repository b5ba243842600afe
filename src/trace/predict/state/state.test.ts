import { expect, it } from 'vitest';
import { cluster, endpoint, kindNodes, pod, service, slice } from '../testdata/objects.ts';
import { defaultKubeProxy, kindnet } from './settings.ts';
import { loadState } from './state.ts';

const state = cluster('iptables', [
  ...kindNodes,
  service(
    'cart',
    {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.9',
      clusterIPs: ['10.96.0.9', 'FD00:10:96::9'],
      externalIPs: ['172.18.0.99'],
      healthCheckNodePort: 31000,
      ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }],
    },
    { status: { loadBalancer: { ingress: [{ ip: '172.18.200.10' }, { hostname: 'lb.example.test' }] } } },
  ),
  slice('cart', [endpoint('10.244.1.2')]),
  slice('cart', [endpoint('10.244.1.3')], { name: 'elsewhere', namespace: 'other' }),
  pod('done', '10.244.1.2', 'worker', { phase: 'Succeeded' }),
  pod('cart', '10.244.1.2', 'worker'),
  { kind: 'ServiceCIDR', metadata: { name: 'more' }, spec: { cidrs: ['10.97.0.0/16'] } },
]);

it('a Service is found by each of its addresses and ports', () => {
  const ips = ['10.96.0.9', 'fd00:10:96::9', '172.18.0.99', '172.18.200.10', '10.96.0.10'];
  expect(ips.map((ip) => state.servicesAt(ip).length)).toEqual([1, 1, 1, 1, 0]);
  expect([30080, 31000, 80].map((port) => state.servicesOnNodePort(port).length)).toEqual([1, 1, 0]);
});

it('slices belong to the Service of their own namespace', () => {
  expect(state.slicesOf('default', 'cart')).toHaveLength(1);
  expect(state.slicesOf('other', 'cart')).toHaveLength(1);
});

it('a pod that has ended has no address any more', () => {
  expect(state.podsAt('10.244.1.2').map(({ metadata }) => metadata.name)).toEqual(['cart']);
});

it('nodes are found by their own addresses and by podCIDR', () => {
  const ips = ['172.18.0.2', '10.244.1.1', 'fd00:10:244:1::1', '127.0.0.1', '10.244.1.2'];
  expect(ips.map((ip) => state.nodeAt(ip)?.name)).toEqual([
    'worker',
    'worker',
    'worker',
    undefined,
    undefined,
  ]);
  expect(state.nodeOfPodCIDR('10.244.2.77')?.name).toBe('worker2');
});

it('Service ranges come from the ServiceCIDR objects too', () => {
  expect(state.kubeProxy.serviceCIDRs).toContain('10.97.0.0/16');
});

it('an object that can’t be read is named, with the field', () => {
  const broken = loadState({
    lists: [
      { kind: 'List', items: [service('cart', { clusterIP: '10.96.0.9', ports: [{ port: 'http' }] })] },
    ],
    kubeProxy: defaultKubeProxy('iptables', []),
    podNetwork: kindnet(),
  });
  expect(() => broken.service('default', 'cart')).toThrow(
    /^Service default\/cart can't be read: [\s\S]*spec\.ports\[0\]\.port/,
  );
});
