/** The small lab once more, with what it has not: a change, a trace and a fault. */
import type { Hop } from '../../trace/hop.ts';
import type { Trace } from '../../trace/trace.ts';
import { definitionHash } from '../definition.ts';
import { type Lab, labSchema } from '../schema/lab.ts';
import { type Chance, factsOf, files, input, outputsOf } from './sample.ts';
import { recordAs } from './sample-record.ts';
import type { Evidence, Facts } from './schema.ts';

const url = 'http://{{ nodes.worker.ip }}:30080/';

export const whole: Lab = labSchema.parse({
  ...input,
  steps: [
    ...input.steps,
    {
      kind: 'change',
      id: 'scale',
      commands: [{ on: 'you', command: ['kubectl', 'scale', 'deployment/cart', '--replicas=2'] }],
      until: [{ kind: 'pods', id: 'two', claim: 'two pods are ready', selector: 'app=cart', ready: 2 }],
    },
    {
      kind: 'trace',
      id: 'way',
      from: 'client',
      url,
      checks: [
        {
          id: 'as-predicted',
          claim: 'it is as predicted',
          value: 'steps.way.value.verdict',
          expect: { equals: 'equal' },
        },
      ],
    },
  ],
  faults: [
    {
      id: 'refused',
      symptom: {
        text: 'curl from the client is refused at once.',
        probe: { from: 'client', url },
        value: 'steps.symptom.value.exit',
        expect: { equals: 7 },
      },
      inject: [{ on: 'you', command: ['kubectl', 'scale', 'deployment/cart', '--replicas=0'] }],
      until: [{ kind: 'endpoints', id: 'none', claim: 'no endpoint is ready', service: 'cart', ready: 0 }],
      endsAt: 'forward.entry-node.input.rejected',
      hints: ['Who said no: the node, or the pod?', 'How many pods are there?'],
      answer: 'No pod is there, so the node answers with REJECT.',
      undo: [{ on: 'you', command: ['kubectl', 'scale', 'deployment/cart', '--replicas=2'] }],
      repaired: [{ kind: 'endpoints', id: 'again', claim: 'two are ready again', service: 'cart', ready: 2 }],
    },
  ],
});
export const wholeDefinition = definitionHash(whole, files);

export function recordWhole(chance: Chance): Promise<Evidence> {
  const facts = factsOf(chance);
  const second = {
    name: `cart-2${chance.suffix}`,
    app: 'cart',
    node: 'worker',
    ip: '10.244.3.5',
    ready: true,
  };
  const way = [
    trace('request', 'delivered', ['forward.client.output.sent', 'forward.pod.input.delivered'], facts),
    trace('reply', 'delivered', ['reply.pod.output.sent', 'reply.client.input.delivered'], facts),
  ];
  const refused = [
    trace('request', 'rejected', ['forward.client.output.sent', 'forward.entry-node.input.rejected'], facts),
    trace('reply', 'unanswered', [], facts),
  ];
  const well = { exit: 0, status: 200, error: '' };
  const error = `curl: (7) Failed to connect to ${facts.nodes.worker?.ip} port 30080`;
  return recordAs(whole, wholeDefinition, {
    facts,
    outputs: { ...outputsOf(facts, chance), scale: 'deployment.apps/cart scaled' },
    after: { scale: { ...facts, pods: [...facts.pods, second] } },
    traces: { way, 'way-predicted': way, 'fault-refused': refused },
    faults: [
      {
        id: 'refused',
        verdict: 'passed',
        baseline: well,
        symptom: { exit: 7, status: 0, error },
        repaired: well,
      },
    ],
  });
}

function trace(
  direction: Trace['direction'],
  end: Trace['end']['kind'],
  hops: string[],
  facts: Facts,
): Trace {
  return {
    schema: 1,
    direction,
    path: 'pod-on-other-node',
    proxyMode: 'iptables',
    probe: { protocol: 'tcp', from: 'outside', target: `http://${facts.nodes.worker?.ip}:30080/` },
    hops: hops.map((id) => hop(id, facts)),
    end: { kind: end, text: 'as it was seen' },
    notes: [],
  };
}

function hop(id: string, { client, nodes, pods }: Facts): Hop {
  const [, role, hook, action] = id.split('.') as [string, Hop['place']['role'], Hop['hook'], Hop['action']];
  const names = { client: client.name, 'entry-node': nodes.worker?.name, pod: pods[0]?.name };
  return {
    id,
    place: { role, name: names[role as keyof typeof names] ?? '' },
    hook,
    action,
    packet: {
      protocol: 'tcp',
      source: { ip: client.ip, port: 40001 },
      destination: { ip: nodes.worker?.ip ?? '', port: 30080 },
    },
    rules: [],
    grade: 'observed',
    evidence: [],
  };
}
