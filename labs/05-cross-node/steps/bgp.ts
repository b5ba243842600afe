/** The same routes, learned: BIRD on each node tells the others of its range (BGP, all to all, one AS). */
import { node, podUrl, type Role, roles, type Steps, step, toolsOn } from './names.ts';

const when = { podNetwork: 'bgp' as const };
const others = (role: Role) => roles.filter((other) => other !== role);
/** BIRD's names have no hyphens. */
const peer = (role: Role) => role.replace('-', '_');

const config = (role: Role) =>
  [
    "cat > /etc/bird.conf <<'END'",
    `router id {{ ${node(role)}.ip }};`,
    'protocol device { }',
    '# What this node has to tell: its own range of pod addresses.',
    `protocol static own { ipv4; route {{ ${node(role)}.podCIDR }} blackhole; }`,
    '# What it has learned from others goes into the kernel.',
    'protocol kernel { ipv4 { import none; export where source = RTS_BGP; }; }',
    ...others(role).map(
      (other) =>
        `protocol bgp ${peer(other)} { local as 64512; neighbor {{ ${node(other)}.ip }} as 64512; direct; connect delay time 1; connect retry time 1; ipv4 { import all; export where source = RTS_STATIC; next hop self; }; }`,
    ),
    'END',
    'bird -c /etc/bird.conf -s /run/bird.ctl',
  ].join('\n');

/** Until the kernel has as many routes from BIRD. */
export const learned = (routes: number) => [
  'timeout',
  '30',
  'bash',
  '-c',
  `until [ "$(ip route show proto bird | wc -l)" = ${routes} ]; do sleep 0.1; done`,
];

const birdc = (...words: string[]) => ['birdc', '-s', '/run/bird.ctl', ...words];

export const speakBgp: Steps = [
  {
    kind: 'change',
    id: 'start-bird',
    say: 'Instead of six routes by hand: BIRD on each node, and a session to each of the others.',
    when,
    commands: [
      ...roles.map((role) => ({ on: toolsOn(role), command: ['bash', '-c', config(role)] })),
      ...roles.map((role) => ({ on: `node/${role}`, command: learned(2) })),
    ],
    until: [
      {
        kind: 'answers',
        id: 'bgp-there',
        claim: 'shop gets an answer from cart.',
        from: 'pod/shop',
        url: podUrl('cart', 'healthz'),
      },
      {
        kind: 'answers',
        id: 'bgp-neighbour',
        claim: 'cart gets an answer from neighbour.',
        from: 'pod/cart',
        url: podUrl('neighbour', 'healthz'),
      },
    ],
  },
  {
    kind: 'run',
    id: 'sessions',
    say: 'The sessions of worker:',
    when,
    on: toolsOn('worker'),
    command: birdc('show', 'protocols'),
    compare: 'exit',
    checks: [
      {
        id: 'sessions-established',
        claim: 'worker has a BGP session with each of the other two nodes.',
        value: `$count($match(${step('sessions')}, /BGP .*Established/))`,
        expect: { equals: 2 },
        scope: 'cni:bgp',
      },
    ],
  },
  {
    kind: 'run',
    id: 'session-sockets',
    say: 'BGP is a TCP connection to port 179, between addresses of nodes.',
    when,
    on: 'node/worker',
    command: ['ss', '-tnH', 'state', 'established', '( sport = :179 or dport = :179 )'],
    compare: 'exit',
    checks: [
      {
        id: 'bgp-is-tcp-between-nodes',
        claim:
          'The session between worker and worker2 is a TCP connection to port 179 between the two nodes’ addresses.',
        // One line with both addresses, each before its port or `%INTERFACE`, and port 179 at one end.
        value: `$count($split(${step('session-sockets')}, '\\n')[${(['worker', 'worker2'] as const)
          .map(
            (role) =>
              `($contains($, ' ' & $$.${node(role)}.ip & ':') or $contains($, ' ' & $$.${node(role)}.ip & '%'))`,
          )
          .join(' and ')} and $contains($, /:179(\\s|$)/)])`,
        expect: { atLeast: 1 },
        scope: 'cni:bgp',
      },
    ],
  },
];

export const withdraw: Steps = [
  {
    kind: 'change',
    id: 'silence-worker2',
    say: 'worker2 closes its session with worker.',
    when,
    commands: [
      { on: toolsOn('worker2'), command: birdc('disable', '"worker"') },
      { on: 'node/worker', command: learned(1) },
    ],
  },
  {
    kind: 'run',
    id: 'routes-withdrawn',
    when,
    on: 'node/worker',
    command: ['ip', 'route'],
    compare: 'exit',
    checks: [
      {
        id: 'withdrawn-with-the-session',
        claim:
          'When worker2 has closed the session, worker has no route to worker2’s range any more; the one to the control plane’s is still there.',
        value: `[$contains(${step('routes-withdrawn')}, ${node('worker2')}.podCIDR), $contains(${step('routes-withdrawn')}, ${node('control-plane')}.podCIDR)]`,
        expect: { equals: [false, true] },
        scope: 'cni:bgp',
      },
    ],
  },
  {
    kind: 'change',
    id: 'speak-again',
    when,
    commands: [{ on: toolsOn('worker2'), command: birdc('enable', '"worker"') }],
    until: [
      {
        kind: 'answers',
        id: 'bgp-again',
        claim: 'shop gets an answer from cart again.',
        from: 'pod/shop',
        url: podUrl('cart', 'healthz'),
      },
    ],
  },
];
