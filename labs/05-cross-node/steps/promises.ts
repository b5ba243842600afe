/** What Kubernetes asks of a pod network, and nothing more; each promise a check, on each network. */
import { node, pod, podUrl, roles, type Steps, step } from './names.ts';

const sees = (id: string) => `$substringBefore(${step(id, 'value.body')}, ':')`;

export const promises: Steps = [
  {
    kind: 'run',
    id: 'place',
    say: 'Three pods on two nodes; the pods called tools are in their nodes’ own network.',
    on: 'you',
    command: ['kubectl', 'get', 'pods', '-o', 'wide'],
    // Pods of a DaemonSet are listed by names that end in chance.
    compare: 'lines',
    checks: [
      {
        id: 'two-nodes',
        claim: 'shop and neighbour are on worker, cart is on worker2.',
        value: `[${pod('shop')}.node, ${pod('neighbour')}.node, ${pod('cart')}.node]`,
        expect: { equals: ['worker', 'worker', 'worker2'] },
      },
      {
        id: 'own-address-each',
        claim: 'Each of the three pods has an address of its own, from its node’s range.',
        value: `[$count($distinct([${pod('shop')}.ip, ${pod('neighbour')}.ip, ${pod('cart')}.ip])), $inCidr(${pod('shop')}.ip, ${node('worker')}.podCIDR), $inCidr(${pod('neighbour')}.ip, ${node('worker')}.podCIDR), $inCidr(${pod('cart')}.ip, ${node('worker2')}.podCIDR)]`,
        expect: { equals: [3, true, true, true] },
      },
      {
        id: 'host-network-shares-the-nodes',
        claim: 'The pods with hostNetwork have no addresses of their own: each has its node’s.',
        value: `[${roles.map((role) => `pods[app='tools' and node='${role}'].ip`).join(', ')}]`,
        expect: { same: `[${roles.map((role) => `${node(role)}.ip`).join(', ')}]` },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-far',
    say: 'shop asks cart, on the other node; /clientip is the address that cart’s socket sees.',
    from: 'pod/shop',
    url: podUrl('cart', 'clientip'),
    checks: [
      {
        id: 'far-sees-the-pods-own-address',
        claim: 'Across nodes cart sees shop’s own address and port: the source is not translated.',
        value: step('ask-far', 'value.body'),
        expect: { same: `$join([${pod('shop')}.ip, ':', $string(${step('ask-far', 'value.local.port')})])` },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-back',
    say: 'And the other way round:',
    from: 'pod/cart',
    url: podUrl('shop', 'clientip'),
    checks: [
      {
        id: 'back-sees-the-pods-own-address',
        claim: 'The other way round it is the same: shop sees cart’s own address.',
        value: sees('ask-back'),
        expect: { same: `${pod('cart')}.ip` },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-near',
    say: 'On the same node:',
    from: 'pod/shop',
    url: podUrl('neighbour', 'clientip'),
    checks: [
      {
        id: 'near-sees-the-pods-own-address',
        claim: 'On the same node, too, neighbour sees shop’s own address.',
        value: sees('ask-near'),
        expect: { same: `${pod('shop')}.ip` },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'agent-asks',
    say: 'The kubelet has to reach the pods of its node, for their probes: here curl on worker.',
    from: 'node/worker',
    url: podUrl('shop', 'hostname'),
    checks: [
      {
        id: 'node-reaches-its-pods',
        claim: 'A process on worker gets an answer from shop, a pod of that node.',
        value: step('agent-asks', 'value.status'),
        expect: { equals: 200 },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-service',
    say: 'A Service stands on these promises. The address of cart’s Service becomes cart’s on worker; from there on it is a packet from pod to pod.',
    from: 'pod/shop',
    url: 'http://{{ services.cart.clusterIP }}/clientip',
    checks: [
      {
        id: 'service-keeps-the-source',
        claim: 'Through the ClusterIP, too, cart sees shop’s own address.',
        value: sees('ask-service'),
        expect: { same: `${pod('shop')}.ip` },
      },
    ],
  },
];
