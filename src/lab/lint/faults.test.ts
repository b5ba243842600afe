import { describe, expect, test } from 'vitest';
import { type Fault, faultSchema } from '../schema/fault.ts';
import { faultProblems } from './faults.ts';

const manifest = 'kind: Service\nspec:\n  selector: { app: cart }\n  ports: [{ targetPort: 8080 }]\n';
const fault: Fault = faultSchema.parse({
  id: 'nobody-home',
  symptom: {
    text: 'curl from the client to a node is refused at once.',
    probe: { from: 'client', url: 'http://x/' },
    value: 'steps.symptom.value.exit',
    expect: { equals: 7 },
  },
  inject: [
    {
      on: 'you',
      command: ['kubectl', 'patch', 'service', 'cart', '-p', '{"spec":{"selector":{"app":"kart"}}}'],
    },
  ],
  endsAt: 'forward.entry-node.input.rejected',
  hints: [
    'Who said no: the node, or the pod?',
    'Compare what the Service cart wants with the pods that run.',
  ],
  answer: 'The selector of the Service says app=kart, so the node answers with REJECT.',
  undo: [{ on: 'you', command: ['kubectl', 'apply', '-f', 'service.yaml'] }],
  repaired: [{ kind: 'endpoints', id: 'again', claim: 'one endpoint is ready', service: 'cart', ready: 1 }],
});
const messages = (changes: Partial<Fault>) =>
  faultProblems({ ...fault, ...changes }, [manifest]).map(
    ({ severity, message }) => `${severity}: ${message}`,
  );
const symptom = (text: string) => ({ symptom: { ...fault.symptom, text } });

test('a fault whose words tell nothing is fine', () => {
  expect(messages({})).toEqual([]);
});

describe('a fault gives itself away', () => {
  test.each([
    [
      { hints: ['Ask `kubectl get endpointslices`.', 'Look again, please.'] },
      'error: fault nobody-home: hint 1 has a command (kubectl); say where to look',
    ],
    [
      { hints: ['Look at the labels.', 'Is it really "kart" that you want?'] },
      'error: fault nobody-home: hint 2 tells the cause: "kart" is what was injected',
    ],
    [
      symptom('kubectl patch was used, and now nothing works.'),
      'error: fault nobody-home: the symptom has a command (kubectl); say where to look',
    ],
    [
      symptom('The node answers with REJECT to the client.'),
      'warning: fault nobody-home: the symptom speaks of "REJECT", and so does the answer',
    ],
    [
      { hints: ['Look at it closely.', 'Look at it closely.'] },
      'error: fault nobody-home: the same hint stands there twice',
    ],
    [
      { endsAt: 'forward.worker.input.rejected' },
      'error: fault nobody-home: endsAt is no hop: expected <forward|reply>.<role>.<hook>.<action>, there is "forward.worker.input.rejected"; role: client, client-pod, client-node, entry-node, pod-node, pod; hook: prerouting, input, forward, output, postrouting; action: sent, marked, dnat, routed, snat, un-snat, un-dnat, delivered, dropped, rejected',
    ],
  ])('%j', (changes, message) => {
    expect(messages(changes)).toEqual([message]);
  });

  test('but not with what stands in the manifests', () => {
    expect(messages({ hints: ['Is 8080 the port?', 'The Service cart has a selector.'] })).toEqual([]);
  });
});
