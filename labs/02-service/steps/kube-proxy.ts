/** kube-proxy writes the rules; frozen with SIGSTOP it shows that they work without it, and don't change. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { freeze, thaw } from '../../common/kube-proxy-stopped.ts';

/** Endpoints of cart in a node's rules, one a line. */
const endpointsCommand = {
  iptables: ['bash', '-c', `iptables-save -t nat | grep -o '"market/cart:http -> [^"]*"' | sort -u`],
  nftables: [
    'bash',
    '-c',
    "nft list table ip kube-proxy | sed -n '/chain service-.*market.cart.tcp.http {/,/^\\t}/p' | grep -oE '[0-9]+ : [0-9.]+ \\. 8080'",
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
  id: `known-on-${role}`,
  when: { proxyMode },
  on: `node/${role}`,
  command: endpointsCommand[proxyMode],
  parse: 'lines' as const,
  compare: 'exit' as const,
  checks: [{ id, claim, value: `$count(steps.\`known-on-${role}\`.value)`, expect: { equals: endpoints } }],
});

const scale = (replicas: number) => ({
  on: 'you',
  command: ['kubectl', 'scale', 'deployment', 'cart', `--replicas=${replicas}`],
});

export const kubeProxy: LabInput['steps'] = [
  ...freeze(
    ['worker'],
    'Stop kube-proxy on worker, where shopper is: the process stays, but executes nothing any more.',
  ),
  {
    kind: 'probe',
    id: 'ask-frozen',
    from: 'netns/shopper',
    url: 'http://{{ services.cart.clusterIP }}/hostname',
    connections: 20,
    compare: 'exit',
    checks: [
      {
        id: 'frozen-still-chooses',
        claim:
          'With kube-proxy stopped on the node of the pod that asks, twenty new connections are answered with HTTP 200, and not all by the same pod.',
        value:
          '[$distinct(steps.`ask-frozen`.value.answers.status), $count(steps.`ask-frozen`.value.answers), $count($distinct(steps.`ask-frozen`.value.answers.body)) > 1]',
        expect: { equals: [200, 20, true] },
      },
    ],
  },
  {
    kind: 'change',
    id: 'scale-up',
    say: 'Now a fourth pod comes.',
    commands: [scale(3)],
    until: [
      {
        kind: 'endpoints',
        id: 'four-endpoints',
        claim: 'The Service has four ready endpoints.',
        service: 'cart',
        ready: 4,
      },
      {
        kind: 'programmed',
        id: 'others-programmed',
        claim: 'The nodes whose kube-proxy runs have rules for all four.',
        service: 'cart',
        on: ['control-plane', 'worker2'],
      },
    ],
  },
  ...(['iptables', 'nftables'] as const).flatMap((mode) => [
    knows(
      'worker2',
      mode,
      4,
      'others-learn',
      'worker2, whose kube-proxy runs, has rules for four endpoints.',
    ),
    knows(
      'worker',
      mode,
      3,
      'frozen-learns-nothing',
      'worker, whose kube-proxy is stopped, still has rules for three.',
    ),
  ]),
  thaw(['worker'], {
    say: 'Let it run again: it catches up by itself.',
    until: [
      {
        kind: 'programmed',
        id: 'thawed-catches-up',
        claim: 'worker has rules for all four as soon as its kube-proxy runs again.',
        service: 'cart',
        on: ['worker'],
      },
    ],
  }),
  {
    kind: 'change',
    id: 'scale-down',
    commands: [scale(2)],
    until: [
      { kind: 'pods', id: 'three-pods-again', claim: 'Three pods are left.', selector: 'app=cart', ready: 3 },
      {
        kind: 'endpoints',
        id: 'three-endpoints-again',
        claim: 'The Service has three ready endpoints.',
        service: 'cart',
        ready: 3,
      },
      {
        kind: 'programmed',
        id: 'three-programmed-again',
        claim: 'Every node has rules for those three.',
        service: 'cart',
        on: ['control-plane', 'worker', 'worker2'],
      },
    ],
  },
];
