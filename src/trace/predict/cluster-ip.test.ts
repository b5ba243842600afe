import { describe, expect, it } from 'vitest';
import { cart, clientPod, clusterIP, onA, podA, podB } from './testdata/cart.ts';
import { cluster } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const modes = ['iptables', 'nftables'] as const;
const url = 'http://svc/default/cart:80/';

describe.each(modes)('a ClusterIP in %s mode', (mode) => {
  const state = cluster(mode, cart());

  it('from a pod: DNAT on its own node, the source is kept', () => {
    expect(ways(state, 'pod/default/client', url)).toEqual({
      'pod-on-client-node': {
        request: ['client-pod.sent', `client-node.dnat ${podA}:8080`, 'client-node.routed', 'pod.delivered'],
        reply: [
          'pod.sent',
          'client-node.routed',
          `client-node.un-dnat ${clusterIP}:80`,
          'client-pod.delivered',
        ],
        ends: ['delivered', 'delivered'],
        sees: clientPod,
      },
      'pod-on-other-node': {
        request: [
          'client-pod.sent',
          `client-node.dnat ${podB}:8080`,
          'client-node.routed',
          'pod-node.routed',
          'pod.delivered',
        ],
        reply: [
          'pod.sent',
          'pod-node.routed',
          'client-node.routed',
          `client-node.un-dnat ${clusterIP}:80`,
          'client-pod.delivered',
        ],
        ends: ['delivered', 'delivered'],
        sees: clientPod,
      },
    });
  });

  it('from a node: masqueraded, because a node’s address is not one of the pod network', () => {
    const found = ways(state, 'node/worker', url);
    expect(found['pod-on-other-node']).toEqual({
      request: [
        'client-node.sent',
        'client-node.marked',
        `client-node.dnat ${podB}:8080`,
        'client-node.snat 172.18.0.2',
        'pod-node.routed',
        'pod.delivered',
      ],
      reply: [
        'pod.sent',
        'pod-node.routed',
        'client-node.un-snat 172.18.0.2:*',
        `client-node.un-dnat ${clusterIP}:80`,
        'client-node.delivered',
      ],
      ends: ['delivered', 'delivered'],
      sees: '172.18.0.2',
    });
    expect(found['pod-on-client-node']?.sees).toBe('10.244.1.1');
  });

  it('from outside it has no way in, unless the client has a route', () => {
    expect(ways(state, 'outside', url)).toMatchObject({
      dropped: { request: ['client.sent'], ends: ['dropped', 'unanswered'] },
    });
    expect(ways(state, 'outside', url, { entryNodes: ['worker'] })).toMatchObject({
      'pod-on-entry-node': { sees: '10.244.1.1' },
      'pod-on-other-node': { sees: '172.18.0.2' },
    });
  });

  it('without endpoints it is rejected where it meets the node’s filter rules', () => {
    const empty = cluster(mode, cart({}, []));
    expect(ways(empty, 'pod/default/client', url)).toEqual({
      rejected: {
        request: ['client-pod.sent', 'client-node.forward.rejected'],
        reply: ['client-node.sent', 'client-pod.delivered'],
        ends: ['rejected', 'delivered'],
        sees: clientPod,
      },
    });
  });

  it('sessionAffinity changes the rules, not the way', () => {
    const sticky = cluster(mode, cart({ sessionAffinity: 'ClientIP' }));
    expect(ways(sticky, 'pod/default/client', url)).toEqual(ways(state, 'pod/default/client', url));
  });

  it('masqueradeAll marks what pods send too', () => {
    const all = cluster(mode, cart(), { masqueradeAll: true });
    expect(ways(all, 'pod/default/client', url)['pod-on-other-node']?.sees).toBe('172.18.0.2');
  });

  it('without a cluster CIDR kube-proxy can’t tell pods from others and marks nothing', () => {
    const blind = cluster(mode, cart(), { clusterCIDRs: [] });
    expect(ways(blind, 'node/worker', url)['pod-on-other-node']?.request).not.toContain('client-node.marked');
  });
});

describe('a pod that asks its own Service and meets itself', () => {
  const own = [onA];

  it('is marked by its endpoint’s chain in iptables mode', () => {
    expect(ways(cluster('iptables', cart({}, own)), 'pod/default/cart-a', url)).toEqual({
      hairpin: {
        request: [
          'client-pod.sent',
          'client-node.marked',
          `client-node.dnat ${podA}:8080`,
          'client-node.routed',
          'client-node.snat 10.244.1.1',
          'client-pod.delivered',
        ],
        reply: [
          'client-pod.sent',
          `client-node.un-snat ${podA}:*`,
          'client-node.routed',
          `client-node.un-dnat ${clusterIP}:80`,
          'client-pod.delivered',
        ],
        ends: ['delivered', 'delivered'],
        sees: '10.244.1.1',
      },
    });
  });

  it('is masqueraded by set hairpin-connections in nftables mode, without a mark', () => {
    const { hairpin } = ways(cluster('nftables', cart({}, own)), 'pod/default/cart-a', url);
    expect(hairpin?.request).toEqual([
      'client-pod.sent',
      `client-node.dnat ${podA}:8080`,
      'client-node.routed',
      'client-node.snat 10.244.1.1',
      'client-pod.delivered',
    ]);
  });

  it('can meet itself or the other pod', () => {
    expect(Object.keys(ways(cluster('nftables', cart()), 'pod/default/cart-a', url))).toEqual([
      'hairpin',
      'pod-on-other-node',
    ]);
  });
});

describe('a node asks a ClusterIP that has no endpoints', () => {
  it('iptables mode rejects at output', () => {
    const state = cluster('iptables', cart({}, []));
    expect(ways(state, 'node/worker', url).rejected).toMatchObject({
      request: ['client-node.sent', 'client-node.output.rejected'],
      reply: ['client-node.sent', 'client-node.delivered'],
    });
  });

  it('nftables mode has marked it by then: the mark goes by the address alone', () => {
    const state = cluster('nftables', cart({}, []));
    expect(ways(state, 'node/worker', url).rejected?.request).toEqual([
      'client-node.sent',
      'client-node.marked',
      'client-node.output.rejected',
    ]);
  });
});

describe('a port that the Service does not define', () => {
  const odd = 'http://svc/default/cart:81/';

  it('may be rejected without a word where it would turn back: a redirect has used up what the kernel says at once', () => {
    const by = { entryNodes: ['worker'] };
    for (const mode of ['iptables', 'nftables'] as const) {
      const told = ways(cluster(mode, cart({}, [])), 'outside', url, by);
      expect(Object.values(told).map(({ ends }) => ends)).toEqual([
        ['rejected', 'delivered'],
        ['rejected', 'unanswered'],
      ]);
      expect(Object.keys(ways(cluster(mode, cart({}, [])), 'pod/default/client', url))).toEqual(['rejected']);
    }
  });

  it('is rejected in nftables mode', () => {
    const state = cluster('nftables', cart());
    expect(ways(state, 'pod/default/client', odd)).toMatchObject({
      rejected: {
        request: ['client-pod.sent', 'client-node.forward.rejected'],
        ends: ['rejected', 'delivered'],
      },
    });
    expect(ways(state, 'node/worker', odd).rejected?.request.at(-1)).toBe('client-node.output.rejected');
  });

  it('meets no rule in iptables mode and leaves by the default route, masqueraded by the pod network', () => {
    const state = cluster('iptables', cart());
    expect(ways(state, 'pod/default/client', odd)).toMatchObject({
      dropped: {
        request: ['client-pod.sent', 'client-node.routed', 'client-node.snat 172.18.0.2'],
        reply: [],
        ends: ['dropped', 'unanswered'],
      },
    });
    expect(ways(state, 'node/worker', odd).dropped?.request).toEqual(['client-node.sent']);
  });

  it('an address of the Service range that no Service has is dropped in nftables mode', () => {
    const unused = 'http://10.96.7.7:80/';
    expect(ways(cluster('nftables', cart()), 'pod/default/client', unused).dropped?.request.at(-1)).toBe(
      'client-node.forward.dropped',
    );
    expect(ways(cluster('iptables', cart()), 'pod/default/client', unused).dropped?.request.at(-1)).toBe(
      'client-node.snat 172.18.0.2',
    );
  });
});

it('an endpoint that no pod has any more gets the packet to its node and no further', () => {
  const gone = cluster('iptables', cart({}, [{ ...onA, addresses: ['10.244.2.77'], targetRef: undefined }]));
  expect(ways(gone, 'pod/default/client', url).dropped).toMatchObject({
    request: [
      'client-pod.sent',
      'client-node.dnat 10.244.2.77:8080',
      'client-node.routed',
      'pod-node.routed',
    ],
    ends: ['dropped', 'unanswered'],
  });
});
