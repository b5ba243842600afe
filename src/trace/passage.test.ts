import { describe, expect, it } from 'vitest';
import type { Action, Role } from './hop.ts';
import { type Direction, hopIds, hopsOfPassage, type Passage, pathName } from './passage.ts';

const names = (direction: Direction, passage: Passage) =>
  hopsOfPassage(direction, passage).map(({ hook, action }) => `${hook}.${action}`);

describe('the hops of a namespace', () => {
  it.each<[string, Direction, Passage, string[]]>([
    ['a client sends', 'request', { kind: 'origin' }, ['output.sent']],
    [
      'a node asks a ClusterIP',
      'request',
      { kind: 'origin', marked: true, destination: true, source: true },
      ['output.sent', 'output.marked', 'output.dnat', 'postrouting.snat'],
    ],
    [
      'a NodePort is masqueraded',
      'request',
      { kind: 'forwarding', marked: true, destination: true, source: true },
      ['prerouting.marked', 'prerouting.dnat', 'forward.routed', 'postrouting.snat'],
    ],
    ['a second node passes it on', 'request', { kind: 'forwarding' }, ['forward.routed']],
    [
      'an answer is un-NATed on its way through',
      'reply',
      { kind: 'forwarding', destination: true, source: true },
      ['prerouting.un-snat', 'forward.routed', 'postrouting.un-dnat'],
    ],
    [
      'an answer is un-NATed where it ends',
      'reply',
      { kind: 'ending', destination: true, source: true },
      ['prerouting.un-snat', 'input.un-dnat', 'input.delivered'],
    ],
    [
      'a rule rejects at input',
      'request',
      { kind: 'ending', stopped: { hook: 'input', how: 'rejected' } },
      ['input.rejected'],
    ],
    [
      'a rule drops a translated packet at forward',
      'request',
      {
        kind: 'forwarding',
        marked: true,
        destination: true,
        source: true,
        stopped: { hook: 'forward', how: 'dropped' },
      },
      ['prerouting.marked', 'prerouting.dnat', 'forward.dropped'],
    ],
    [
      'a rule drops what a node sends',
      'request',
      { kind: 'origin', stopped: { hook: 'output', how: 'dropped' } },
      ['output.sent', 'output.dropped'],
    ],
  ])('%s', (_, direction, passage, expected) => {
    expect(names(direction, passage)).toEqual(expected);
  });
});

it('the second time through the same namespace is numbered', () => {
  const id = hopIds('request');
  const routed = { hook: 'forward', action: 'routed' } as const;
  expect([id('client-node', routed), id('entry-node', routed), id('client-node', routed)]).toEqual([
    'forward.client-node.forward.routed',
    'forward.entry-node.forward.routed',
    'forward.client-node.forward.routed.2',
  ]);
});

it.each([
  [['client.sent', 'entry-node.routed', 'pod.delivered'], 'delivered', 'pod-on-entry-node'],
  [['client.sent', 'entry-node.dnat', 'pod-node.routed', 'pod.delivered'], 'delivered', 'pod-on-other-node'],
  [['client-pod.sent', 'client-node.routed', 'pod.delivered'], 'reset', 'pod-on-client-node-reset'],
  [['client-pod.sent', 'client-node.routed', 'client-pod.delivered'], 'delivered', 'hairpin'],
  [['client-pod.sent', 'client-pod.delivered'], 'delivered', 'same-pod'],
  [['client.sent', 'entry-node.dnat', 'entry-node.delivered'], 'delivered', 'host-network-on-entry-node'],
  [['client.sent', 'entry-node.delivered'], 'reset', 'process-on-entry-node-reset'],
  [['client.sent', 'entry-node.rejected'], 'rejected', 'rejected'],
] as const)('the path %j, %s, is called %s', (hops, end, name) => {
  const path = hops.map((hop) => {
    const [role, action] = hop.split('.') as [Role, Action];
    return { place: { role, name: role }, action };
  });
  expect(pathName(path, end)).toBe(name);
});
