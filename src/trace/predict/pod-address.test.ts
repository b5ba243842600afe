import { describe, expect, it } from 'vitest';
import { cart, clientPod, podA, podB } from './testdata/cart.ts';
import { cluster } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const url = 'http://svc/default/cart:80/';

describe('a pod by its own address', () => {
  const state = cluster('iptables', cart());

  it('from a pod: routed, nothing is changed', () => {
    expect(ways(state, 'pod/default/client', 'http://pod/default/cart-b:8080/')).toEqual({
      'pod-on-other-node': {
        request: ['client-pod.sent', 'client-node.routed', 'pod-node.routed', 'pod.delivered'],
        reply: ['pod.sent', 'pod-node.routed', 'client-node.routed', 'client-pod.delivered'],
        ends: ['delivered', 'delivered'],
        sees: clientPod,
      },
    });
    expect(Object.keys(ways(state, 'pod/default/client', `http://${podA}:8080/`))).toEqual([
      'pod-on-client-node',
    ]);
  });

  it('from a node: with its end of the pod network to its own pods, with its address to others', () => {
    expect(ways(state, 'node/worker', `http://${podA}:8080/`)).toMatchObject({
      'pod-on-client-node': { sees: '10.244.1.1' },
    });
    expect(ways(state, 'node/worker', `http://${podB}:8080/`)).toMatchObject({
      'pod-on-other-node': { sees: '172.18.0.2' },
    });
  });

  it('from itself: it does not leave the pod', () => {
    for (const target of [`http://${podA}:8080/`, 'http://127.0.0.1:8080/']) {
      expect(ways(state, 'pod/default/cart-a', target)).toMatchObject({
        'same-pod': {
          request: ['client-pod.sent', 'client-pod.delivered'],
          reply: ['client-pod.sent', 'client-pod.delivered'],
        },
      });
    }
  });

  it('from outside there is no way, unless the client has a route; the answer need not come by the same node', () => {
    expect(Object.keys(ways(state, 'outside', `http://${podB}:8080/`))).toEqual(['dropped']);
    expect(ways(state, 'outside', `http://${podB}:8080/`, { entryNodes: ['worker'] })).toMatchObject({
      'pod-on-other-node': {
        request: ['client.sent', 'entry-node.routed', 'pod-node.routed', 'pod.delivered'],
        reply: ['pod.sent', 'pod-node.routed', 'client.delivered'],
      },
    });
  });
});

it('without kube-proxy no rule knows a Service, and pods still reach each other', () => {
  const state = cluster('none', cart());
  expect(Object.keys(ways(state, 'pod/default/client', url))).toEqual(['dropped']);
  expect(Object.keys(ways(state, 'pod/default/client', `http://${podB}:8080/`))).toEqual([
    'pod-on-other-node',
  ]);
});
