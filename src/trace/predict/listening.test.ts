import { describe, expect, it } from 'vitest';
import { clientPod, nodePortCart, podA, pods } from './testdata/cart.ts';
import { cluster, endpoint, kindNodes, pod, service, slice } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const url = 'http://svc/default/cart:80/';

describe('where nothing listens', () => {
  const wrong = (ports: readonly string[] | undefined, more: object = {}) =>
    cluster(
      'iptables',
      [
        ...kindNodes,
        pod('cart-a', podA, 'worker', ports === undefined ? {} : { ports }),
        pod('client', clientPod, 'worker'),
        service('cart', { clusterIP: '10.96.0.9', ports: [{ port: 80, targetPort: 9999, protocol: 'TCP' }] }),
        slice('cart', [endpoint(podA, { node: 'worker', pod: 'cart-a' })], { port: 9999 }),
      ],
      more,
    );
  const names = (state: ReturnType<typeof wrong>) => Object.keys(ways(state, 'pod/default/client', url));

  it('the pod’s kernel resets the connection, and the reset goes back like any answer', () => {
    const state = wrong(['8080'], { listening: { 'default/cart-a': [{ protocol: 'tcp', port: 8080 }] } });
    expect(ways(state, 'pod/default/client', url)).toEqual({
      'pod-on-client-node-reset': {
        request: ['client-pod.sent', `client-node.dnat ${podA}:9999`, 'client-node.routed', 'pod.delivered'],
        reply: ['pod.sent', 'client-node.routed', 'client-node.un-dnat 10.96.0.9:80', 'client-pod.delivered'],
        ends: ['reset', 'delivered'],
        sees: clientPod,
      },
    });
  });

  it('containerPorts only say what is likely: a port beside them may be open or not', () => {
    expect(names(wrong(['8080']))).toEqual(['pod-on-client-node', 'pod-on-client-node-reset']);
    expect(names(wrong(['9999']))).toEqual(['pod-on-client-node']);
    expect(names(wrong(undefined))).toEqual(['pod-on-client-node', 'pod-on-client-node-reset']);
  });

  it('a pod is known by its address too, where a slice was written by hand', () => {
    const state = cluster('iptables', [
      ...kindNodes,
      ...pods,
      service('cart', { clusterIP: '10.96.0.9' }),
      slice('cart', [endpoint(podA)], { port: 9999 }),
    ]);
    expect(names(state)).toEqual(['pod-on-client-node', 'pod-on-client-node-reset']);
  });

  it('a node process that a slice names may be there; one that nobody names is not', () => {
    const state = cluster('iptables', [
      ...kindNodes,
      ...pods,
      service('api', { clusterIP: '10.96.0.1' }),
      slice('api', [endpoint('172.18.0.3')], { port: 9999 }),
    ]);
    expect(Object.keys(ways(state, 'pod/default/client', 'http://svc/default/api:80'))).toHaveLength(2);
    expect(Object.keys(ways(state, 'pod/default/client', 'http://node/worker2:9999'))).toHaveLength(1);
  });

  it('kubelet and kube-proxy listen on their node’s loopback address', () => {
    const state = cluster('nftables', nodePortCart());
    for (const port of [10248, 10249]) {
      expect(Object.keys(ways(state, 'node/worker', `http://127.0.0.1:${port}/`))).toEqual([
        'process-on-client-node',
      ]);
    }
  });

  it('a node process: health check ports and kubelet answer', () => {
    const state = cluster(
      'iptables',
      nodePortCart({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31000 }),
    );
    for (const port of [10250, 10256, 31000]) {
      expect(Object.keys(ways(state, 'outside', `http://node/worker:${port}/`))).toEqual([
        'process-on-entry-node',
      ]);
    }
  });
});

describe('UDP', () => {
  const dns = (endpoints: object[], more: object = {}) =>
    cluster(
      'nftables',
      [
        ...kindNodes,
        ...pods,
        pod('dns', '10.244.0.2', 'control-plane', { ports: ['53/udp', '53'] }),
        service('dns', {
          type: 'NodePort',
          clusterIP: '10.96.0.10',
          ports: [{ name: 'dns', port: 53, nodePort: 30053, protocol: 'UDP' }],
        }),
        slice('dns', endpoints, { port: 53, portName: 'dns', protocol: 'UDP' }),
      ],
      more,
    );
  const onDns = endpoint('10.244.0.2', { node: 'control-plane', pod: 'dns' });
  const target = 'udp://svc/default/dns:53';

  it('goes the same way as TCP', () => {
    expect(ways(dns([onDns]), 'pod/default/client', target, { protocol: 'udp' })).toMatchObject({
      'pod-on-other-node': {
        request: [
          'client-pod.sent',
          'client-node.dnat 10.244.0.2:53',
          'client-node.routed',
          'pod-node.routed',
          'pod.delivered',
        ],
      },
    });
  });

  it('does not take the rules of TCP', () => {
    expect(
      ways(dns([onDns]), 'pod/default/client', target, { protocol: 'tcp' }).rejected?.request.at(-1),
    ).toBe('client-node.forward.rejected');
  });

  it('without endpoints is rejected', () => {
    expect(Object.keys(ways(dns([]), 'outside', 'udp://node/worker:30053', { protocol: 'udp' }))).toEqual([
      'rejected',
    ]);
  });

  it('where nothing listens the pod’s kernel answers port unreachable, un-NATed on the way', () => {
    const state = dns([onDns], { listening: { 'default/dns': [] } });
    expect(ways(state, 'outside', 'udp://node/worker:30053', { protocol: 'udp' })).toMatchObject({
      'pod-on-other-node-reset': {
        reply: [
          'pod.sent',
          'pod-node.routed',
          'entry-node.un-snat 172.18.0.9',
          'entry-node.routed',
          'entry-node.un-dnat 172.18.0.2',
          'client.delivered',
        ],
        ends: ['reset', 'delivered'],
      },
    });
  });
});
