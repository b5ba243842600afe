/** Breaks of this lab. All have the same complaint: "the Service does not work from my pod". */
import type { LabInput } from '../../src/lab/schema/lab.ts';

type Fault = NonNullable<LabInput['faults']>[number];

const everywhere = ['control-plane', 'worker', 'worker2'];
const symptom = (service: string, exit: number) => ({
  probe: {
    from: 'netns/shopper',
    url: `http://{{ services.\`${service}\`.clusterIP }}/hostname`,
    timeoutS: 2,
  },
  value: 'steps.symptom.value.exit',
  expect: { equals: exit },
});
const apply = (manifest: string) => ({
  on: 'you',
  command: ['kubectl', 'apply', '-f', `labs/02-service/manifests/${manifest}`],
});
const patch = (kind: 'service' | 'deployment', name: string, spec: object) => [
  { on: 'you', command: ['kubectl', 'patch', kind, name, '-p', JSON.stringify({ spec })] },
];

/** The Service has so many ready endpoints, and the rules of these nodes say the same. */
const follows = (service: string, ready: number, on = everywhere): Fault['repaired'] => [
  {
    kind: 'endpoints',
    id: 'endpoints-follow',
    claim: `The Service has as many ready endpoints as it should: ${ready}.`,
    service,
    ready,
  },
  { kind: 'programmed', id: 'rules-follow', claim: 'The rules of the nodes follow.', service, on },
];
const answers = (id: string, claim: string, address: string, from = 'netns/shopper') => ({
  kind: 'answers' as const,
  id,
  claim,
  from,
  url: `http://${address}/healthz`,
});
const madeByDeployment = ['-l', 'made=deployment'];
const farPods = {
  kind: 'pods' as const,
  id: 'pods-run',
  claim: 'Both pods of the Deployment are ready, and no other is left.',
  selector: 'made=deployment',
  ready: 2,
};

export const faults: Fault[] = [
  {
    id: 'fine-a-minute-ago',
    symptom: {
      text: 'curl from the pod shopper to the address of cart does not work: it is refused at once. It worked a minute ago, and the three pods of cart are Running and Ready.',
      ...symptom('cart', 7),
    },
    inject: patch('service', 'cart', { selector: { app: 'cart', release: 'stable' } }),
    until: [
      ...follows('cart', 0),
      {
        kind: 'pods',
        id: 'pods-are-fine',
        claim: 'The three pods of cart are Running and Ready.',
        selector: 'app=cart',
        ready: 3,
      },
    ],
    endsAt: 'forward.client-node.forward.rejected',
    hints: [
      'Refused at once means that somebody said no. Did the packet leave the node at all?',
      'How many addresses does the cluster list for this Service?',
      'What would a pod need to be listed? Compare word by word.',
    ],
    answer:
      'The selector of the Service has a second pair, release=stable, and no pod has that label. All pairs have to match, so the EndpointSlice is empty, and kube-proxy writes a rule on every node that refuses what comes for the ClusterIP. The refusal comes from shopper’s own node.',
    undo: [
      // `kubectl apply` does not take out what it never wrote.
      {
        on: 'you',
        command: [
          'kubectl',
          'patch',
          'service',
          'cart',
          '--type=json',
          '-p',
          '[{"op":"replace","path":"/spec/selector","value":{"app":"cart"}}]',
        ],
      },
    ],
    repaired: follows('cart', 3),
  },
  {
    id: 'each-pod-answers',
    symptom: {
      text: 'curl from the pod shopper to the address of cart does not work: it is refused at once. Each of the three pods of cart answers shopper at its own address, on port 8080.',
      ...symptom('cart', 7),
    },
    inject: patch('service', 'cart', { ports: [{ name: 'http', port: 80, targetPort: 'web' }] }),
    until: [
      ...follows('cart', 0),
      ...[0, 1, 2].map((index) =>
        answers(
          `pod-${index + 1}-answers`,
          `Pod ${index + 1} of cart answers shopper at its own address.`,
          `{{ pods[app='cart'][${index}].ip }}:8080`,
        ),
      ),
    ],
    endsAt: 'forward.client-node.forward.rejected',
    hints: [
      'The pods are found. Is an address all that is needed to reach a process?',
      'Look at what the cluster lists for this Service, not only at the addresses: every column.',
      'A number can be written as a word. Who says which number it is?',
    ],
    answer:
      'targetPort is the name web, and no pod has a port of that name. The EndpointSlice lists the pods but no port, so kube-proxy has nothing to send to and writes a rule that refuses. A name is looked up in each pod’s ports: here containerPort does matter.',
    undo: [apply('service.yaml')],
    repaired: follows('cart', 3),
  },
  {
    id: 'one-of-two-services',
    symptom: {
      text: 'curl from the pod shopper to the address of cart-far does not work: it is refused at once. The address of cart, a Service for the same two pods and one more, answers.',
      ...symptom('cart-far', 7),
    },
    inject: patch('service', 'cart-far', { ports: [{ name: 'http', port: 80, targetPort: 8088 }] }),
    until: [
      ...follows('cart-far', 2),
      answers(
        'cart-answers',
        'shopper gets an answer from the address of cart.',
        '{{ services.cart.clusterIP }}',
      ),
    ],
    endsAt: 'forward.pod.input.delivered',
    hints: [
      'kube-proxy’s rules refuse what has no endpoint. This one has two. Who else can refuse a connection?',
      'Follow the packet to its end. On which machine does it end?',
      'What does the process in the pod listen on?',
    ],
    answer:
      'targetPort is 8088, and the process listens on 8080. The rules rewrite the destination as they should, the packet reaches the pod, and the pod’s own kernel answers with RST, because no socket has that port. The API server took the number as it is.',
    undo: [apply('service-far.yaml')],
    repaired: follows('cart-far', 2),
  },
  {
    id: 'since-the-new-pods',
    symptom: {
      text: 'Since the pods behind it were replaced, curl from the pod shopper to the address of cart-far is refused at once. All of them run.',
      ...symptom('cart-far', 7),
    },
    inject: [
      ...patch('deployment', 'cart', {
        template: {
          spec: {
            containers: [{ name: 'cart', readinessProbe: { httpGet: { path: '/healthz', port: 8088 } } }],
          },
        },
      }),
      { on: 'you', command: ['kubectl', 'delete', 'pods', ...madeByDeployment] },
      { on: 'you', command: ['kubectl', 'wait', 'pods', ...madeByDeployment, '--for=create'] },
      {
        on: 'you',
        command: ['kubectl', 'wait', 'pods', ...madeByDeployment, '--for=jsonpath={.status.phase}=Running'],
      },
    ],
    until: follows('cart-far', 0),
    endsAt: 'forward.client-node.forward.rejected',
    hints: [
      'To run is one thing. Which other state does a pod have, and who decides it?',
      'The cluster lists both pods for this Service. What does it say about each of them besides the address?',
      'Somebody asks each pod all the time how it is. Where, and what is the answer?',
    ],
    answer:
      'The readiness probe asks port 8088, where nothing listens, so the pods do not become Ready. The EndpointSlice lists them with ready=false, kube-proxy uses none of them, and with no other endpoint its rule refuses. What the process was told has not changed: only the question is wrong.',
    undo: [apply('cart.yaml')],
    repaired: [farPods, ...follows('cart-far', 2)],
  },
  {
    id: 'silence-on-one-node',
    symptom: {
      text: 'curl from the pod shopper to the address of cart-far hangs until it gives up. From another node the same address answers, and both pods behind it are Running and Ready.',
      ...symptom('cart-far', 28),
    },
    inject: [
      { on: 'node/worker', command: ['pkill', '-STOP', '-x', 'kube-proxy'] },
      { on: 'you', command: ['kubectl', 'delete', 'pods', ...madeByDeployment] },
    ],
    until: [
      farPods,
      ...follows('cart-far', 2, ['control-plane', 'worker2']),
      answers(
        'other-node-answers',
        'From worker2 the same address answers.',
        '{{ services.`cart-far`.clusterIP }}',
        'node/worker2',
      ),
    ],
    endsAt: 'forward.pod-node.forward.routed',
    hints: [
      'Silence is not a refusal: the packet is sent somewhere, and nobody is there.',
      'Two nodes treat the same address in two ways. Compare what each of them makes of it.',
      'Who tells a node about new pods, and is it at work?',
    ],
    answer:
      'kube-proxy on worker is stopped, and since then both pods were replaced. Its rules still send to the old ones, which are gone: the packet travels to worker2, which has no cable for those addresses any more and passes it on by its default route. The other nodes have the new addresses. The rules work without kube-proxy; they only don’t change.',
    undo: [{ on: 'node/worker', command: ['pkill', '-CONT', '-x', 'kube-proxy'] }],
    repaired: follows('cart-far', 2),
  },
];
