/** The network between the nodes knows nothing of pods; whoever has the route can reach them. */
import { node, podUrl, rangeVia, type Steps, step } from './names.ts';

const when = { podNetwork: 'kindnet' as const };

export const outside: Steps = [
  {
    kind: 'probe',
    id: 'client-without-route',
    say: 'The client is on the same network as the nodes, and is none of them. It asks cart’s address:',
    when,
    from: 'client',
    url: podUrl('cart', 'clientip'),
    timeoutS: 2,
    checks: [
      {
        id: 'network-does-not-know-pods',
        claim:
          'The client is on the same network, but without the route it gets no answer from cart’s address (curl exit 28).',
        value: step('client-without-route', 'value.exit'),
        expect: { equals: 28 },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'change',
    id: 'client-gets-route',
    say: 'Now the one line that the nodes have:',
    when,
    commands: [
      {
        on: 'client',
        command: ['ip', 'route', 'add', ...rangeVia('worker2')],
      },
    ],
  },
  {
    kind: 'probe',
    id: 'client-with-route',
    when,
    from: 'client',
    url: podUrl('cart', 'clientip'),
    checks: [
      {
        id: 'route-is-all-it-takes',
        claim:
          'With one route the client, which is no part of the cluster, gets cart’s answer, and cart sees the client’s address.',
        value: `$substringBefore(${step('client-with-route', 'value.body')}, ':')`,
        expect: { same: 'client.ip' },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'change',
    id: 'client-loses-route',
    when,
    commands: [{ on: 'client', command: ['ip', 'route', 'del', `{{ ${node('worker2')}.podCIDR }}`] }],
  },
];
