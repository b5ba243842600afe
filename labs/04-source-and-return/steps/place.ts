/** Where everybody is: all that follows depends on which node has the pod. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

export const place: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'place',
    say: 'Where is everybody? cart answers; asker and neighbour are pods that ask.',
    on: 'you',
    command: ['kubectl', 'get', 'pods', '-o', 'wide'],
    checks: [
      {
        id: 'who-is-where',
        claim: 'cart, the only pod of the Services, runs on worker2; so does neighbour, and asker on worker.',
        value: "[pods[app='cart'].node, pods[app='neighbour'].node, pods[app='asker'].node]",
        expect: { equals: ['worker2', 'worker2', 'worker'] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'services',
    say: 'Three Services select cart: one with the policy Cluster, two with Local.',
    on: 'you',
    command: ['kubectl', 'get', 'services', '-o', 'wide'],
  },
];
