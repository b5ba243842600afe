/** The whole pod network by hand: one CNI configuration and two routes a node. */
import { conflistByHand, node, pod, podUrl, type Role, roles, type Steps, step } from './names.ts';

const conflist = (role: Role) =>
  [
    "cat > /etc/cni/net.d/10-by-hand.conflist <<'END'",
    '{ "cniVersion": "1.0.0", "name": "by-hand", "plugins": [',
    '  { "type": "ptp", "ipam": {',
    '      "type": "host-local",',
    `      "ranges": [[{ "subnet": "{{ ${node(role)}.podCIDR }}" }]],`,
    '      "routes": [{ "dst": "0.0.0.0/0" }] } } ] }',
    'END',
  ].join('\n');

const others = (role: Role) => roles.filter((other) => other !== role);

const routes = roles.flatMap((role) =>
  others(role).map((other) => ({
    on: `node/${role}`,
    command: ['ip', 'route', 'add', `{{ ${node(other)}.podCIDR }}`, 'via', `{{ ${node(other)}.ip }}`],
  })),
);

const handOnly = { podNetwork: 'by-hand' as const };

export const cniByHand: Steps = [
  {
    kind: 'change',
    id: 'conflist',
    say: 'One file a node: the plugin ptp makes a veth pair for a pod, and host-local takes its address from the node’s range.',
    when: { podNetwork: [...conflistByHand] },
    commands: roles.map((role) => ({ on: `node/${role}`, command: ['bash', '-c', conflist(role)] })),
    until: [
      { kind: 'nodes', id: 'nodes-ready', claim: 'All nodes are Ready.', ready: roles.length },
      {
        kind: 'pods',
        id: 'pods-run',
        claim: 'The three pods run and are ready.',
        selector: 'part=pods',
        ready: 3,
      },
    ],
  },
  {
    kind: 'run',
    id: 'nodes-after-conflist',
    when: { podNetwork: [...conflistByHand] },
    on: 'you',
    command: ['kubectl', 'get', 'nodes'],
    compare: 'exit',
    checks: [
      {
        id: 'file-makes-nodes-ready',
        claim:
          'The file alone makes the nodes Ready and gives pods their addresses: no program runs for the pod network.',
        value: `$count($match(${step('nodes-after-conflist')}, / Ready /))`,
        expect: { equals: roles.length },
        scope: 'cni:by-hand',
      },
    ],
  },
  {
    kind: 'probe',
    id: 'near-before-routes',
    say: 'shop asks neighbour, on its own node:',
    when: { podNetwork: [...conflistByHand] },
    from: 'pod/shop',
    url: podUrl('neighbour', 'hostname'),
    checks: [
      {
        id: 'same-node-needs-no-route',
        claim: 'Pods on one node reach each other as soon as the file is there.',
        value: step('near-before-routes', 'value.status'),
        expect: { equals: 200 },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'far-before-routes',
    say: 'and cart, on the other one:',
    when: { podNetwork: [...conflistByHand] },
    from: 'pod/shop',
    url: podUrl('cart', 'hostname'),
    timeoutS: 2,
    checks: [
      {
        id: 'other-node-needs-a-route',
        claim:
          'Without a route to it, a pod on another node does not answer although all nodes are Ready (curl exit 28).',
        value: step('far-before-routes', 'value.exit'),
        expect: { equals: 28 },
      },
    ],
  },
  {
    kind: 'run',
    id: 'way-before-routes',
    say: 'worker knows nothing of that address, and takes the way that it takes for all the world.',
    when: { podNetwork: [...conflistByHand] },
    on: 'node/worker',
    command: ['ip', 'route', 'get', `{{ ${pod('cart')}.ip }}`],
    checks: [
      {
        id: 'unknown-goes-to-default-gateway',
        claim: 'Without the route, worker sends packets for cart to its default gateway, which is no node.',
        value: `$match(${step('way-before-routes')}, /via (\\S+)/).groups[0] in nodes.*.ip`,
        expect: { equals: false },
      },
    ],
  },
  {
    kind: 'change',
    id: 'add-routes',
    say: 'Two routes a node: each of the other nodes’ ranges, by way of that node’s address.',
    when: handOnly,
    commands: routes,
  },
];

/** One route away: who can't reach whom any more. */
export const routeMissing: Steps = [
  {
    kind: 'change',
    id: 'take-route',
    say: 'Take one of the six routes away: worker’s to the pods of worker2.',
    when: handOnly,
    commands: [{ on: 'node/worker', command: ['ip', 'route', 'del', `{{ ${node('worker2')}.podCIDR }}`] }],
  },
  ...(
    [
      [
        'no-route-there',
        'pod/shop',
        'cart',
        28,
        'The request can’t go: from a pod of worker, a pod of worker2 does not answer.',
      ],
      [
        'no-route-back',
        'pod/cart',
        'shop',
        28,
        'Nor can the answer: from a pod of worker2, a pod of worker does not answer either, though worker2 has its route.',
      ],
      ['same-node-unharmed', 'pod/shop', 'neighbour', 0, 'Pods on worker still reach each other.'],
      [
        'node-unharmed',
        'node/worker2',
        'shop',
        0,
        'worker2 itself still reaches a pod of worker: it asks with its own address, which needs no route of ours for the answer.',
      ],
    ] as const
  ).map(([id, from, to, exit, claim]) => ({
    kind: 'probe' as const,
    id: `${id}-probe`,
    when: handOnly,
    from,
    url: podUrl(to, 'hostname'),
    timeoutS: 2,
    checks: [{ id, claim, value: step(`${id}-probe`, 'value.exit'), expect: { equals: exit } }],
  })),
  {
    kind: 'change',
    id: 'refuse-route',
    say: 'A route that says unreachable, in its place:',
    when: handOnly,
    commands: [
      {
        on: 'node/worker',
        command: ['ip', 'route', 'add', 'unreachable', `{{ ${node('worker2')}.podCIDR }}`],
      },
    ],
  },
  {
    kind: 'probe',
    id: 'unreachable-probe',
    when: handOnly,
    from: 'pod/shop',
    url: podUrl('cart', 'hostname'),
    timeoutS: 2,
    checks: [
      {
        id: 'unreachable-says-no',
        claim: 'A route of type unreachable says no at once (curl exit 7), where a missing route is silence.',
        value: step('unreachable-probe', 'value.exit'),
        expect: { equals: 7 },
      },
    ],
  },
  {
    kind: 'change',
    id: 'give-route-back',
    when: handOnly,
    commands: [
      {
        on: 'node/worker',
        command: ['ip', 'route', 'del', 'unreachable', `{{ ${node('worker2')}.podCIDR }}`],
      },
      {
        on: 'node/worker',
        command: [
          'ip',
          'route',
          'add',
          `{{ ${node('worker2')}.podCIDR }}`,
          'via',
          `{{ ${node('worker2')}.ip }}`,
        ],
      },
    ],
  },
];
