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
        claim: 'The four pods run and are ready.',
        selector: 'part=pods',
        ready: 4,
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
