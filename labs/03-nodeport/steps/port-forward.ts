/** kubectl port-forward reaches the pod without the Service, so it proves nothing about a nodePort. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const roles = ['control-plane', 'worker', 'worker2'] as const;

const destinations = (role: string) =>
  `steps.forward.value.\`${role}\`[event = 'NEW' and (original.destination.ip = $$.services.cart.clusterIP or original.destination.port = 30080)]`;

export const portForward: LabInput['steps'] = [
  {
    kind: 'capture',
    id: 'forward',
    say: 'The same request through kubectl port-forward, while conntrack tells about every new TCP connection on every node.',
    compare: 'exit',
    watches: [
      ...roles.map((role) => ({
        id: role,
        on: `node/${role}`,
        command: ['conntrack', '-E', '-e', 'NEW', '-p', 'tcp', '-o', 'id'],
        parse: 'conntrack-events' as const,
      })),
      {
        id: 'tunnel',
        on: 'you',
        command: ['kubectl', 'port-forward', 'service/cart', ':80', '--address', '127.0.0.1'],
        listening: '^Forwarding from 127\\.0\\.0\\.1:',
      },
    ],
    during: [
      {
        kind: 'probe',
        id: 'through-forward',
        from: 'you',
        url: 'http://127.0.0.1:{{ $match(steps.forward.value.tunnel[0], /127\\.0\\.0\\.1:(\\d+)/).groups[0] }}/clientip',
        checks: [
          {
            id: 'forward-reaches-pod',
            claim: 'A request through kubectl port-forward service/cart is answered with HTTP 200.',
            value: 'steps.`through-forward`.value.status',
            expect: { equals: 200 },
          },
          {
            id: 'forward-comes-from-localhost',
            claim:
              'The pod sees 127.0.0.1 as the source: the connection was opened inside its own network namespace.',
            value: "$substringBefore(steps.`through-forward`.value.body, ':')",
            expect: { equals: '127.0.0.1' },
          },
        ],
      },
    ],
    checks: [
      {
        id: 'forward-skips-the-service',
        claim:
          'Meanwhile conntrack on none of the three nodes saw a new TCP connection to the ClusterIP or to port 30080: port-forward goes around the Service.',
        value: `$count([${roles.map(destinations).join(', ')}])`,
        expect: { equals: 0 },
      },
    ],
  },
];
