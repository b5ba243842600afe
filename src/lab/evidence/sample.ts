/** A small lab and what it recorded on a made-up cluster, for the tests of this folder. */

import { checksOfCell, stepsOfCell } from '../cell-steps.ts';
import { definitionHash } from '../definition.ts';
import { type Context, contextAfter } from '../expression.ts';
import { judgeCheck } from '../judge.ts';
import { type Lab, type LabInput, labSchema } from '../schema/lab.ts';
import { commandsAgain, valueAgain } from './rederive.ts';
import { type Evidence, evidenceSchema, type Facts, type StepRecord } from './schema.ts';
import { sealed, unsealedSchema } from './seal.ts';

const input = {
  id: '03-nodeport',
  title: 'NodePort',
  question: 'Who answered?',
  shape: 'three',
  matrix: { proxyMode: ['iptables'] },
  images: ['netexec'],
  namespace: 'shop',
  manifests: ['cart.yaml'],
  readiness: [{ kind: 'pods', id: 'ready', claim: 'one pod is ready', selector: 'app=cart', ready: 1 }],
  steps: [
    { kind: 'run', id: 'pods', on: 'you', command: ['kubectl', 'get', 'pods', '-o', 'wide'] },
    {
      kind: 'probe',
      id: 'ask',
      from: 'client',
      url: 'http://{{ nodes.worker.ip }}:30080/hostname',
      checks: [
        {
          id: 'answers',
          claim: 'the node answers',
          value: 'steps.ask.value.status',
          expect: { equals: 200 },
        },
        {
          id: 'by-pod',
          claim: 'the pod answers',
          value: 'steps.ask.value.body',
          expect: { in: 'pods.name' },
        },
      ],
    },
    {
      kind: 'capture',
      id: 'events',
      watches: [{ id: 'worker', on: 'node/worker', command: ['conntrack', '-E'], parse: 'lines' }],
      during: [
        { kind: 'probe', id: 'again', from: 'client', url: 'http://{{ nodes.worker2.ip }}:30080/clientip' },
      ],
      checks: [
        {
          id: 'one',
          claim: 'one event was seen',
          value: '$count(steps.events.value.worker)',
          expect: { equals: 1 },
        },
      ],
    },
    {
      kind: 'run',
      id: 'random',
      on: 'node/worker',
      command: ['cat', '/proc/net/nf_conntrack'],
      compare: 'exit',
    },
  ],
} satisfies LabInput;

export const lab: Lab = labSchema.parse(input);
export const files = { manifests: { 'cart.yaml': 'nodePort: 30080\nport: 80\n' }, shape: { workers: 2 } };
export const definition = definitionHash(lab, files);

/** What may differ between two runs. */
export interface Chance {
  readonly network: string;
  readonly suffix: string;
  readonly port: number;
}

export const monday: Chance = { network: '172.31.77', suffix: '7c4d9bfd68-x2zkp', port: 40001 };
export const tuesday: Chance = { network: '172.18.0', suffix: '5f6b4c8d79-8hq2w', port: 51234 };

function factsOf({ network, suffix }: Chance): Facts {
  const node = (name: string, last: number) => ({
    name,
    ip: `${network}.${last}`,
    podCIDR: `10.244.${last}.0/24`,
    podSideIp: `10.244.${last}.1`,
  });
  return {
    client: { name: 'hop-3n-client', ip: `${network}.9` },
    nodes: { worker: node('hop-3n-worker', 3), worker2: node('hop-3n-worker2', 4) },
    pods: [{ name: `cart-${suffix}`, app: 'cart', node: 'worker2', ip: '10.244.4.2', ready: true }],
    services: {
      cart: { clusterIP: '10.96.12.40', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] },
    },
  };
}

const cell = { proxyMode: 'iptables', podNetwork: 'kindnet' } as const;

/** Records the lab as the runner would, with outputs that fit the facts. */
export async function record(chance: Chance): Promise<Evidence> {
  const facts = factsOf(chance);
  const { client, nodes, pods } = facts;
  const [pod] = pods;
  const written = `200 ${client.ip}:${chance.port} -> ${nodes.worker?.ip}:30080 (new connections: 1)`;
  const outputs: Record<string, string> = {
    pods: `NAME                    READY   IP           NODE\n${pod?.name}   1/1     ${pod?.ip}   ${nodes.worker2?.name}`,
    ask: `${pod?.name}\n${written}`,
    again: `${nodes.worker2?.podSideIp}:${chance.port}\n${written}`,
    events: `[NEW] tcp src=${client.ip} dst=${nodes.worker2?.ip} sport=${chance.port} dport=30080`,
    random: `${chance.port} entries`,
  };
  const records: StepRecord[] = [];
  for (const { step, within } of stepsOfCell(lab, cell)) {
    const before: Context = contextAfter(facts, records);
    const words = await commandsAgain(step, before);
    const commands = words.map((text) => ({
      shown: `docker exec ${nodes.worker?.name} ${text}`,
      exit: 0,
      out: outputs[step.id] ?? '',
      err: '',
    }));
    const outline = { id: step.id, kind: step.kind, ...(within === undefined ? {} : { within }), commands };
    records.push({ ...outline, value: valueAgain(step, { ...outline, value: null }, {}) ?? null });
  }
  const checks = await Promise.all(
    checksOfCell(lab, cell).map(async ({ check, step }) => {
      const end = records.findIndex(({ id }) => id === step) + 1;
      const judged = await judgeCheck(check, contextAfter(facts, records.slice(0, end)));
      return { id: check.id, step, claim: check.claim, scope: check.scope, ...judged };
    }),
  );
  const evidence = unsealedSchema.parse({
    schema: 1,
    lab: lab.id,
    cell: 'iptables',
    recordedAt: '2026-11-22T00:00:00Z',
    on: {
      kubernetes: 'v1.37.0',
      kind: 'v0.33.0',
      proxyMode: 'iptables',
      kernel: '6.1',
      containerd: '2.2',
      docker: '29',
      architecture: 'amd64',
      images: [],
    },
    definition,
    facts,
    gates: [{ id: 'ready', claim: 'one pod is ready', verdict: 'passed', saw: '1' }],
    steps: records,
    checks,
    faults: [],
    traces: {},
  });
  return sealed(evidence);
}

/** The same file with some text replaced, as if somebody had edited it. */
export function edited(evidence: Evidence, replace: (text: string) => string): Evidence {
  return evidenceSchema.parse(JSON.parse(replace(JSON.stringify(evidence))));
}
