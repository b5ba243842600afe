/** What Kubernetes asks of a pod network, and nothing more; each promise a check, on each network. */
import { node, placed, pod, podUrl, roles, type Steps, step } from './names.ts';
import { nodesAndTheirPods, pairsOfPods } from './pairs.ts';

const sees = (id: string) => `$substringBefore(${step(id, 'value.body')}, ':')`;

export const promises: Steps = [
  {
    kind: 'run',
    id: 'place',
    say: 'Four pods on three nodes; the pods called tools are in their nodes’ own network.',
    on: 'you',
    command: ['kubectl', 'get', 'pods', '-o', 'wide'],
    // Pods of a DaemonSet are listed by names that end in chance.
    compare: 'lines',
    checks: [
      {
        id: 'two-nodes',
        claim: 'shop and neighbour are on worker, cart is on worker2, office is on the control plane.',
        value: `[${placed.map(([app]) => `${pod(app)}.node`).join(', ')}]`,
        expect: { equals: placed.map(([, role]) => role) },
      },
      {
        id: 'own-address-each',
        claim: 'Each of the four pods has an address of its own, from its node’s range.',
        value: `[$count($distinct([${placed.map(([app]) => `${pod(app)}.ip`).join(', ')}])), ${placed.map(([app, role]) => `$inCidr(${pod(app)}.ip, ${node(role)}.podCIDR)`).join(', ')}]`,
        expect: { equals: [placed.length, ...placed.map(() => true)] },
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
  ...pairsOfPods,
  ...nodesAndTheirPods,
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
  {
    kind: 'trace',
    id: 'trace-service',
    say: 'The same request at every place where a kernel saw it:',
    from: 'pod/shop',
    url: 'http://{{ services.cart.clusterIP }}/clientip',
    checks: [
      {
        id: 'service-is-rewritten-first',
        claim:
          'The request to the ClusterIP is rewritten once, on shop’s node and before that node routes it; then come the hops of a request to cart’s own address.',
        value: step('trace-service', 'value.request.hops'),
        expect: {
          equals: [
            'forward.client-pod.output.sent',
            'forward.client-node.prerouting.dnat',
            'forward.client-node.forward.routed',
            'forward.pod-node.forward.routed',
            'forward.pod.input.delivered',
          ],
        },
      },
      {
        id: 'service-is-put-back-last',
        claim: 'The answer is routed by both nodes; on shop’s node the ClusterIP is put back.',
        value: step('trace-service', 'value.reply.hops'),
        expect: {
          equals: [
            'reply.pod.output.sent',
            'reply.pod-node.forward.routed',
            'reply.client-node.forward.routed',
            'reply.client-node.postrouting.un-dnat',
            'reply.client-pod.input.delivered',
          ],
        },
      },
    ],
  },
];
