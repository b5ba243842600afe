/** By hand, one route away: who can't reach whom any more. */
import { node, podUrl, rangeVia, routedByBoth, type Steps, step } from './names.ts';

const handOnly = { podNetwork: 'by-hand' as const };

/** Who asks whom, curl’s exit code, and the claim. */
const asked = [
  [
    'no-route-there',
    'pod/shop',
    'cart',
    28,
    'from a pod of worker to a pod of worker2: shop gets no answer from cart (curl exit 28).',
  ],
  [
    'no-route-back',
    'pod/cart',
    'shop',
    28,
    'from a pod of worker2 to a pod of worker: cart gets no answer from shop either (curl exit 28).',
  ],
  [
    'no-route-node',
    'node/worker',
    'cart',
    28,
    'worker itself gets no answer from cart, a pod of worker2 (curl exit 28).',
  ],
  [
    'same-node-unharmed',
    'pod/shop',
    'neighbour',
    0,
    'from a pod of worker to a pod of worker: shop still gets an answer from neighbour.',
  ],
  [
    'node-unharmed',
    'node/worker2',
    'shop',
    0,
    'worker2 itself still gets an answer from shop, a pod of worker.',
  ],
  [
    'office-to-worker',
    'pod/office',
    'shop',
    0,
    'from a pod of the control plane to a pod of worker: office still gets an answer from shop.',
  ],
  [
    'office-to-worker2',
    'pod/office',
    'cart',
    0,
    'from a pod of the control plane to a pod of worker2: office still gets an answer from cart.',
  ],
  [
    'worker-to-office',
    'pod/shop',
    'office',
    0,
    'from a pod of worker to a pod of the control plane: shop still gets an answer from office.',
  ],
  [
    'worker2-to-office',
    'pod/cart',
    'office',
    0,
    'from a pod of worker2 to a pod of the control plane: cart still gets an answer from office.',
  ],
] as const;

export const routeMissing: Steps = [
  {
    kind: 'change',
    id: 'take-route',
    say: 'Take one of the six routes away: worker’s to the pods of worker2.',
    when: handOnly,
    commands: [{ on: 'node/worker', command: ['ip', 'route', 'del', `{{ ${node('worker2')}.podCIDR }}`] }],
  },
  ...asked.map(([id, from, to, exit, claim]) => ({
    kind: 'probe' as const,
    id: `${id}-probe`,
    when: handOnly,
    from,
    url: podUrl(to, 'hostname'),
    timeoutS: 2,
    checks: [
      {
        id,
        claim: `Without worker’s route to worker2’s pods, ${claim}`,
        value: step(`${id}-probe`, 'value.exit'),
        expect: { equals: exit },
      },
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
          equals: routedByBoth,
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
        command: ['ip', 'route', 'add', ...rangeVia('worker2')],
      },
    ],
  },
];
