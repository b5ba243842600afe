/** Breaks of this lab. All have one complaint: "shop gets no answer from cart". */
import type { LabInput } from '../../src/lab/schema/lab.ts';
import { answers } from '../common/answers.ts';
import { learned } from './steps/bgp.ts';
import { podUrl, rangeVia, roles, routed } from './steps/names.ts';
import { narrowWay, silence, speak, wideWay } from './steps/narrow.ts';

type Faults = NonNullable<LabInput['faults']>;

const hangs = (path = 'hostname') => ({
  probe: { from: 'pod/shop', url: podUrl('cart', path), timeoutS: 2 },
  value: 'steps.symptom.value.exit',
  expect: { equals: 28 },
});

const largeHangs = {
  text: 'curl in shop to cart hangs until it gives up when it asks for a large answer. A small one comes.',
  ...hangs('shell?cmd=seq+1+3000'),
};

const answersAgain = (id: string) => [
  answers(id, 'shop gets an answer from cart.', 'pod/shop', podUrl('cart', 'healthz')),
];

// What still works with the fault in place: awaited after it, so it is recorded with it.
const neighbourStill = answers(
  'neighbour-still',
  'shop still gets an answer from neighbour, on its own node.',
  'pod/shop',
  podUrl('neighbour', 'healthz'),
);
const smallStill = answers(
  'small-still',
  'shop still gets a small answer from cart.',
  'pod/shop',
  podUrl('cart', 'healthz'),
);
const cartReady = {
  kind: 'pods' as const,
  id: 'cart-still-ready',
  claim: 'cart is still Ready.',
  selector: 'app=cart',
  ready: 1,
};
const nodesReady = {
  kind: 'nodes' as const,
  id: 'nodes-still-ready',
  claim: 'All three nodes are still Ready.',
  ready: roles.length,
};

/** kindnetd would put a route back; frozen, it does not. The others have no such program, or it is told to forget. */
const freeze = (role: string) => ({ on: `node/${role}`, command: ['pkill', '-STOP', '-x', 'kindnetd'] });
const thaw = (role: string) => ({ on: `node/${role}`, command: ['pkill', '-CONT', '-x', 'kindnetd'] });

const missingThere = {
  id: 'near-yes-far-no',
  symptom: {
    text: 'curl in shop to cart’s address hangs until it gives up. shop still gets an answer from neighbour, cart is Ready, and so are all nodes.',
    ...hangs(),
  },
  until: [neighbourStill, cartReady, nodesReady],
  endsAt: 'forward.client-node.forward.routed',
  hints: [
    'shop reaches neighbour on its own node, and not cart on the other. What do the two ways have in common, and what not?',
    'Follow the first packet. Which of the two nodes has seen it last, and by which interface did it leave?',
    'Ask the node what it would do with a packet for that address, and compare with what another node says.',
  ],
  answer:
    'worker has no route to worker2’s range of pod addresses. shop’s packet takes the default route instead, to a gateway that is no node, and worker2 does not see it. All nodes are Ready: this route is no part of that.',
} as const;

const missingBack = {
  id: 'nodes-yes-pod-no',
  symptom: {
    text: 'curl in shop to cart’s address hangs until it gives up. A colleague swears that each of the three nodes can reach cart, and shows it.',
    ...hangs(),
  },
  until: roles.map((role) =>
    answers(
      `${role}-still`,
      `A process on ${role} still gets an answer from cart.`,
      `node/${role}`,
      podUrl('cart', 'healthz'),
    ),
  ),
  endsAt: 'reply.pod-node.forward.routed',
  hints: [
    'The colleague is right. What is different about a packet that a node itself sends?',
    'Look for the first packet at cart. Is it there? Then look for the answer.',
    'A connection needs two ways, and each node decides about one of them.',
  ],
  answer:
    'worker2 has no route to worker’s range of pod addresses. shop’s first packet (SYN) arrives and cart’s kernel answers (SYN ACK), but that answer leaves worker2 by the default route. A node that asks uses its own address, for which worker2 needs no such route: so the nodes are answered.',
} as const;

const kindnet = { podNetwork: 'kindnet' as const };
const byHand = { podNetwork: 'by-hand' as const };

export const faults: Faults = [
  {
    ...missingThere,
    hints: [...missingThere.hints],
    until: [...missingThere.until],
    when: kindnet,
    inject: [
      freeze('worker'),
      { on: 'node/worker', command: ['ip', 'route', 'del', ...rangeVia('worker2')] },
    ],
    undo: [
      { on: 'node/worker', command: ['ip', 'route', 'replace', ...rangeVia('worker2')] },
      thaw('worker'),
    ],
    repaired: answersAgain('there-again'),
  },
  {
    ...missingThere,
    hints: [...missingThere.hints],
    until: [...missingThere.until],
    when: byHand,
    inject: [{ on: 'node/worker', command: ['ip', 'route', 'del', ...rangeVia('worker2')] }],
    undo: [{ on: 'node/worker', command: ['ip', 'route', 'replace', ...rangeVia('worker2')] }],
    repaired: answersAgain('there-again'),
  },
  {
    ...missingBack,
    hints: [...missingBack.hints],
    when: kindnet,
    inject: [
      freeze('worker2'),
      { on: 'node/worker2', command: ['ip', 'route', 'del', ...rangeVia('worker')] },
    ],
    undo: [
      { on: 'node/worker2', command: ['ip', 'route', 'replace', ...rangeVia('worker')] },
      thaw('worker2'),
    ],
    repaired: answersAgain('back-again'),
  },
  {
    id: 'own-node-only',
    symptom: {
      text: 'curl in shop to cart’s address hangs until it gives up. On worker2 itself, curl to cart is answered.',
      ...hangs(),
    },
    when: { podNetwork: ['kindnet', 'by-hand'] },
    inject: [{ on: 'node/worker2', command: ['sysctl', '-w', 'net.ipv4.ip_forward=0'] }],
    until: [
      answers(
        'own-node-still',
        'A process on worker2 still gets an answer from cart.',
        'node/worker2',
        podUrl('cart', 'healthz'),
      ),
    ],
    endsAt: 'forward.pod-node.prerouting.dropped',
    hints: [
      'The packet comes to worker2 and does not leave it. No rule has dropped it.',
      'A packet that is for somebody else is only passed on by a machine that is willing to.',
      'It is one setting of the kernel, and Kubernetes takes it for granted.',
    ],
    answer:
      'ip_forward is 0 on worker2: its kernel takes packets for its own addresses and passes on none that is for somebody else. shop’s packet is for cart, and ends there. What a process on worker2 itself sends to cart is not forwarded, and is answered.',
    undo: [{ on: 'node/worker2', command: ['sysctl', '-w', 'net.ipv4.ip_forward=1'] }],
    repaired: answersAgain('passage-again'),
  },
  {
    id: 'large-answers-hang',
    symptom: largeHangs,
    when: { podNetwork: [...routed] },
    inject: [narrowWay('add', 1300), silence],
    until: [smallStill],
    endsAt: 'reply.client-pod.input.delivered',
    hints: [
      'The connection is made, and the first small packets pass in both directions. What is different about the later ones?',
      'Who would tell a sender that its packets are too long, and by which protocol?',
      'Send packets of growing length along the way, and forbid that they are cut.',
    ],
    answer:
      'On the way back worker2 may send no more than 1300 bytes at once, and cart’s full packets have 1500. worker2 drops them and would tell cart’s kernel by ICMP (fragmentation needed), but a rule on worker2 drops that message. So the kernel has no reason to send shorter ones: an MTU black hole.',
    undo: [speak, wideWay],
    repaired: answersAgain('large-again'),
  },
  {
    id: 'large-answers-hang',
    symptom: largeHangs,
    when: { podNetwork: 'flannel-vxlan' },
    inject: [{ on: 'node/worker2', command: ['ip', 'link', 'set', 'flannel.1', 'mtu', '1300'] }, silence],
    until: [smallStill],
    endsAt: 'reply.client-pod.input.delivered',
    hints: [
      'The connection is made, and the first small packets pass in both directions. What is different about the later ones?',
      'Compare what the pod believes about its interface with what the interfaces behind it say.',
      'Who would tell a sender that its packets are too long, and by which protocol?',
    ],
    answer:
      'The tunnel of worker2 takes packets of 1300 bytes, the pods believe in 1450. worker2 drops cart’s full packets and would tell cart by ICMP (fragmentation needed), but a rule on worker2 drops that message. cart’s kernel never hears of the smaller size: an MTU black hole.',
    undo: [speak, { on: 'node/worker2', command: ['ip', 'link', 'set', 'flannel.1', 'mtu', '1450'] }],
    repaired: answersAgain('large-again'),
  },
  {
    id: 'ready-and-silent',
    symptom: {
      text: 'curl in shop to cart’s address hangs until it gives up. shop still gets an answer from neighbour, and all nodes are Ready.',
      ...hangs(),
    },
    when: { podNetwork: 'flannel-vxlan' },
    inject: [
      {
        on: 'node/worker2',
        command: ['iptables', '-I', 'INPUT', '-p', 'udp', '--dport', '8472', '-j', 'DROP'],
      },
    ],
    until: [neighbourStill, nodesReady],
    endsAt: 'forward.client-node.forward.routed',
    hints: [
      'What crosses the network here is not the packet that shop sent.',
      'Look at the same moment on both network interfaces of the two nodes: does it leave, does it arrive?',
      'It arrives. Which rules does a packet meet that is addressed to the node itself?',
    ],
    answer:
      'A rule on worker2 drops UDP to port 8472. The packet for cart is inside such a datagram: for worker2’s firewall it is a packet to the node itself, in INPUT, not one that is forwarded. A firewall that allows pods’ addresses and nothing else does this.',
    undo: [
      {
        on: 'node/worker2',
        command: ['iptables', '-D', 'INPUT', '-p', 'udp', '--dport', '8472', '-j', 'DROP'],
      },
    ],
    repaired: answersAgain('envelope-again'),
  },
  {
    id: 'near-service-hangs',
    symptom: {
      text: 'curl in shop to the Service neighbour hangs until it gives up; neighbour is on the same node. Asked by its own address it answers, and so does the Service cart.',
      probe: { from: 'pod/shop', url: 'http://{{ services.neighbour.clusterIP }}/hostname', timeoutS: 2 },
      value: 'steps.symptom.value.exit',
      expect: { equals: 28 },
    },
    when: { podNetwork: ['flannel-vxlan', 'flannel-host-gw'] },
    inject: [{ on: 'node/worker', command: ['sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=0'] }],
    until: [
      neighbourStill,
      answers(
        'far-service-still',
        'shop still gets an answer from the Service cart.',
        'pod/shop',
        'http://{{ services.cart.clusterIP }}/healthz',
      ),
    ],
    // Here it diverges: the answer never comes up to the node.
    endsAt: 'reply.client-node.forward.routed',
    hints: [
      'shop asks by the Service’s address, and neighbour, which answers, is on the same node. What has to happen to the answer?',
      'From whose address does shop expect the answer, and from whose does it come?',
      'Two pods on one bridge: does the answer pass the place where addresses are put back?',
    ],
    answer:
      'net.bridge.bridge-nf-call-iptables is 0 on worker. shop’s packet to the ClusterIP goes up to the node and is rewritten to neighbour. The answer goes from one port of the bridge cni0 to the other and does not come up to the node, where conntrack would put the ClusterIP back: shop’s kernel gets an answer from an address that it did not ask, and does not take it.',
    undo: [{ on: 'node/worker', command: ['sysctl', '-w', 'net.bridge.bridge-nf-call-iptables=1'] }],
    repaired: [
      {
        kind: 'answers',
        id: 'shortcut-again',
        claim: 'shop gets an answer from the Service neighbour.',
        from: 'pod/shop',
        url: 'http://{{ services.neighbour.clusterIP }}/healthz',
      },
    ],
  },
  {
    id: 'answered-before',
    symptom: {
      text: 'curl in shop to cart’s address hangs until it gives up. Before, it was answered. shop still gets an answer from neighbour, and all nodes are Ready.',
      ...hangs(),
    },
    when: { podNetwork: 'bgp' },
    inject: [
      {
        on: `pod/{{ pods[app='tools' and node='worker2'].name }}`,
        command: ['birdc', '-s', '/run/bird.ctl', 'disable', '"own"'],
      },
      { on: 'node/worker', command: learned(1) },
    ],
    until: [neighbourStill, nodesReady],
    endsAt: 'forward.client-node.forward.routed',
    hints: [
      'A route that is learned can also be taken back. Which one is missing, and who has told it before?',
      'Are the sessions up? Then ask what comes over them.',
    ],
    answer:
      'worker2 no longer tells the others of its own range: the static route in its BIRD is disabled; its sessions are not. worker has heard that the range is gone, and has taken the route out of its kernel.',
    undo: [
      {
        on: `pod/{{ pods[app='tools' and node='worker2'].name }}`,
        command: ['birdc', '-s', '/run/bird.ctl', 'enable', '"own"'],
      },
      { on: 'node/worker', command: learned(2) },
    ],
    repaired: answersAgain('told-again'),
  },
];
