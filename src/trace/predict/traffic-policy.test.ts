import { describe, expect, it } from 'vitest';
import { cart, nodePortCart, onA, onB, podA, podB } from './testdata/cart.ts';
import { cluster, endpoint } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const modes = ['iptables', 'nftables'] as const;
const at = (node: string) => `http://node/${node}:30080/`;
const url = 'http://svc/default/cart:80/';

describe.each(modes)('externalTrafficPolicy Local in %s mode', (mode) => {
  const local = cluster(mode, nodePortCart({ externalTrafficPolicy: 'Local' }, [onA]));

  it('a node with a pod keeps the client’s address', () => {
    expect(ways(local, 'outside', at('worker'))).toEqual({
      'pod-on-entry-node': {
        request: ['client.sent', `entry-node.dnat ${podA}:8080`, 'entry-node.routed', 'pod.delivered'],
        reply: ['pod.sent', 'entry-node.routed', 'entry-node.un-dnat 172.18.0.2:30080', 'client.delivered'],
        ends: ['delivered', 'delivered'],
        sees: '172.18.0.9',
      },
    });
  });

  it('a node without a pod drops at input', () => {
    expect(ways(local, 'outside', at('worker2'))).toEqual({
      dropped: {
        request: ['client.sent', 'entry-node.input.dropped'],
        reply: [],
        ends: ['dropped', 'unanswered'],
        sees: '172.18.0.9',
      },
    });
  });

  it('without any endpoint every node rejects', () => {
    const empty = cluster(mode, nodePortCart({ externalTrafficPolicy: 'Local' }, []));
    expect(ways(empty, 'outside', at('worker')).rejected?.request).toEqual([
      'client.sent',
      'entry-node.input.rejected',
    ]);
  });

  it('a pod that asks its own node takes the short circuit to any endpoint, unmarked', () => {
    const both = cluster(mode, nodePortCart({ externalTrafficPolicy: 'Local' }, [onB]));
    expect(ways(both, 'pod/default/client', at('worker'))).toMatchObject({
      'pod-on-other-node': {
        request: [
          'client-pod.sent',
          `client-node.dnat ${podB}:8080`,
          'client-node.routed',
          'pod-node.routed',
          'pod.delivered',
        ],
        sees: '10.244.1.9',
      },
    });
  });

  it('a pod that asks another node comes with its node’s address, which is nobody’s pod: dropped without a pod there', () => {
    expect(ways(local, 'pod/default/client', at('worker2')).dropped?.request).toEqual([
      'client-pod.sent',
      'client-node.routed',
      'client-node.snat 172.18.0.2',
      'entry-node.input.dropped',
    ]);
  });

  it('a node that asks itself takes the short circuit too, masqueraded', () => {
    expect(ways(local, 'node/worker2', at('worker2'))).toMatchObject({
      'pod-on-other-node': {
        request: [
          'client-node.sent',
          'client-node.marked',
          `client-node.dnat ${podA}:8080`,
          'client-node.snat 172.18.0.3',
          'pod-node.routed',
          'pod.delivered',
        ],
      },
    });
  });

  it('a node that asks another node without a pod is dropped', () => {
    expect(Object.keys(ways(local, 'node/worker', at('worker2')))).toEqual(['dropped']);
  });

  it('the ClusterIP of the Service is not affected', () => {
    expect(Object.keys(ways(local, 'pod/default/client2', url))).toEqual(['pod-on-other-node']);
  });

  it('a terminating pod that still serves is used when it is the last of its node', () => {
    const dying = endpoint(podA, {
      node: 'worker',
      pod: 'cart-a',
      ready: false,
      serving: true,
      terminating: true,
    });
    const state = cluster(mode, nodePortCart({ externalTrafficPolicy: 'Local' }, [dying, onB]));
    expect(Object.keys(ways(state, 'outside', at('worker')))).toEqual(['pod-on-entry-node']);
    expect(ways(state, 'pod/default/client', url)).toMatchObject({ 'pod-on-other-node': {} });
  });
});

describe.each(modes)('internalTrafficPolicy Local in %s mode', (mode) => {
  const state = cluster(mode, nodePortCart({ internalTrafficPolicy: 'Local' }, [onA]));

  it('uses the pod of the client’s node', () => {
    expect(Object.keys(ways(state, 'pod/default/client', url))).toEqual(['pod-on-client-node']);
  });

  it('drops at forward where there is none, at output for a node', () => {
    expect(ways(state, 'pod/default/client2', url).dropped?.request).toEqual([
      'client-pod.sent',
      'client-node.forward.dropped',
    ]);
    expect(ways(state, 'node/worker2', url).dropped?.request.at(-1)).toBe('client-node.output.dropped');
  });

  it('does not touch NodePorts', () => {
    expect(Object.keys(ways(state, 'outside', at('worker2')))).toEqual(['pod-on-other-node']);
  });

  it('without any endpoint it rejects', () => {
    const empty = cluster(mode, cart({ internalTrafficPolicy: 'Local' }, []));
    expect(Object.keys(ways(empty, 'pod/default/client', url))).toEqual(['rejected']);
  });
});

describe('which endpoints', () => {
  const reach = (endpoints: object[], from = 'pod/default/client') => {
    const found = ways(cluster('iptables', cart({}, endpoints)), from, url);
    return Object.values(found).flatMap(({ request }) => request.filter((hop) => hop.includes('dnat')));
  };

  it('not the ones that are not ready', () => {
    expect(reach([endpoint(podA, { node: 'worker', ready: false }), onB])).toEqual([
      `client-node.dnat ${podB}:8080`,
    ]);
  });

  it('with publishNotReadyAddresses the slice says ready, and they are', () => {
    expect(reach([endpoint(podA, { node: 'worker', ready: true, serving: false }), onB])).toHaveLength(2);
  });

  it('with hints for each node, the client’s own (trafficDistribution PreferSameNode)', () => {
    const hinted = [
      endpoint(podA, { node: 'worker', nodes: ['worker'] }),
      endpoint(podB, { node: 'worker2', nodes: ['worker2'] }),
    ];
    expect(reach(hinted)).toEqual([`client-node.dnat ${podA}:8080`]);
    expect(reach(hinted, 'pod/default/client2')).toEqual([`client-node.dnat ${podB}:8080`]);
  });

  it('with hints for each zone, the zone of the client’s node (PreferSameZone)', () => {
    const hinted = [
      endpoint(podA, { node: 'worker', zones: ['a'] }),
      endpoint(podB, { node: 'worker2', zones: ['b'] }),
    ];
    expect(reach(hinted, 'pod/default/client2')).toEqual([`client-node.dnat ${podB}:8080`]);
  });
});
