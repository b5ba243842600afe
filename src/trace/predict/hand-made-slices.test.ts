import { describe, expect, it } from 'vitest';
import { cart, clientPod, nodePortCart, onA, onB, podA, podB, pods } from './testdata/cart.ts';
import { cluster, endpoint, kindNodes, service, slice } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const modes = ['iptables', 'nftables'] as const;
const url = 'http://svc/default/cart:80/';

describe.each(modes)('a Service without selector in %s mode', (mode) => {
  const byHand = (ip: string, options: Parameters<typeof endpoint>[1] = {}, spec: object = {}) =>
    cluster(mode, nodePortCart(spec, [endpoint(ip, options)]));

  it('reaches the pod whose address the slice has', () => {
    expect(Object.keys(ways(byHand(podB), 'pod/default/client', url))).toEqual(['pod-on-other-node']);
  });

  it('is local nowhere when its slice has no nodeName', () => {
    const state = byHand(podA, {}, { externalTrafficPolicy: 'Local' });
    expect(Object.keys(ways(state, 'outside', 'http://node/worker:30080/'))).toEqual(['dropped']);
  });

  it('can lead out of the cluster: masqueraded by the pod network, and back through conntrack', () => {
    expect(ways(byHand('172.18.0.77'), 'pod/default/client', url)).toEqual({
      'outside-endpoint': {
        request: [
          'client-pod.sent',
          'client-node.dnat 172.18.0.77:8080',
          'client-node.routed',
          'client-node.snat 172.18.0.2',
        ],
        reply: [
          `client-node.un-snat ${clientPod}:*`,
          'client-node.routed',
          'client-node.un-dnat 10.96.0.9:80',
          'client-pod.delivered',
        ],
        ends: ['delivered', 'delivered'],
        sees: '172.18.0.2',
      },
    });
  });

  it('can lead back to the client outside, of which nobody says what listens there', () => {
    expect(Object.keys(ways(byHand('172.18.0.9'), 'outside', 'http://node/worker:30080/'))).toEqual([
      'client-is-endpoint',
      'client-is-endpoint-reset',
    ]);
  });
});

describe('a pod that meets itself through a hand-made slice without nodeName', () => {
  const state = (mode: 'iptables' | 'nftables') => cluster(mode, cart({}, [endpoint(podA)]));

  it('is masqueraded in iptables mode all the same', () => {
    expect(Object.keys(ways(state('iptables'), 'pod/default/cart-a', url))).toEqual(['hairpin']);
  });

  it('is not in nftables’ set of hairpins: its own address comes back to it, and its kernel drops that', () => {
    expect(ways(state('nftables'), 'pod/default/cart-a', url).dropped?.request).toEqual([
      'client-pod.sent',
      `client-node.dnat ${podA}:8080`,
      'client-node.routed',
      'client-pod.prerouting.dropped',
    ]);
  });
});

it('the set of hairpins is of all Services: a pod that one of them has as a local endpoint meets itself by any', () => {
  const state = cluster('nftables', [
    ...cart({}, [onA]),
    service('by-hand', { clusterIP: '10.96.0.10' }),
    slice('by-hand', [endpoint(podA)]),
  ]);
  const found = ways(state, 'pod/default/cart-a', 'http://svc/default/by-hand:80/');
  expect(Object.keys(found)).toEqual(['hairpin']);
});

describe('several slices and ports', () => {
  it('a named targetPort may lead to other numbers on other pods', () => {
    const state = cluster('iptables', [
      ...cart({ ports: [{ name: 'http', port: 80, targetPort: 'web', protocol: 'TCP' }] }, []),
      slice('cart', [onB], { name: 'one', portName: 'http' }),
      slice('cart', [endpoint('10.244.2.9', { node: 'worker2' })], {
        name: 'two',
        portName: 'http',
        port: 9090,
      }),
    ]);
    const found = ways(state, 'pod/default/client', 'http://svc/default/cart:http');
    expect(found['pod-on-other-node']?.request[1]).toBe(`client-node.dnat ${podB}|10.244.2.9:8080|9090`);
  });

  it('each port of a Service has its own endpoints', () => {
    const state = cluster('iptables', [
      ...kindNodes,
      ...pods,
      service('cart', {
        clusterIP: '10.96.0.9',
        ports: [
          { name: 'http', port: 80, protocol: 'TCP' },
          { name: 'admin', port: 81, protocol: 'TCP' },
        ],
      }),
      slice('cart', [onA], { portName: 'http' }),
    ]);
    expect(Object.keys(ways(state, 'pod/default/client', 'http://svc/default/cart:80'))).toEqual([
      'pod-on-client-node',
    ]);
    expect(Object.keys(ways(state, 'pod/default/client', 'http://svc/default/cart:admin'))).toEqual([
      'rejected',
    ]);
  });
});
