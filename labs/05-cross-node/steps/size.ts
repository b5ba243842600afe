/** How long a packet may be, and how a sender learns that it may not. */
import { node, pod, podUrl, routed, type Steps, step, toolsOn } from './names.ts';

const vxlan = { podNetwork: 'flannel-vxlan' as const };
const bare = { podNetwork: [...routed] };

/** A ping with this many bytes in it, not to be cut into pieces; 28 bytes of headers come on top. */
const ping = (bytes: number) => [
  'ping',
  '-c',
  '1',
  '-W',
  '2',
  '-M',
  'do',
  '-s',
  String(bytes),
  `{{ ${pod('cart')}.ip }}`,
];

const ladder = (
  id: string,
  when: typeof vxlan | typeof bare,
  bytes: number,
  exit: 0 | 1,
  claim: string,
): Steps => [
  {
    kind: 'run',
    id: `ping-${id}`,
    when,
    on: toolsOn('worker'),
    command: ping(bytes),
    accept: [exit],
    compare: 'exit',
    checks: [{ id: `${id}-packet`, claim, value: step(`ping-${id}`, 'exit'), expect: { equals: exit } }],
  },
];

export const size: Steps = [
  {
    kind: 'run',
    id: 'pod-mtu',
    say: 'How long may a packet be that shop sends?',
    on: 'pod/shop',
    command: ['cat', '/sys/class/net/eth0/mtu'],
    checks: [
      {
        id: 'pod-mtu-is-the-nodes',
        claim:
          'Where nothing is wrapped, a pod’s interface has the same MTU as the nodes’ network: 1500 bytes here.',
        value: `$trim(${step('pod-mtu')})`,
        expect: { equals: '1500' },
        when: bare,
      },
      {
        id: 'pod-mtu-leaves-room',
        claim:
          'Flannel gave the pods an MTU of 1450 bytes: the network’s 1500 less the 50 of the outer headers.',
        value: `$trim(${step('pod-mtu')})`,
        expect: { equals: '1450' },
        when: vxlan,
        scope: 'cni:flannel-vxlan',
      },
    ],
  },
  ...ladder('full', bare, 1472, 0, 'A packet of 1500 bytes crosses in one piece.'),
  ...ladder('too-long', bare, 1473, 1, 'One byte more, and the sender’s own kernel refuses it.'),
  ...ladder('full', vxlan, 1422, 0, 'Through the tunnel a packet of 1450 bytes crosses in one piece.'),
  ...ladder(
    'too-long',
    vxlan,
    1423,
    1,
    'Through the tunnel one of 1451 bytes does not: the sender’s own kernel refuses it.',
  ),
  {
    kind: 'change',
    id: 'narrow-way',
    say: 'Now a narrower way back: worker2 may send no more than 1400 bytes at once to shop.',
    when: { podNetwork: 'kindnet' },
    commands: [
      {
        on: 'node/worker2',
        command: [
          'ip',
          'route',
          'add',
          `{{ ${pod('shop')}.ip }}`,
          'via',
          `{{ ${node('worker')}.ip }}`,
          'mtu',
          '1400',
        ],
      },
    ],
  },
  {
    kind: 'probe',
    id: 'large-on-narrow-way',
    say: 'shop asks for an answer of about 14,000 bytes.',
    when: { podNetwork: 'kindnet' },
    from: 'pod/shop',
    url: podUrl('cart', 'shell?cmd=seq+1+3000'),
    compare: 'exit',
    checks: [
      {
        id: 'large-answer-comes',
        claim: 'The large answer comes all the same, with HTTP 200.',
        value: step('large-on-narrow-way', 'value.status'),
        expect: { equals: 200 },
      },
    ],
  },
  {
    kind: 'run',
    id: 'learned-mtu',
    say: 'Because cart was told. Its kernel has kept what it learned:',
    when: { podNetwork: 'kindnet' },
    on: 'netns/cart',
    command: ['ip', 'route', 'get', `{{ ${pod('shop')}.ip }}`],
    compare: 'exit',
    checks: [
      {
        id: 'sender-was-told',
        claim:
          'cart’s kernel knows that 1400 bytes is the most on the way to shop: worker2 told it so by ICMP.',
        value: step('learned-mtu'),
        expect: { matches: 'cache expires \\d+sec mtu 1400' },
      },
    ],
  },
  {
    kind: 'change',
    id: 'wide-way',
    when: { podNetwork: 'kindnet' },
    commands: [
      { on: 'node/worker2', command: ['ip', 'route', 'del', `{{ ${pod('shop')}.ip }}`] },
      { on: 'netns/cart', command: ['ip', 'route', 'flush', 'cache'] },
    ],
  },
];
