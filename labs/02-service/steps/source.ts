/** Whose address the pod sees: the asking pod's own, wherever it runs. A node that asks is masqueraded. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const ask = (id: string, service: string, from: string) => ({
  kind: 'probe' as const,
  id,
  from,
  url: `http://{{ services.\`${service}\`.clusterIP }}/clientip`,
});
const seen = (step: string) => `steps.\`${step}\`.value.body`;
/** The port may be another one, where a connection before this one had the same to the same pod, by another Service. */
const address = (step: string) => `$substringBefore(${seen(step)}, ':')`;
const sent = (step: string, ip: string) => `${ip} & ':' & $string(steps.\`${step}\`.value.local.port)`;

export const source: LabInput['steps'] = [
  {
    ...ask('source-near', 'cart-near', 'netns/shopper'),
    say: 'agnhost answers /clientip with the address that its socket sees. First a pod on the same node:',
    checks: [
      {
        id: 'near-sees-shopper',
        claim: 'Pod on the same node: it sees the address of the pod that asked.',
        value: address('source-near'),
        expect: { same: "pods[app='shopper'].ip" },
      },
    ],
  },
  {
    ...ask('source-far', 'cart-far', 'netns/shopper'),
    say: 'Then one on the other node:',
    checks: [
      {
        id: 'far-sees-shopper',
        claim: 'Pod on another node: it sees the address of the pod that asked, too.',
        value: address('source-far'),
        expect: { same: "pods[app='shopper'].ip" },
      },
    ],
  },
  {
    ...ask('source-node', 'cart-far', 'node/worker'),
    say: 'The same from worker itself, not from a pod. Its packets carry worker’s address on the network; the port shows whether they were rewritten.',
    checks: [
      {
        id: 'node-is-masqueraded',
        claim:
          'When worker itself asks, the source is rewritten: the pod sees worker’s address and another port.',
        value: `[${address('source-node')}, ${seen('source-node')} = ${sent('source-node', 'nodes.worker.ip')}]`,
        expect: { same: '[nodes.worker.ip, false]' },
      },
    ],
  },
];
