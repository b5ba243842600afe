/** Pods that were deleted and still serve: used again when no other endpoint is left. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { slicesOf } from './slices.ts';

const slice = (id: string) => ({
  kind: 'run' as const,
  id,
  on: 'you',
  command: slicesOf(
    'leaving',
    '-o',
    'jsonpath={range .items[0].endpoints[*]}{.targetRef.name} ready={.conditions.ready} serving={.conditions.serving} terminating={.conditions.terminating}{"\\n"}{end}',
  ),
  parse: 'lines' as const,
  compare: 'lines' as const,
});

const remove = (pod: string) => ({
  on: 'you',
  command: ['kubectl', 'delete', 'pod', pod, '--wait=false'],
});

const inRules = (id: string, claim: string) => ({
  kind: 'programmed' as const,
  id,
  claim,
  service: 'leaving',
  on: ['worker'],
});

const ask = (id: string) => ({
  kind: 'probe' as const,
  id,
  from: 'netns/shopper',
  url: 'http://{{ services.leaving.clusterIP }}/hostname',
  connections: 40,
  compare: 'exit' as const,
});
const answers = (step: string) => `$sort($distinct(steps.\`${step}\`.value.answers.(status & ' ' & body)))[]`;

export const leaving: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'leaving-come',
    say: 'Another Service with two pods that serve on after they were deleted, until they are told to stop (preStop).',
    commands: [{ on: 'you', command: ['kubectl', 'apply', '-f', 'labs/02-service/manifests/leaving.yaml'] }],
    until: [
      {
        kind: 'endpoints',
        id: 'two-leaving',
        claim: 'The Service leaving has two ready endpoints.',
        service: 'leaving',
        ready: 2,
      },
      inRules('two-leaving-programmed', 'worker has rules for both.'),
    ],
  },
  {
    kind: 'change',
    id: 'first-leaves',
    say: 'The first is deleted.',
    commands: [remove('leaving-1')],
    until: [
      {
        kind: 'endpoints',
        id: 'one-ready',
        claim: 'The Service leaving has one ready endpoint.',
        service: 'leaving',
        ready: 1,
      },
      inRules('one-programmed', 'worker has rules for the ready one only.'),
    ],
  },
  slice('slice-one-left'),
  {
    ...ask('ask-one-left'),
    checks: [
      {
        id: 'terminating-gets-nothing-new',
        claim:
          'While another endpoint is ready, none of forty new connections goes to the one that terminates.',
        value: answers('ask-one-left'),
        expect: { equals: ['200 leaving-2'] },
      },
    ],
  },
  {
    kind: 'change',
    id: 'second-leaves',
    say: 'The second is deleted too: now no endpoint is ready.',
    commands: [remove('leaving-2')],
    until: [
      {
        kind: 'endpoints',
        id: 'none-ready',
        claim: 'The Service leaving has no ready endpoint.',
        service: 'leaving',
        ready: 0,
      },
      inRules('both-programmed-again', 'worker has rules for both again: they terminate, and still serve.'),
    ],
  },
  slice('slice-none-left'),
  {
    ...ask('ask-none-left'),
    checks: [
      {
        id: 'terminating-serve-when-none-is-ready',
        claim:
          'When no endpoint is ready, forty new connections go to the two that terminate and still serve, also to the one that had left the rules before.',
        value: answers('ask-none-left'),
        expect: { equals: ['200 leaving-1', '200 leaving-2'] },
      },
    ],
  },
  {
    kind: 'change',
    id: 'leaving-gone',
    say: 'Enough: their hooks end, and with them the pods.',
    commands: [
      ...['leaving-1', 'leaving-2'].map((pod) => ({
        on: 'you',
        command: ['kubectl', 'exec', pod, '--', 'touch', '/tmp/enough'],
      })),
      { on: 'you', command: ['kubectl', 'delete', 'service', 'leaving'] },
    ],
    until: [
      {
        kind: 'pods',
        id: 'leaving-are-gone',
        claim: 'No pod of the Service leaving is left.',
        selector: 'app=leaving',
        ready: 0,
      },
    ],
  },
];
