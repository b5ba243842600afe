/** kube-proxy writes rules; it does not forward packets. Frozen with SIGSTOP it proves both. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { freeze, thaw } from '../../common/kube-proxy-stopped.ts';

/** Endpoints of the Service in a node's rules, one a line, in either mode. */
const endpointsCommand = {
  iptables: ['bash', '-c', `iptables-save -t nat | grep -o '"shop/cart:http -> [^"]*"' | sort -u`],
  nftables: [
    'bash',
    '-c',
    "nft list table ip kube-proxy | grep -A1 'chain service-.*shop/cart/tcp/http' | grep -oE '10\\.244\\.[0-9.]+( \\. |:)8080'",
  ],
};

const knows = (
  role: 'worker' | 'worker2',
  proxyMode: 'iptables' | 'nftables',
  endpoints: number,
  id: string,
  claim: string,
) => ({
  kind: 'run' as const,
  id: `known-on-${role}-${proxyMode}`,
  when: { proxyMode },
  on: `node/${role}`,
  command: endpointsCommand[proxyMode],
  parse: 'lines' as const,
  compare: 'exit' as const,
  checks: [
    {
      id,
      claim,
      value: `$count(steps.\`known-on-${role}-${proxyMode}\`.value)`,
      expect: { equals: endpoints },
    },
  ],
});

export const kubeProxy: LabInput['steps'] = [
  ...freeze(['worker'], 'Stop kube-proxy on worker: the process stays, but executes nothing any more.'),
  {
    kind: 'probe',
    id: 'ask-frozen',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30080/hostname',
    checks: [
      {
        id: 'frozen-still-forwards',
        claim:
          'With kube-proxy stopped on the entry node, a new connection to its nodePort is still answered with HTTP 200.',
        value: 'steps.`ask-frozen`.value.status',
        expect: { equals: 200 },
      },
    ],
  },
  {
    kind: 'change',
    id: 'scale-up',
    say: 'Now a second pod comes.',
    commands: [{ on: 'you', command: ['kubectl', 'scale', 'deployment', 'cart', '--replicas=2'] }],
    until: [
      {
        kind: 'endpoints',
        id: 'two-endpoints',
        claim: 'The Service has two ready endpoints.',
        service: 'cart',
        ready: 2,
      },
      {
        kind: 'programmed',
        id: 'others-programmed',
        claim: 'The nodes whose kube-proxy runs have rules for both.',
        service: 'cart',
        on: ['control-plane', 'worker2'],
      },
    ],
  },
  ...(['iptables', 'nftables'] as const).flatMap((mode) => [
    knows(
      'worker2',
      mode,
      2,
      'others-learn',
      'worker2, whose kube-proxy runs, has rules for both endpoints.',
    ),
    knows(
      'worker',
      mode,
      1,
      'frozen-learns-nothing',
      'worker, whose kube-proxy is stopped, still has rules for one endpoint only.',
    ),
  ]),
  thaw(['worker'], {
    say: 'Let it run again: it catches up by itself.',
    until: [
      {
        kind: 'programmed',
        id: 'thawed-catches-up',
        claim: 'worker has rules for both endpoints as soon as its kube-proxy runs again.',
        service: 'cart',
        on: ['worker'],
      },
    ],
  }),
  {
    kind: 'change',
    id: 'scale-down',
    commands: [{ on: 'you', command: ['kubectl', 'scale', 'deployment', 'cart', '--replicas=1'] }],
    until: [
      { kind: 'pods', id: 'one-pod-again', claim: 'One pod is left.', selector: 'app=cart', ready: 1 },
      {
        kind: 'endpoints',
        id: 'one-endpoint-again',
        claim: 'The Service has one ready endpoint.',
        service: 'cart',
        ready: 1,
      },
      {
        kind: 'programmed',
        id: 'one-programmed-again',
        claim: 'Every node has rules for that one.',
        service: 'cart',
        on: ['control-plane', 'worker', 'worker2'],
      },
    ],
  },
];
