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
          'With one file on each of them, which names the plugin ptp, the three nodes that were NotReady are Ready.',
        value: `[$count($match(${step('nodes-before')}, /\\bNotReady\\b/)), $count($match(${step('nodes-after-conflist')}, / Ready /))]`,
        expect: { equals: [roles.length, roles.length] },
        scope: 'cni:ptp',
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
        claim:
          'With the file and before any route between nodes, shop gets an answer from neighbour, on its own node.',
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
          'Before there is a route, shop gets no answer from cart on the other node, although all nodes are Ready (curl exit 28).',
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
    command: ['bash', '-c', `ip route get {{ ${pod('cart')}.ip }}; ip route show default`],
    checks: [
      {
        id: 'unknown-goes-to-default-gateway',
        claim: 'Without the route, worker sends packets for cart to its default gateway, which is no node.',
        // Two lines, the way to cart and the default route, with one gateway.
        value: `($ways := $match(${step('way-before-routes')}, /via (\\S+)/).groups[0]; [$count($ways), $count($distinct($ways)), $ways[0] in nodes.*.ip])`,
        expect: { equals: [2, 1, false] },
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
        'Without worker’s route to worker2’s pods, from a pod of worker to a pod of worker2: shop gets no answer from cart (curl exit 28).',
      ],
      [
        'no-route-back',
        'pod/cart',
        'shop',
        28,
        'Without worker’s route to worker2’s pods, from a pod of worker2 to a pod of worker: cart gets no answer from shop either (curl exit 28).',
      ],
      [
        'same-node-unharmed',
        'pod/shop',
        'neighbour',
        0,
        'Without worker’s route to worker2’s pods, from a pod of worker to a pod of worker: shop still gets an answer from neighbour.',
      ],
      [
        'node-unharmed',
        'node/worker2',
        'shop',
        0,
        'Without worker’s route to worker2’s pods, worker2 itself still gets an answer from shop, a pod of worker.',
      ],
    ] as const
  ).map(([id, from, to, exit, claim]) => ({
    kind: 'probe' as const,
    id: `${id}-probe`,
    when: handOnly,
    from,
    url: podUrl(to, 'hostname'),
    timeoutS: 2,
    checks: [
      { id, claim, value: step(`${id}-probe`, 'value.exit'), expect: { equals: exit } },
      ...(id === 'node-unharmed'
        ? [
            {
              id: 'node-asks-with-its-own-address',
              claim: 'worker2 asks with its own address, which is none of a pod range.',
              value: step(`${id}-probe`, 'value.local.ip'),
              expect: { same: `${node('worker2')}.ip` },
            },
          ]
        : []),
    ],
  })),
  {
    kind: 'trace',
    id: 'trace-no-route-back',
    say: 'The second of these once more, at every place where a kernel saw the packet: cart asks shop.',
    when: handOnly,
    from: 'pod/cart',
    url: podUrl('shop', 'hostname'),
    timeoutS: 1,
    checks: [
      {
        id: 'question-arrives-all-the-same',
        claim:
          'Without worker’s route to worker2’s pods, cart’s first packet goes the whole way to shop: both nodes route it, and it is delivered.',
        value: step('trace-no-route-back', 'value.request.hops'),
        expect: {
          equals: [
            'forward.client-pod.output.sent',
            'forward.client-node.forward.routed',
            'forward.pod-node.forward.routed',
            'forward.pod.input.delivered',
          ],
        },
      },
      {
        id: 'answer-is-last-seen-on-worker',
        claim:
          'Without worker’s route to worker2’s pods, shop’s answer is last seen on worker, and not on worker2.',
        // With the route, trace-far has two hops more: the node and the pod that asked.
        value: `[${step('trace-no-route-back', 'value.reply.hops')}, ${step('trace-no-route-back', 'value.reply.end')}]`,
        expect: {
          equals: ['reply.pod.output.sent', 'reply.pod-node.forward.routed', 'dropped'],
        },
      },
    ],
  },
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
        claim:
          'A route of type unreachable says no (curl exit 7), where the missing route was silence (curl exit 28).',
        value: `[${step('no-route-there-probe', 'value.exit')}, ${step('unreachable-probe', 'value.exit')}]`,
        expect: { equals: [28, 7] },
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
