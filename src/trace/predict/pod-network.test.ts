import { describe, expect, it } from 'vitest';
import { predict } from './predict.ts';
import { parseClient, parseTarget } from './probe.ts';
import { defaultKubeProxy, type PodNetwork } from './state/settings.ts';
import { loadState } from './state/state.ts';
import { nodePortCart, onB, podB } from './testdata/cart.ts';
import { endpoint } from './testdata/objects.ts';
import { outside, waysOf } from './testdata/ways.ts';

const asked = (podNetwork: PodNetwork, from: string, target: string, endpoints = [onB]) => {
  const state = loadState({
    lists: [nodePortCart({}, endpoints)],
    kubeProxy: defaultKubeProxy('iptables', ['10.244.0.0/16']),
    podNetwork,
  });
  const client = from === 'outside' ? outside : parseClient(from);
  return predict(state, { protocol: 'tcp', client, target: parseTarget(target), text: target });
};

describe('who gets another source address on the way out', () => {
  const toNode = (masquerade: PodNetwork['masquerade']) => {
    const traces = asked({ masquerade, podSubnets: [] }, 'pod/default/client', 'http://node/worker2:30080/');
    return Object.values(waysOf(traces))[0]?.request[2];
  };

  it('kindnet: all that does not go to a pod', () => {
    expect(toNode('except-to-pods')).toBe('client-node.snat 172.18.0.2');
  });

  it('a rule for what pods send elsewhere does the same for a pod', () => {
    expect(toNode('pods-to-elsewhere')).toBe('client-node.snat 172.18.0.2');
  });

  it('but not for an outside client on its way through', () => {
    const through = (masquerade: PodNetwork['masquerade']) => {
      const target = 'http://10.96.0.9:80/';
      const state = loadState({
        lists: [nodePortCart({}, [endpoint('172.18.0.77')])],
        kubeProxy: { ...defaultKubeProxy('iptables', []) },
        podNetwork: { masquerade, podSubnets: [] },
      });
      const probe = {
        protocol: 'tcp',
        client: outside,
        target: parseTarget(target),
        text: target,
        entryNodes: ['worker'],
      } as const;
      return Object.values(waysOf(predict(state, probe)))[0]?.request.at(-1);
    };
    expect([through('except-to-pods'), through('pods-to-elsewhere')]).toEqual([
      'entry-node.snat 172.18.0.2',
      'entry-node.routed',
    ]);
  });

  it('nobody', () => {
    expect(toNode('none')).toBe('entry-node.marked');
  });
});

describe('routes that were read from the nodes', () => {
  /** Flannel with VXLAN: the other nodes' pods are behind flannel.1. */
  const flannel: PodNetwork = {
    masquerade: 'pods-to-elsewhere',
    podSubnets: ['10.244.0.0/16'],
    nodes: {
      worker: {
        routes: [
          { dst: 'default', dev: 'eth0', gateway: '172.18.0.1' },
          { dst: '10.244.2.0/24', dev: 'flannel.1', gateway: '10.244.2.0' },
          { dst: '10.244.1.0/24', dev: 'cni0' },
          { dst: '172.18.0.0/16', dev: 'eth0' },
        ],
        addresses: { eth0: ['172.18.0.2'], cni0: ['10.244.1.1'], 'flannel.1': ['10.244.1.0'] },
      },
    },
  };
  const request = asked(flannel, 'outside', 'http://node/worker:30080/')[0];

  it('give the source address: that of the interface towards the pod', () => {
    expect(waysOf(asked(flannel, 'outside', 'http://node/worker:30080/'))).toMatchObject({
      'pod-on-other-node': { sees: '10.244.1.0' },
    });
  });

  it('stand in the hop, with the gateway', () => {
    expect(request?.hops.find(({ action }) => action === 'routed')).toMatchObject({
      out: 'flannel.1',
      via: '10.244.2.0',
    });
  });

  it('the longest prefix wins', () => {
    const longer = {
      ...flannel.nodes?.worker,
      routes: [...(flannel.nodes?.worker?.routes ?? []), { dst: podB, dev: 'eth0', gateway: '172.18.0.4' }],
    };
    const changed = { ...flannel, nodes: { worker: longer } } as PodNetwork;
    const hops = asked(changed, 'outside', 'http://node/worker:30080/')[0]?.hops ?? [];
    expect(hops.map(({ place }) => place.name)).toContain('control-plane');
  });
});
