/** Which pod gets a connection: chance, once a connection. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const ask = (id: string, service: string) => ({
  kind: 'probe' as const,
  id,
  from: 'netns/shopper',
  url: `http://{{ services.\`${service}\`.clusterIP }}/hostname`,
  compare: 'exit' as const,
});
const bodies = (step: string) => `steps.\`${step}\`.value.answers.body`;

export const spread: LabInput['steps'] = [
  {
    ...ask('many', 'cart'),
    say: 'Three hundred connections, one after another.',
    connections: 300,
    checks: [
      {
        id: 'all-three-hundred-answer',
        claim: 'Each of 300 connections is answered with HTTP 200.',
        value: '$count(steps.many.value.answers[status = 200])',
        expect: { equals: 300 },
      },
      {
        id: 'spread-by-chance',
        claim:
          'Each of the three pods gets about its third: were they chosen by chance, counts as uneven as these would come more often than once in a million runs.',
        value: `$evenChance(${bodies('many')}, 3)`,
        expect: { atLeast: 1e-6 },
      },
      {
        id: 'every-pod-has-a-share',
        claim: 'Every pod of the Service answered some of them.',
        value: `$sort($distinct(${bodies('many')}))`,
        expect: { same: "$sort(pods[app='cart'].name)" },
      },
      {
        id: 'not-in-turn',
        claim:
          'The pods do not take turns: some connections get the pod of the connection before (round robin never does).',
        value: `$count($filter(${bodies('many')}, function($pod, $index, $all) { $index > 0 and $pod = $all[$index - 1] })) > 0`,
        expect: { equals: true },
      },
    ],
  },
  {
    ...ask('keep-alive', 'cart'),
    say: 'Twenty requests on one connection:',
    requests: 20,
    checks: [
      {
        id: 'keep-alive-stays',
        claim: 'Twenty requests on one connection are all answered by the same pod.',
        value:
          '[$count(steps.`keep-alive`.value.answers), $count(steps.`keep-alive`.value.answers[newConnection]), $count($distinct(steps.`keep-alive`.value.answers.body))]',
        expect: { equals: [20, 1, 1] },
      },
    ],
  },
  {
    ...ask('sticky', 'cart-sticky'),
    say: 'Thirty connections to cart-sticky, which has sessionAffinity ClientIP:',
    connections: 30,
    checks: [
      {
        id: 'affinity-stays',
        claim: 'With sessionAffinity ClientIP thirty connections of one client all go to the same pod.',
        value:
          '[$count(steps.sticky.value.answers[status = 200]), $count(steps.sticky.value.answers[newConnection]), $count($distinct(steps.sticky.value.answers.body))]',
        expect: { equals: [30, 30, 1] },
      },
    ],
  },
];
