/** How long a packet may be, and how a sender learns that it may not. */
import { pod, podUrl, routed, type Steps, step, toolsOn } from './names.ts';
import { narrowWay, silence, speak, wideWay } from './narrow.ts';

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
    checks: [
      exit === 0
        ? { id: `${id}-packet`, claim, value: step(`ping-${id}`, 'exit'), expect: { equals: 0 } }
        : // No answer is exit 1, too. It is the sender's own kernel that says this.
          {
            id: `${id}-packet`,
            claim,
            value: step(`ping-${id}`, 'err'),
            expect: { matches: 'sendmsg: Message too long' },
          },
    ],
  },
];

export const size: Steps = [
  {
    kind: 'run',
    id: 'node-mtu',
    say: 'How long may a packet be on the nodes’ network?',
    on: 'node/worker',
    command: ['cat', '/sys/class/net/eth0/mtu'],
  },
  {
    kind: 'run',
    id: 'pod-mtu',
    say: 'How long may a packet be that shop sends?',
    on: 'pod/shop',
    command: ['cat', '/sys/class/net/eth0/mtu'],
    checks: [
      {
        id: 'pod-mtu-is-the-nodes',
        claim: 'Where nothing is wrapped, shop’s interface has the same MTU as worker’s: 1500 bytes here.',
        value: `[$trim(${step('pod-mtu')}), $trim(${step('node-mtu')})]`,
        expect: { equals: ['1500', '1500'] },
        when: bare,
      },
      {
        id: 'pod-mtu-leaves-room',
        claim: 'With VXLAN shop’s interface has an MTU of 1450 bytes, where worker’s has 1500.',
        value: `[$trim(${step('pod-mtu')}), $trim(${step('node-mtu')})]`,
        expect: { equals: ['1450', '1500'] },
        when: vxlan,
        scope: 'cni:flannel-vxlan',
      },
    ],
  },
  ...ladder('full', bare, 1472, 0, 'From worker to cart a packet of 1500 bytes crosses in one piece.'),
  ...ladder('too-long', bare, 1473, 1, 'One byte more, and the sender’s own kernel refuses it.'),
  ...ladder(
    'full',
    vxlan,
    1422,
    0,
    'From worker to cart, through the tunnel, a packet of 1450 bytes crosses in one piece.',
  ),
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
    commands: [narrowWay('add', 1400)],
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
        claim: 'The large answer comes all the same: HTTP 200, and all of its 13,893 bytes of text.',
        value: `[${step('large-on-narrow-way', 'value.status')}, $length(${step('large-on-narrow-way', 'value.body.output')})]`,
        expect: { equals: [200, 13893] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'learned-mtu',
    say: 'Was cart told? What its kernel knows of the way to shop:',
    when: { podNetwork: 'kindnet' },
    on: 'netns/cart',
    command: ['ip', 'route', 'get', `{{ ${pod('shop')}.ip }}`],
    compare: 'exit',
    checks: [
      {
        id: 'sender-was-told',
        claim:
          'cart’s kernel has written down 1400 bytes as the most on the way to shop, in an entry that expires.',
        value: step('learned-mtu'),
        expect: { matches: 'cache expires \\d+sec mtu 1400' },
      },
    ],
  },
  {
    kind: 'change',
    id: 'silent-way',
    say: 'Now 1300 bytes, and worker2 may not send the ICMP message that says so.',
    when: { podNetwork: 'kindnet' },
    commands: [narrowWay('replace', 1300), silence],
  },
  {
    kind: 'probe',
    id: 'small-on-silent-way',
    say: 'shop asks for a small answer:',
    when: { podNetwork: 'kindnet' },
    from: 'pod/shop',
    url: podUrl('cart', 'hostname'),
    timeoutS: 2,
    checks: [
      {
        id: 'small-answer-comes',
        claim: 'Where worker2 drops what is too long and may not say so, a small answer comes.',
        value: step('small-on-silent-way', 'value.status'),
        expect: { equals: 200 },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'large-on-silent-way',
    say: 'and for the large one, on a new connection:',
    when: { podNetwork: 'kindnet' },
    from: 'pod/shop',
    url: podUrl('cart', 'shell?cmd=seq+1+3000'),
    timeoutS: 2,
    compare: 'exit',
    checks: [
      {
        id: 'large-answer-hangs',
        claim: 'The large answer, which came while worker2 could say so, hangs (curl exit 28).',
        value: `[${step('large-on-narrow-way', 'value.exit')}, ${step('large-on-silent-way', 'value.exit')}]`,
        expect: { equals: [0, 28] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'still-believed-mtu',
    say: 'Was cart told this time?',
    when: { podNetwork: 'kindnet' },
    on: 'netns/cart',
    command: ['ip', 'route', 'get', `{{ ${pod('shop')}.ip }}`],
    compare: 'exit',
    checks: [
      {
        id: 'sender-was-not-told',
        claim:
          'Where worker2 may not say so, cart’s kernel does not learn of the 1300 bytes: it still has written down 1400.',
        value: step('still-believed-mtu'),
        expect: { matches: 'cache expires \\d+sec mtu 1400' },
      },
    ],
  },
  {
    kind: 'change',
    id: 'wide-way',
    when: { podNetwork: 'kindnet' },
    commands: [speak, wideWay, { on: 'netns/cart', command: ['ip', 'route', 'flush', 'cache'] }],
  },
];
