/** How a load balancer learns which nodes to use: kube-proxy's own health check port, where the policy is Local. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const answer = (role: 'worker' | 'worker2', status: number, endpoints: number, words: string) => ({
  kind: 'probe' as const,
  id: `health-${role}`,
  from: 'client',
  url: `http://{{ nodes.${role}.ip }}:30044/healthz`,
  checks: [
    {
      id: `health-of-${role}`,
      claim: `${words} HTTP ${status}, and in JSON that it has ${endpoints} local endpoint${endpoints === 1 ? '' : 's'}.`,
      value: `[steps.\`health-${role}\`.value.status, steps.\`health-${role}\`.value.body.localEndpoints]`,
      expect: { equals: [status, endpoints] },
    },
  ],
});

export const health: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'health-listener',
    say: 'Service cart-lb has the policy Local and the type LoadBalancer, so it has a port for health checks, 30044 here. Who has that port on worker?',
    on: 'node/worker',
    command: ['ss', '-ltnpH', 'sport', '=', ':30044'],
    compare: 'exit',
    checks: [
      {
        id: 'kube-proxy-listens-for-health',
        claim: 'On worker this port is a real socket: the process kube-proxy listens on it.',
        value: 'steps.`health-listener`.out',
        expect: { matches: ':30044\\s.*"kube-proxy"' },
      },
    ],
  },
  answer('worker2', 200, 1, 'The node with the pod answers its health check with'),
  answer('worker', 503, 0, 'The node without the pod answers it with'),
];
