/** The ClusterIP is on no interface and on no route, and it answers. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const places = [
  ...(['control-plane', 'worker', 'worker2'] as const).map((role) => ({
    id: role,
    on: `node/${role}`,
    own: `nodes.\`${role}\`.ip`,
    what: role,
  })),
  { id: 'shopper', on: 'netns/shopper', own: "pods[app='shopper'].ip", what: 'the pod shopper' },
  ...[0, 1, 2].map((index) => ({
    id: `pod-${index + 1}`,
    on: `netns/{{ pods[app='cart'][${index}].name }}`,
    own: `pods[app='cart'][${index}].ip`,
    what: `pod ${index + 1} of the Service`,
  })),
];

export const nobody: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'place',
    say: 'Three pods with the label app=cart, one on worker and two on worker2, and the pod that asks, on worker.',
    on: 'you',
    command: ['kubectl', 'get', 'pods', '-o', 'wide'],
    compare: 'exit',
    checks: [
      {
        id: 'pods-on-two-nodes',
        claim: 'One pod of cart runs on worker, two on worker2; shopper, which asks, runs on worker.',
        value: "[pods[app='cart'].node, pods[app='shopper'].node]",
        expect: { equals: ['worker', 'worker2', 'worker2', 'worker'] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'services',
    say: 'The Service cart, and others that show one thing each.',
    on: 'you',
    command: ['kubectl', 'get', 'services', '-o', 'wide'],
  },
  {
    kind: 'probe',
    id: 'ask',
    say: 'shopper asks the ClusterIP of cart.',
    from: 'netns/shopper',
    url: 'http://{{ services.cart.clusterIP }}/hostname',
    compare: 'exit',
    checks: [
      {
        id: 'cluster-ip-answers',
        claim: 'The ClusterIP answers with HTTP 200, and the answer is the name of one of the three pods.',
        value: '[steps.ask.value.status, steps.ask.value.body]',
        expect: { in: "pods[app='cart'].[200, name]" },
      },
    ],
  },
  ...places.map(({ id, on, own, what }) => ({
    kind: 'run' as const,
    id: `addresses-${id}`,
    ...(id === 'control-plane' ? { say: 'Who has that address? Each node and each pod lists its own.' } : {}),
    on,
    command: ['ip', '-4', '-o', 'address', 'show'],
    compare: 'exit' as const,
    checks: [
      {
        id: `nobody-on-${id}`,
        claim: `No interface of ${what} has the ClusterIP; its own address is in the list.`,
        value: `[$contains(steps.\`addresses-${id}\`.out, $join(['inet ', ${own}, '/'])), $contains(steps.\`addresses-${id}\`.out, $join(['inet ', services.cart.clusterIP, '/']))]`,
        expect: { equals: [true, false] },
      },
    ],
  })),
  {
    kind: 'run',
    id: 'route',
    say: 'And where would worker route it? First every route that fits the ClusterIP, then the one that is taken for it, and the one for a pod of worker2.',
    on: 'node/worker',
    command: [
      'bash',
      '-c',
      "ip route show match {{ services.cart.clusterIP }}; ip route get {{ services.cart.clusterIP }}; ip route get {{ pods[app='cart'][2].ip }}",
    ],
    compare: 'exit',
    checks: [
      {
        id: 'no-route-knows-it',
        claim:
          'Of the routes of worker only the default route fits the ClusterIP: a packet for it would go to that gateway, which is none of the cluster’s nodes.',
        value:
          '$append($match(steps.route.out, /^(\\S+) (?:via|dev) (\\S+)/m)[[0..1]].(groups[0] & " " & groups[1]), $match(steps.route.out, /^default via (\\S+)/m).groups[0] in nodes.*.ip)',
        expect: {
          same: '$match(steps.route.out, /^default via (\\S+)/m).groups[0].["default " & $, $$.services.cart.clusterIP & " " & $, false]',
        },
        scope: 'cni:kindnet',
      },
      {
        id: 'route-knows-the-pod',
        claim: 'For the address of a pod on worker2 it has one: by worker2.',
        value: "$contains(steps.route.out, $join([pods[app='cart'][2].ip, ' via ', nodes.worker2.ip, ' ']))",
        expect: { equals: true },
        scope: 'cni:kindnet',
      },
    ],
  },
];
