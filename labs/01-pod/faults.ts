/** Breaks of this lab. All have the same complaint: "another pod asks the pod at its address, and it does not work". */
import type { LabInput } from '../../src/lab/schema/lab.ts';

const probe = { from: 'netns/ask', url: "http://{{ pods[app='cart'].ip }}:8080/hostname", timeoutS: 2 };
const apply = (file: string) => ({
  on: 'you',
  command: ['kubectl', 'apply', '-f', `labs/01-pod/manifests/${file}`],
});
const remove = { on: 'you', command: ['kubectl', 'delete', 'pod', 'cart'] };
const again = { undo: [remove, apply('cart.yaml')], repaired: [ready('cart-again')] };

function ready(id: string) {
  return {
    kind: 'pods' as const,
    id,
    claim: 'The pod cart runs and is ready.',
    selector: 'app=cart',
    ready: 1,
  };
}

/** What the symptom's text says of the ways that work, or what the answer says of who listens. */
function answers(id: string, claim: string, from: string, url: string) {
  return { kind: 'answers' as const, id, claim, from, url };
}

export const faults: NonNullable<LabInput['faults']> = [
  {
    id: 'ready-and-refused',
    symptom: {
      text: 'Since this morning another pod that asks the pod cart on port 8080 is refused at once. The pod is Running and Ready.',
      probe,
      value: 'steps.symptom.value.exit',
      expect: { equals: 7 },
    },
    inject: [remove, apply('cart-new-release.yaml')],
    until: [
      ready('released'),
      answers(
        'answers-inside',
        'At 127.0.0.1, inside the pod, port 8080 answers.',
        'netns/cart',
        'http://127.0.0.1:8080/hostname',
      ),
    ],
    endsAt: 'forward.pod.input.delivered',
    hints: [
      'The packet gets as far as the pod. Who refuses a packet there?',
      'Ready says what the readiness probe has seen. From where does it ask?',
      'A socket has a port and an address. Look at both, in the pod’s network namespace.',
    ],
    answer:
      'A new release of the app came this morning, and it listens at 127.0.0.1 only. Its readiness probe runs inside the container and asks localhost, so it is content. A packet for the pod’s own address finds no socket there, and the pod’s kernel answers with RST.',
    ...again,
  },
  {
    id: 'declared-and-refused',
    symptom: {
      text: 'Another pod that asks the pod cart on port 8080 is refused at once; an hour ago it was answered. The pod is Running and Ready, and its manifest declares port 8080 as before.',
      probe,
      value: 'steps.symptom.value.exit',
      expect: { equals: 7 },
    },
    inject: [remove, apply('cart-new-settings.yaml')],
    until: [
      ready('set'),
      answers(
        'other-port-answers',
        'Asked by the other pod, port 8081 of the pod cart answers.',
        'netns/ask',
        "http://{{ pods[app='cart'].ip }}:8081/hostname",
      ),
    ],
    endsAt: 'forward.pod.input.delivered',
    hints: [
      'The packet gets as far as the pod. Who refuses a packet there?',
      'The manifest speaks of ports in more than one place. Which of these does the process read?',
      'Compare with what listens in the pod’s network namespace.',
    ],
    answer:
      'The process was told to listen on port 8081, and the readiness probe was changed with it, so the pod is Ready. containerPort still says 8080, and that opens nothing: no socket is bound to 8080, and the pod’s kernel answers with RST.',
    ...again,
  },
  {
    id: 'not-found',
    symptom: {
      text: 'Since this morning the pod cart answers /hostname with HTTP 404. The image and the arguments of its container cart are as before.',
      probe,
      value: 'steps.symptom.value.status',
      expect: { equals: 404 },
    },
    inject: [
      remove,
      apply('cart-new-helper.yaml'),
      {
        on: 'you',
        command: [
          ...['kubectl', 'wait', 'pod/cart', '--timeout=60s'],
          '--for=jsonpath={.status.containerStatuses[?(@.name=="cart")].restartCount}=1',
        ],
      },
    ],
    until: [],
    endsAt: 'forward.pod.input.delivered',
    hints: [
      'Somebody answers. Is it the one who was asked?',
      'A pod is more than one process. How are its containers?',
      'Which process has the socket, and what does the log of the other one say?',
    ],
    answer:
      'Since this morning the pod has another helper, a web server of its own, and that took port 8080 first. All containers of a pod share one network namespace, so the app can’t bind the port: it ends, is started again, and its log says “address already in use”. The requests go to the helper.',
    ...again,
  },
  {
    id: 'silent-pod',
    symptom: {
      text: 'Another pod that asks the pod cart on port 8080 hangs until it gives up. Inside the pod, the app answers at localhost and at the pod’s own address.',
      probe,
      value: 'steps.symptom.value.exit',
      expect: { equals: 28 },
    },
    inject: [
      {
        on: 'netns/cart',
        command: [
          ...['ip', 'neigh', 'replace', '{{ nodes.worker.podSideIp }}', 'dev', 'eth0'],
          ...['lladdr', '02:00:00:00:00:01', 'nud', 'permanent'],
        ],
      },
    ],
    until: [
      answers(
        'answers-at-localhost',
        'Inside the pod, the app answers at localhost.',
        'netns/cart',
        'http://127.0.0.1:8080/hostname',
      ),
      answers(
        'answers-at-its-address',
        'Inside the pod, the app answers at the pod’s own address.',
        'netns/cart',
        probe.url,
      ),
    ],
    endsAt: 'reply.pod.output.sent',
    hints: [
      'A request has two ways, there and back. Which of the two is broken? Look where the last packet was seen.',
      'Everything that leaves the pod goes to one neighbour. By what does the pod know it?',
      'The cable has two ends, and each has a hardware address. Compare what the pod has learned with what is there.',
    ],
    answer:
      'The SYN arrives, and the pod’s kernel answers with SYN ACK. But the pod’s neighbour table has a wrong hardware address for its gateway, so the node’s end of the cable gets frames that are for somebody else and ignores them. The handshake is never completed, and the app has no part in it.',
    undo: [
      { on: 'netns/cart', command: ['ip', 'neigh', 'delete', '{{ nodes.worker.podSideIp }}', 'dev', 'eth0'] },
    ],
    repaired: [ready('cart-speaks-again')],
  },
];
