import { describe, expect, it } from 'vitest';
import { cart, onA, onB, podA, podB } from './testdata/cart.ts';
import { cluster } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const modes = ['iptables', 'nftables'] as const;
const ip = '172.18.200.10';
const url = 'http://lb/default/cart:80/';
const loadBalancer = (
  spec: object = {},
  endpoints: readonly object[] = [onA, onB],
  ingress: object[] = [{ ip }],
) =>
  cart(
    { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }], ...spec },
    endpoints,
    { status: { loadBalancer: { ingress } } },
  );

describe.each(modes)('a load balancer IP in %s mode', (mode) => {
  it('from outside it comes in by any node that load balancers may use, or by the one that announces it', () => {
    const state = cluster(mode, loadBalancer({}, [onA]));
    const anywhere = ways(state, 'outside', url);
    expect(Object.keys(anywhere).sort()).toEqual(['pod-on-entry-node', 'pod-on-other-node']);
    expect(anywhere['pod-on-other-node']?.sees).toBe('172.18.0.3');
    expect(Object.keys(ways(state, 'outside', url, { entryNodes: ['worker2'] }))).toEqual([
      'pod-on-other-node',
    ]);
  });

  it('from a pod it never leaves the node: the rules know it', () => {
    expect(ways(cluster(mode, loadBalancer({}, [onB])), 'pod/default/client', url)).toMatchObject({
      'pod-on-other-node': {
        request: [
          'client-pod.sent',
          'client-node.marked',
          `client-node.dnat ${podB}:8080`,
          'client-node.routed',
          'client-node.snat 172.18.0.2',
          'pod-node.routed',
          'pod.delivered',
        ],
        reply: expect.arrayContaining([`client-node.un-dnat ${ip}:80`]),
      },
    });
  });

  it('under Local a pod takes the short circuit and keeps its address', () => {
    const state = cluster(mode, loadBalancer({ externalTrafficPolicy: 'Local' }, [onB]));
    expect(ways(state, 'pod/default/client', url)).toMatchObject({
      'pod-on-other-node': { sees: '10.244.1.9' },
    });
    expect(ways(state, 'node/worker', url)).toMatchObject({ 'pod-on-other-node': { sees: '172.18.0.2' } });
  });

  it('under Local a node without a pod drops at forward, because the IP is not its own', () => {
    const state = cluster(mode, loadBalancer({ externalTrafficPolicy: 'Local' }, [onB]));
    expect(ways(state, 'outside', url, { entryNodes: ['worker'] }).dropped?.request).toEqual([
      'client.sent',
      'entry-node.forward.dropped',
    ]);
  });

  it('without endpoints it is rejected at forward', () => {
    const state = cluster(mode, loadBalancer({}, []));
    expect(ways(state, 'outside', url, { entryNodes: ['worker'] }).rejected).toMatchObject({
      request: ['client.sent', 'entry-node.forward.rejected'],
      reply: ['entry-node.sent', 'client.delivered'],
    });
  });

  it('with ipMode Proxy the rules leave it alone: the packet goes to the load balancer', () => {
    const state = cluster(mode, loadBalancer({}, [onA, onB], [{ ip, ipMode: 'Proxy' }]));
    expect(ways(state, 'pod/default/client', url)).toMatchObject({
      'outside-endpoint': {
        request: ['client-pod.sent', 'client-node.routed', 'client-node.snat 172.18.0.2'],
        ends: ['delivered', 'delivered'],
      },
    });
    expect(ways(state, 'outside', url)).toMatchObject({ 'outside-endpoint': { request: ['client.sent'] } });
    expect(Object.keys(ways(state, 'outside', 'http://node/worker:30080/'))).toContain('pod-on-entry-node');
  });

  it('without an address there is no path', () => {
    expect(ways(cluster(mode, loadBalancer({}, [onA], [])), 'outside', url)).toEqual({
      'no-path': { request: [], reply: [], ends: ['no-path', 'unanswered'], sees: '' },
    });
  });

  it('loadBalancerSourceRanges do not cover the NodePort', () => {
    const state = cluster(mode, loadBalancer({ loadBalancerSourceRanges: ['192.0.2.0/24'] }, [onA]));
    expect(Object.keys(ways(state, 'outside', 'http://node/worker:30080/'))).toEqual(['pod-on-entry-node']);
  });
});

describe('loadBalancerSourceRanges', () => {
  const ranged = (mode: 'iptables' | 'nftables', ranges: string[], endpoints: object[] = [onA]) =>
    cluster(mode, loadBalancer({ loadBalancerSourceRanges: ranges }, endpoints));
  const last = (mode: 'iptables' | 'nftables', from: string, ranges: string[], endpoints?: object[]) =>
    Object.values(
      ways(ranged(mode, ranges, endpoints), from, url, { entryNodes: ['worker'] }),
    )[0]?.request.at(-1);

  it('let in who is in them', () => {
    for (const mode of modes) expect(last(mode, 'outside', ['172.18.0.0/24'])).toBe('pod.delivered');
  });

  it('stop others: before DNAT in nftables mode, after it at forward in iptables mode', () => {
    expect([
      last('iptables', 'outside', ['192.0.2.0/24']),
      last('nftables', 'outside', ['192.0.2.0/24']),
    ]).toEqual(['entry-node.forward.dropped', 'entry-node.prerouting.dropped']);
  });

  it('hold for pods and nodes as well', () => {
    expect([
      last('iptables', 'pod/default/client', ['172.18.0.0/24']),
      last('nftables', 'pod/default/client', ['172.18.0.0/24']),
    ]).toEqual(['client-node.forward.dropped', 'client-node.prerouting.dropped']);
    expect([
      last('iptables', 'node/worker', ['192.0.2.0/24']),
      last('nftables', 'node/worker', ['192.0.2.0/24']),
    ]).toEqual(['client-node.output.dropped', 'client-node.output.dropped']);
  });

  it('without endpoints iptables mode rejects everybody, nftables mode still drops who may not pass', () => {
    expect([
      last('iptables', 'outside', ['192.0.2.0/24'], []),
      last('nftables', 'outside', ['192.0.2.0/24'], []),
    ]).toEqual(['entry-node.forward.rejected', 'entry-node.prerouting.dropped']);
  });
});

describe.each(modes)('an external IP in %s mode', (mode) => {
  const external = (ips: string[], endpoints: object[] = [onA], spec: object = {}) =>
    cluster(mode, cart({ externalIPs: ips, ...spec }, endpoints));

  it('that nobody has is known to every node', () => {
    const target = 'http://172.18.0.99:80/';
    expect(ways(external(['172.18.0.99']), 'pod/default/client2', target)).toMatchObject({
      'pod-on-other-node': { sees: '172.18.0.3' },
    });
    expect(ways(external(['172.18.0.99']), 'outside', target, { entryNodes: ['worker'] })).toMatchObject({
      'pod-on-entry-node': {
        request: expect.arrayContaining(['entry-node.marked', `entry-node.dnat ${podA}:8080`]),
      },
    });
  });

  it('that is a node’s own comes in there, and is rejected at input', () => {
    const target = 'http://172.18.0.3:80/';
    expect(ways(external(['172.18.0.3']), 'outside', target)).toMatchObject({
      'pod-on-other-node': { sees: '172.18.0.3' },
    });
    expect(ways(external(['172.18.0.3'], []), 'outside', target).rejected?.request).toEqual([
      'client.sent',
      'entry-node.input.rejected',
    ]);
  });

  it('under Local a pod takes the short circuit', () => {
    const state = external(['172.18.0.99'], [onA], { externalTrafficPolicy: 'Local' });
    expect(ways(state, 'pod/default/client2', 'http://172.18.0.99:80/')).toMatchObject({
      'pod-on-other-node': { sees: '10.244.2.9' },
    });
  });

  it('with the feature gate off no rule knows it', () => {
    const state = cluster(mode, cart({ externalIPs: ['172.18.0.99'] }), { externalIPs: false });
    expect(Object.keys(ways(state, 'pod/default/client', 'http://172.18.0.99:80/'))).toEqual([
      'outside-endpoint',
    ]);
  });
});

describe('an external IP without endpoints, asked by a node', () => {
  const asked = (mode: 'iptables' | 'nftables') =>
    ways(cluster(mode, cart({ externalIPs: ['172.18.0.99'] }, [])), 'node/worker', 'http://172.18.0.99:80/');

  it('is rejected at output in nftables mode', () => {
    expect(asked('nftables').rejected?.request.at(-1)).toBe('client-node.output.rejected');
  });

  it('meets no filter rule at output in iptables mode, and leaves', () => {
    expect(asked('iptables').dropped?.request).toEqual(['client-node.sent']);
  });
});
