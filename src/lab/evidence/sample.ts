/** A small lab and what it recorded on a made-up cluster, for the tests of this folder. */

import { definitionHash } from '../definition.ts';
import { type Lab, type LabInput, labSchema } from '../schema/lab.ts';
import { recordAs } from './sample-record.ts';
import { type Evidence, evidenceSchema, type Facts } from './schema.ts';

export const input = {
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

export function factsOf({ network, suffix }: Chance): Facts {
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

/** What each step of the lab printed, fitting the facts. */
export function outputsOf({ client, nodes, pods: [pod] }: Facts, { port }: Chance): Record<string, string> {
  const written = `200 ${client.ip}:${port} -> ${nodes.worker?.ip}:30080 (new connections: 1)`;
  return {
    pods: `NAME                    READY   IP           NODE\n${pod?.name}   1/1     ${pod?.ip}   ${nodes.worker2?.name}`,
    ask: `${pod?.name}\n${written}`,
    again: `${nodes.worker2?.podSideIp}:${port}\n${written}`,
    events: `[NEW] tcp src=${client.ip} dst=${nodes.worker2?.ip} sport=${port} dport=30080`,
    random: `${port} entries`,
  };
}

export function record(chance: Chance): Promise<Evidence> {
  const facts = factsOf(chance);
  const outputs = outputsOf(facts, chance);
  return recordAs(lab, definition, { facts, outputs, after: {}, traces: {}, faults: [] });
}

/** The same file with some text replaced, as if somebody had edited it. */
export function edited(evidence: Evidence, replace: (text: string) => string): Evidence {
  return evidenceSchema.parse(JSON.parse(replace(JSON.stringify(evidence))));
}
