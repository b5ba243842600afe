/** Breaks of this lab. All have the same complaint: "curl to a node does not work". */
import type { LabInput } from '../../src/lab/schema/lab.ts';

const everywhere = ['control-plane', 'worker', 'worker2'];
const url = 'http://{{ nodes.worker.ip }}:30080/hostname';
const symptom = { probe: { from: 'client', url, timeoutS: 2 }, value: 'steps.symptom.value.exit' };
const applyAgain = [
  { on: 'you', command: ['kubectl', 'apply', '-f', 'labs/03-nodeport/manifests/service.yaml'] },
];

const repaired = [
  {
    kind: 'endpoints' as const,
    id: 'endpoint-again',
    claim: 'The Service has its ready endpoint.',
    service: 'cart',
    ready: 1,
  },
  {
    kind: 'programmed' as const,
    id: 'rules-again',
    claim: 'Every node has rules for it.',
    service: 'cart',
    on: everywhere,
  },
];

const patch = (spec: object) => [
  { on: 'you', command: ['kubectl', 'patch', 'service', 'cart', '-p', JSON.stringify({ spec })] },
];

export const faults: NonNullable<LabInput['faults']> = [
  {
    id: 'first-refusal',
    symptom: {
      text: 'curl from the client to port 30080 of worker does not work: it is refused at once. It worked a minute ago, and the pod is Running and Ready.',
      ...symptom,
      expect: { equals: 7 },
    },
    inject: patch({ selector: { app: 'kart' } }),
    until: [
      {
        kind: 'endpoints',
        id: 'no-endpoint',
        claim: 'The Service has no endpoint.',
        service: 'cart',
        ready: 0,
      },
      {
        kind: 'programmed',
        id: 'all-refuse',
        claim: 'Every node has a rule that refuses the port.',
        service: 'cart',
        on: everywhere,
      },
    ],
    endsAt: 'forward.entry-node.input.rejected',
    hints: [
      'Refused at once means that somebody said no. Who was it: the node you asked, or the pod?',
      'Compare what the Service says it has behind it with the pods that run.',
      'A Service finds its pods by their labels. All of its pairs have to match.',
    ],
    answer:
      'The selector of the Service says app=kart, and no pod has that label. The EndpointSlice is empty, and kube-proxy writes a rule on every node that refuses the port: the refusal is an ICMP message of the entry node, and the packet gets no further than that.',
    undo: applyAgain,
    repaired,
  },
  {
    id: 'second-refusal',
    symptom: {
      text: 'curl from the client to port 30080 of worker does not work: it is refused at once. The Service lists the pod’s address as its endpoint.',
      ...symptom,
      expect: { equals: 7 },
    },
    inject: patch({ ports: [{ name: 'http', port: 80, targetPort: 8081, nodePort: 30080 }] }),
    until: [
      {
        kind: 'programmed',
        id: 'all-follow',
        claim: 'Every node sends to the new port.',
        service: 'cart',
        on: everywhere,
      },
    ],
    endsAt: 'forward.pod.input.delivered',
    hints: [
      'There is an endpoint, so no rule refuses the packet. Who else can refuse a connection?',
      'Follow the address and the port to where the packet is sent in the end.',
      'What is the process in the pod listening on?',
    ],
    answer:
      'targetPort is 8081, and the process listens on 8080. The rules send the packet to the pod, and the pod’s own kernel answers with RST, because no socket is bound to that port. containerPort says 8080 all the time, and the rules go by targetPort.',
    undo: applyAgain,
    repaired,
  },
  {
    id: 'half-the-nodes',
    symptom: {
      text: 'curl from the client to port 30080 of worker hangs until it gives up. A colleague says that the same port works on another node.',
      ...symptom,
      expect: { equals: 28 },
    },
    inject: patch({ externalTrafficPolicy: 'Local' }),
    until: [
      {
        kind: 'programmed',
        id: 'all-local',
        claim: 'Every node follows the new policy.',
        service: 'cart',
        on: everywhere,
      },
      {
        kind: 'answers',
        id: 'other-node-answers',
        claim: 'worker2 answers on the same port.',
        from: 'client',
        url: 'http://{{ nodes.worker2.ip }}:30080/healthz',
      },
    ],
    endsAt: 'forward.entry-node.input.dropped',
    hints: [
      'Silence is another answer than a refusal: a rule that drops, or a packet that gets lost.',
      'Which nodes answer and which do not? What have the ones that answer, and the others not?',
      'The Service itself can say which traffic a node may take.',
    ],
    answer:
      'externalTrafficPolicy is Local: a node only uses endpoints of its own, and worker has none, so kube-proxy’s rules there drop what comes in for the port. worker2, which has the pod, answers.',
    undo: applyAgain,
    repaired,
  },
];
