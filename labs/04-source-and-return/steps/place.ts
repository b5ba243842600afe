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
        claim:
          'The only pod with the label app=cart runs on worker2; so does neighbour, and asker on worker.',
        value: "[pods[app='cart'].node, pods[app='neighbour'].node, pods[app='asker'].node]",
        expect: { equals: ['worker2', 'worker2', 'worker'] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'services',
    say: 'Three Services select this label. Their policies stand in their manifests.',
    on: 'you',
    command: ['kubectl', 'get', 'services', '-o', 'wide'],
    checks: [
      {
        id: 'services-select-cart',
        claim: 'cart, cart-lb and cart-local all select app=cart.',
        value: '$match(steps.services.out, /(cart\\S*) .* app=cart(?=\\n|$)/).groups[0]',
        expect: { equals: ['cart', 'cart-lb', 'cart-local'] },
      },
      {
        id: 'no-external-address',
        claim:
          'cart-lb is of type LoadBalancer, and its external address is pending: nobody has given it one.',
        value: 'steps.services.out',
        expect: { matches: '^cart-lb +LoadBalancer +\\S+ +<pending> ' },
      },
    ],
  },
];
