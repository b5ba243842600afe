import { describe, expect, it } from 'vitest';
import { cart, nodePortCart, onA, onB, podA, podB } from './testdata/cart.ts';
import { cluster } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const modes = ['iptables', 'nftables'] as const;
const worker = 'http://node/worker:30080/';
const controlPlane = 'http://node/control-plane:30080/';

describe.each(modes)('a NodePort in %s mode', (mode) => {
  const state = cluster(mode, nodePortCart());

  it('the pod sees the node’s address when it is on another node, and the node end of the pod network when on the same', () => {
    const found = ways(state, 'outside', worker);
    expect(found['pod-on-entry-node']).toMatchObject({
      request: [
        'client.sent',
        'entry-node.marked',
        `entry-node.dnat ${podA}:8080`,
        'entry-node.routed',
        'entry-node.snat 10.244.1.1',
        'pod.delivered',
      ],
      sees: '10.244.1.1',
    });
    expect(found['pod-on-other-node']).toMatchObject({
      request: [
        'client.sent',
        'entry-node.marked',
        `entry-node.dnat ${podB}:8080`,
        'entry-node.routed',
        'entry-node.snat 172.18.0.2',
        'pod-node.routed',
        'pod.delivered',
      ],
      sees: '172.18.0.2',
    });
  });

  it('a node without a pod answers too; the two pods are one path with a set', () => {
    expect(ways(state, 'outside', controlPlane)).toMatchObject({
      'pod-on-other-node': {
        request: expect.arrayContaining([`entry-node.dnat ${podA}|${podB}:8080`]),
        sees: '172.18.0.4',
      },
    });
  });

  it('a pod asks its own node: marked and masqueraded there', () => {
    expect(ways(state, 'pod/default/client', worker)).toMatchObject({
      'pod-on-client-node': { sees: '10.244.1.1' },
      'pod-on-other-node': { sees: '172.18.0.2' },
    });
  });

  it('a pod asks another node: its own node masquerades first, because a node is not in the pod network', () => {
    const found = ways(state, 'pod/default/client', 'http://node/worker2:30080/');
    expect(found['pod-on-entry-node']).toEqual({
      request: [
        'client-pod.sent',
        'client-node.routed',
        'client-node.snat 172.18.0.2',
        'entry-node.marked',
        `entry-node.dnat ${podB}:8080`,
        'entry-node.routed',
        'entry-node.snat 10.244.2.1',
        'pod.delivered',
      ],
      reply: [
        'pod.sent',
        'entry-node.un-snat 172.18.0.2:*',
        'entry-node.routed',
        'entry-node.un-dnat 172.18.0.3:30080',
        'client-node.un-snat 10.244.1.9:*',
        'client-node.routed',
        'client-pod.delivered',
      ],
      ends: ['delivered', 'delivered'],
      sees: '10.244.2.1',
    });
  });

  it('and when the chosen pod is back on its own node, the packet comes through that node twice', () => {
    const found = ways(state, 'pod/default/client', 'http://node/worker2:30080/');
    expect(found['pod-on-client-node']).toMatchObject({
      request: [
        'client-pod.sent',
        'client-node.routed',
        'client-node.snat 172.18.0.2',
        'entry-node.marked',
        `entry-node.dnat ${podA}:8080`,
        'entry-node.routed',
        'entry-node.snat 172.18.0.3',
        'client-node.routed.2',
        'pod.delivered',
      ],
      sees: '172.18.0.3',
    });
  });

  it('a node asks itself: marked at output', () => {
    expect(ways(state, 'node/worker', worker)['pod-on-client-node']).toMatchObject({
      request: [
        'client-node.sent',
        'client-node.marked',
        `client-node.dnat ${podA}:8080`,
        'client-node.snat 10.244.1.1',
        'pod.delivered',
      ],
    });
  });

  it('a node asks another node: nothing happens at home', () => {
    expect(ways(state, 'node/worker', controlPlane)).toMatchObject({
      'pod-on-client-node': {
        request: [
          'client-node.sent',
          'entry-node.marked',
          `entry-node.dnat ${podA}:8080`,
          'entry-node.routed',
          'entry-node.snat 172.18.0.4',
          'client-node.routed',
          'pod.delivered',
        ],
      },
    });
  });

  it('without endpoints it is rejected at input, also when a node asks itself', () => {
    const empty = cluster(mode, nodePortCart({}, []));
    expect(ways(empty, 'outside', worker)).toMatchObject({
      rejected: {
        request: ['client.sent', 'entry-node.input.rejected'],
        reply: ['entry-node.sent', 'client.delivered'],
      },
    });
    expect(ways(empty, 'node/worker', worker).rejected).toMatchObject({
      request: ['client-node.sent', 'client-node.input.rejected'],
      reply: ['client-node.sent', 'client-node.delivered'],
    });
  });

  it('the refusal of another node reaches the pod through its own node', () => {
    const empty = cluster(mode, nodePortCart({}, []));
    expect(ways(empty, 'pod/default/client', 'http://node/worker2:30080/').rejected).toMatchObject({
      request: [
        'client-pod.sent',
        'client-node.routed',
        'client-node.snat 172.18.0.2',
        'entry-node.input.rejected',
      ],
      reply: [
        'entry-node.sent',
        'client-node.un-snat 10.244.1.9',
        'client-node.routed',
        'client-pod.delivered',
      ],
    });
  });

  it('a port that no Service has is reset by the node', () => {
    expect(ways(state, 'outside', 'http://node/worker:30999/')).toMatchObject({
      'process-on-entry-node-reset': {
        request: ['client.sent', 'entry-node.delivered'],
        ends: ['reset', 'delivered'],
      },
    });
  });

  it('allocateLoadBalancerNodePorts: false leaves no port', () => {
    const none = cluster(
      mode,
      cart({
        type: 'LoadBalancer',
        allocateLoadBalancerNodePorts: false,
        ports: [{ port: 80, protocol: 'TCP' }],
      }),
    );
    expect(Object.keys(ways(none, 'outside', worker))).toEqual(['process-on-entry-node-reset']);
  });
});

describe('which addresses of a node answer', () => {
  const asks = (mode: 'iptables' | 'nftables', ip: string, more: Parameters<typeof cluster>[2] = {}) =>
    Object.keys(
      ways(
        cluster(mode, nodePortCart({}, [onA]), more),
        'node/worker',
        `http://${ip.includes(':') ? `[${ip}]` : ip}:30080/`,
      ),
    );
  const yes = ['pod-on-client-node'];
  const no = ['process-on-client-node-reset'];

  it.each([
    ['its own address', '172.18.0.2', yes, yes],
    ['its end of the pod network', '10.244.1.1', yes, no],
    ['127.0.0.1', '127.0.0.1', yes, no],
  ])('%s', (_, ip, iptables, nftables) => {
    expect([asks('iptables', ip), asks('nftables', ip)]).toEqual([iptables, nftables]);
  });

  it('localhostNodePorts: false takes 127.0.0.1 away from iptables mode', () => {
    expect(asks('iptables', '127.0.0.1', { localhostNodePorts: false })).toEqual(no);
  });

  it('nodePortAddresses can narrow iptables mode and widen nftables mode, but not to localhost', () => {
    expect(asks('iptables', '10.244.1.1', { nodePortAddresses: ['primary'] })).toEqual(no);
    expect(asks('nftables', '10.244.1.1', { nodePortAddresses: ['all'] })).toEqual(yes);
    expect(asks('nftables', '127.0.0.1', { nodePortAddresses: ['all', 'localhost'] })).toEqual(no);
  });

  it('::1 never answers', () => {
    expect([asks('iptables', '::1'), asks('nftables', '::1')]).toEqual([no, no]);
  });

  it('from 127.0.0.1 the pod sees the interface’s address', () => {
    const found = ways(cluster('iptables', nodePortCart()), 'node/worker', 'http://127.0.0.1:30080/');
    expect([found['pod-on-client-node']?.sees, found['pod-on-other-node']?.sees]).toEqual([
      '10.244.1.1',
      '172.18.0.2',
    ]);
  });
});

it('a port that is asked by many nodes is the same path on each', () => {
  const state = cluster('nftables', nodePortCart({}, [onA, onB]));
  for (const node of ['worker', 'worker2']) {
    expect(Object.keys(ways(state, 'outside', `http://node/${node}:30080/`)).sort()).toEqual([
      'pod-on-entry-node',
      'pod-on-other-node',
    ]);
  }
});
