import { describe, expect, it } from 'vitest';
import { clientPod, nodePortCart, podA } from './testdata/cart.ts';
import { cluster, endpoint, pod } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const modes = ['iptables', 'nftables'] as const;
const url = 'http://svc/default/cart:80/';

describe.each(modes)('an endpoint with hostNetwork in %s mode', (mode) => {
  const host = pod('host', '172.18.0.3', 'worker2', { hostNetwork: true, ports: ['8080'] });
  const state = cluster(mode, [
    ...nodePortCart({}, [endpoint('172.18.0.3', { node: 'worker2', pod: 'host' })]),
    host,
  ]);

  it('on the node that was asked sees the client itself: there is no way out that masquerades', () => {
    expect(ways(state, 'outside', 'http://node/worker2:30080/')).toEqual({
      'host-network-on-entry-node': {
        request: [
          'client.sent',
          'entry-node.marked',
          'entry-node.dnat 172.18.0.3:8080',
          'entry-node.delivered',
        ],
        reply: ['entry-node.sent', 'entry-node.un-dnat 172.18.0.3:30080', 'client.delivered'],
        ends: ['delivered', 'delivered'],
        sees: '172.18.0.9',
      },
    });
  });

  it('on another node sees the node that was asked', () => {
    expect(ways(state, 'outside', 'http://node/worker:30080/')).toMatchObject({
      'host-network-on-other-node': {
        request: expect.arrayContaining(['pod-node.delivered']),
        sees: '172.18.0.2',
      },
    });
  });

  it('sees a pod of another node with that node’s address: the pod network masquerades what goes to a node', () => {
    expect(ways(state, 'pod/default/client', url)).toMatchObject({
      'host-network-on-other-node': {
        request: [
          'client-pod.sent',
          'client-node.dnat 172.18.0.3:8080',
          'client-node.routed',
          'client-node.snat 172.18.0.2',
          'pod-node.delivered',
        ],
        reply: [
          'pod-node.sent',
          `client-node.un-snat ${clientPod}:*`,
          'client-node.routed',
          'client-node.un-dnat 10.96.0.9:80',
          'client-pod.delivered',
        ],
      },
    });
  });

  it('sees a pod of its own node as it is', () => {
    expect(ways(state, 'pod/default/client2', url)).toMatchObject({
      'host-network-on-client-node': {
        request: ['client-pod.sent', 'client-node.dnat 172.18.0.3:8080', 'client-node.delivered'],
        reply: ['client-node.sent', 'client-node.un-dnat 10.96.0.9:80', 'client-pod.delivered'],
        sees: '10.244.2.9',
      },
    });
  });

  it('asked by its own node: over loopback, masqueraded to the node’s address', () => {
    expect(ways(state, 'node/worker2', url)).toMatchObject({
      'host-network-on-client-node': {
        request: [
          'client-node.sent',
          'client-node.marked',
          'client-node.dnat 172.18.0.3:8080',
          'client-node.snat 172.18.0.3',
          'client-node.delivered',
        ],
        reply: [
          'client-node.sent',
          'client-node.un-snat 172.18.0.3:*',
          'client-node.un-dnat 10.96.0.9:80',
          'client-node.delivered',
        ],
      },
    });
  });

  it('a pod with hostNetwork asks as its node', () => {
    expect(ways(state, 'pod/default/host', `http://${podA}:8080/`)).toMatchObject({
      'pod-on-other-node': { sees: '172.18.0.3' },
    });
  });
});
