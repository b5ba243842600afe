import { describe, expect, it } from 'vitest';
import { cart, clientPod, nodePortCart, onA, onB, podA, podB, pods } from './testdata/cart.ts';
import { cluster, endpoint, kindNodes, pod, service, slice } from './testdata/objects.ts';
import { ways } from './testdata/ways.ts';

const modes = ['iptables', 'nftables'] as const;
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
    expect(Object.keys(found)).toEqual(['pod-on-client-node-reset', 'pod-on-client-node']);
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

  it('can lead back to the client outside', () => {
    expect(Object.keys(ways(byHand('172.18.0.9'), 'outside', 'http://node/worker:30080/'))).toEqual([
      'client-is-endpoint',
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
    expect(names(wrong(['8080']))).toEqual(['pod-on-client-node-reset', 'pod-on-client-node']);
    expect(names(wrong(['9999']))).toEqual(['pod-on-client-node']);
    expect(names(wrong(undefined))).toEqual(['pod-on-client-node']);
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

it('without kube-proxy no rule knows a Service, and pods still reach each other', () => {
  const state = cluster('none', cart());
  expect(Object.keys(ways(state, 'pod/default/client', url))).toEqual(['dropped']);
  expect(Object.keys(ways(state, 'pod/default/client', `http://${podB}:8080/`))).toEqual([
    'pod-on-other-node',
  ]);
});
