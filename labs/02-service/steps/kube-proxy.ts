/** kube-proxy writes the rules; taken off a node it shows that they work without it, and don't change. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

/** Endpoints of cart in a node's rules, one a line. */
const endpointsCommand = {
  iptables: ['bash', '-c', 'iptables-save -t nat | grep -o "market/cart:http -> [0-9.:]*" | sort -u'],
  nftables: [
    'bash',
    '-c',
    'nft list table ip kube-proxy | sed -n "/chain service-.*market.cart.tcp.http {/,/^\\t}/p" | grep -oE "[0-9]+ : [0-9.]+ . 8080"',
  ],
};

const knows = (
  role: 'worker' | 'worker2',
  proxyMode: 'iptables' | 'nftables',
  endpoints: string,
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
  checks: [
    {
      id,
      claim,
      value: `$sort($match(steps.\`known-on-${role}\`.out, /\\d+\\.\\d+\\.\\d+\\.\\d+/).match)`,
      expect: { same: endpoints },
    },
  ],
});

const scale = (replicas: number) => ({
  on: 'you',
  command: ['kubectl', 'scale', 'deployment', 'cart', `--replicas=${replicas}`],
});

const system = (...words: string[]) => ({
  on: 'you',
  command: ['kubectl', '--namespace', 'kube-system', ...words],
});
const patch = (spec: object) => system('patch', 'daemonset', 'kube-proxy', '-p', JSON.stringify({ spec }));

/** With OnDelete the pods of the other nodes stay as they are: the DaemonSet does not replace them by its new template. */
const notOnWorker = patch({
  updateStrategy: { type: 'OnDelete', rollingUpdate: null },
  template: {
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'hop-by-hop/role', operator: 'NotIn', values: ['worker'] }] },
            ],
          },
        },
      },
    },
  },
});
/** The template is that of before again, so nothing but the missing pod is to be made. */
const everywhere = patch({
  updateStrategy: { type: 'RollingUpdate' },
  template: { spec: { affinity: null } },
});

const processes = (role: 'worker' | 'worker2') => ({
  kind: 'run' as const,
  id: `processes-${role}`,
  on: `node/${role}`,
  command: ['ps', '-o', 'pid,comm', '-C', 'kube-proxy'],
  // 1: there is none.
  accept: [0, 1],
  compare: 'exit' as const,
});

export const kubeProxy: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'kube-proxy-away',
    say: 'Take kube-proxy off worker, where shopper is: its DaemonSet may not run there any more.',
    commands: [notOnWorker],
  },
  {
    kind: 'run',
    id: 'kube-proxy-ends',
    ...system(
      'wait',
      'pods',
      ...['-l', 'k8s-app=kube-proxy'],
      '--field-selector=spec.nodeName={{ nodes.worker.name }}',
      '--for=delete',
      '--timeout=25s',
    ),
    compare: 'exit',
  },
  processes('worker'),
  {
    ...processes('worker2'),
    checks: [
      {
        id: 'kube-proxy-is-gone',
        claim: 'On worker there is no process kube-proxy any more; on worker2 there is one.',
        value:
          "[$contains(steps.`processes-worker`.out, 'kube-proxy'), $contains(steps.`processes-worker2`.out, 'kube-proxy')]",
        expect: { equals: [false, true] },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-without',
    from: 'netns/shopper',
    url: 'http://{{ services.cart.clusterIP }}/hostname',
    connections: 20,
    compare: 'exit',
    checks: [
      {
        id: 'rules-still-choose',
        claim:
          'Without kube-proxy on the node of the pod that asks, twenty new connections are answered with HTTP 200, and not all by the same pod.',
        value:
          '[$distinct(steps.`ask-without`.value.answers.status), $count(steps.`ask-without`.value.answers), $count($distinct(steps.`ask-without`.value.answers.body)) > 1]',
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
        claim: 'The nodes that have kube-proxy have rules for all four.',
        service: 'cart',
        on: ['control-plane', 'worker2'],
      },
    ],
  },
  ...(['iptables', 'nftables'] as const).flatMap((mode) => [
    knows(
      'worker2',
      mode,
      "$sort(pods[app='cart'].ip)",
      'others-learn',
      'worker2, where kube-proxy runs, has rules for all pods, the fourth too.',
    ),
    knows(
      'worker',
      mode,
      '$sort($match(steps.slice.out, /^(\\S+) ready=true/m).groups[0])',
      'nothing-is-learned',
      'worker, which has no kube-proxy, has rules for the three pods that were there before, and not for the fourth.',
    ),
  ]),
  {
    kind: 'change',
    id: 'kube-proxy-back',
    say: 'Let it run there again: it catches up by itself.',
    commands: [everywhere, system('rollout', 'status', 'daemonset/kube-proxy', '--timeout=55s')],
    until: [
      {
        kind: 'programmed',
        id: 'worker-catches-up',
        claim: 'worker has rules for all four as soon as kube-proxy runs on it again.',
        service: 'cart',
        on: ['worker'],
      },
    ],
  },
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
