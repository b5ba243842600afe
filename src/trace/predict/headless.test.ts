import { describe, expect, it } from 'vitest';
import { cart, onA, onB, podA, pods } from './testdata/cart.ts';
import { cluster, endpoint, kindNodes, service, slice } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const url = 'http://svc/default/cart:80/';

describe('a headless Service', () => {
  const headless = (endpoints?: object[], spec: object = {}) =>
    cluster(
      'iptables',
      cart(
        {
          clusterIP: 'None',
          ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080 }],
          ...spec,
        },
        [],
      ).concat(
        slice('cart', endpoints ?? [onA, onB], {
          name: 'named',
          portName: 'http',
          labels: { 'service.kubernetes.io/headless': '' },
        }),
      ),
    );

  it('goes straight to its pods by a named port', () => {
    expect(ways(headless(), 'pod/default/client', 'http://svc/default/cart:http')).toMatchObject({
      'pod-on-client-node': {
        request: ['client-pod.sent', 'client-node.routed', 'pod.delivered'],
        ends: ['delivered', 'delivered'],
      },
      'pod-on-other-node': { ends: ['delivered', 'delivered'] },
    });
  });

  it('does not translate a port number: 80 is asked of pods that declare 8080', () => {
    const found = ways(headless([onA]), 'pod/default/client', url);
    expect(Object.keys(found)).toEqual(['pod-on-client-node', 'pod-on-client-node-reset']);
  });

  it('has no address without ready endpoints', () => {
    const notReady = [endpoint(podA, { ready: false })];
    expect(ways(headless(notReady), 'pod/default/client', url)['no-path']?.ends).toEqual([
      'no-path',
      'unanswered',
    ]);
  });
});

it('an ExternalName has no path here, and says so', () => {
  const state = cluster('iptables', [
    ...kindNodes,
    ...pods,
    service('cart', { type: 'ExternalName', externalName: 'shop.example.test', ports: [] }),
  ]);
  expect(ways(state, 'pod/default/client', url)).toEqual({
    'no-path': { request: [], reply: [], ends: ['no-path', 'unanswered'], sees: '' },
  });
});
