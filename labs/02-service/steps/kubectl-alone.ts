/** What the steps before saw from the outside of nodes and pods, with kubectl alone: elsewhere nothing more may be at hand. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { nftOfCart, toEachPod } from './rules.ts';

const image = '--image=registry.k8s.io/e2e-test-images/agnhost:2.66.1';
/** What kubectl labels the pod with that it makes for a node (kubectl v1.37, pkg/cmd/debug). */
const made = ['--selector', 'app.kubernetes.io/managed-by=kubectl-debug'];
const kubectl = (...words: string[]) => ({ on: 'you', command: ['kubectl', ...words] });
const ended = '--for=jsonpath={.status.phase}=Succeeded';

/** A pod on worker that sees the node's files, its processes and its network. */
const onWorker = (proxyMode: 'iptables' | 'nftables', list: string) => ({
  kind: 'change' as const,
  id: 'debug-node',
  say: 'A privileged pod on worker, in the node’s network, with the node’s files at /host.',
  when: { proxyMode },
  commands: [
    kubectl(
      ...['debug', 'node/{{ nodes.worker.name }}', '--profile=sysadmin', image],
      ...['--', 'chroot', '/host', 'bash', '-c', list],
    ),
    kubectl('wait', 'pod', ...made, ended, '--timeout=30s'),
  ],
});

const itSaid = (proxyMode: 'iptables' | 'nftables', destinations: string) => ({
  kind: 'run' as const,
  id: 'debug-node-said',
  when: { proxyMode },
  on: 'you',
  command: ['kubectl', 'logs', ...made, '--tail=-1'],
  compare: 'exit' as const,
  checks: [
    {
      id: 'kubectl-shows-the-rules',
      claim: 'With kubectl alone one sees the rules of worker that lead to the three pods of cart.',
      value: destinations,
      expect: { same: toEachPod },
    },
  ],
});

const terminated = (container: string) =>
  `{.status.ephemeralContainerStatuses[?(@.name=="${container}")].state.terminated.exitCode}`;

/** A container more in the pod caller, for one question. It can't be taken out again: it goes with the pod. */
const fromCaller = (service: 'cart' | 'cart-gold', exit: 0 | 1) => [
  kubectl(
    ...['debug', 'pod/caller', image, `--container=ask-${service}`, '--'],
    ...['/agnhost', 'connect', '--timeout=3s', `{{ services.\`${service}\`.clusterIP }}:80`],
  ),
  kubectl('wait', 'pod/caller', `--for=jsonpath=${terminated(`ask-${service}`)}=${exit}`, '--timeout=30s'),
];

export const kubectlAlone: LabInput['steps'] = [
  onWorker('iptables', 'iptables-save -t nat | grep market/cart:http'),
  onWorker('nftables', `nft list table ip kube-proxy | ${nftOfCart}`),
  itSaid('iptables', '$sort($match(steps.`debug-node-said`.out, /--to-destination (\\S+)/).groups[0])'),
  itSaid(
    'nftables',
    "$sort($match(steps.`debug-node-said`.out, /\\d : ([\\d.]+) \\. (\\d+)/).(groups[0] & ':' & groups[1]))",
  ),
  {
    kind: 'change',
    id: 'debug-node-gone',
    say: 'That pod stays until somebody deletes it.',
    commands: [kubectl('delete', 'pod', ...made)],
  },
  {
    kind: 'change',
    id: 'caller-comes',
    say: 'A pod of which we pretend that it complains.',
    commands: [
      kubectl('run', 'caller', image),
      kubectl('wait', 'pod/caller', '--for=condition=Ready', '--timeout=30s'),
    ],
  },
  {
    kind: 'change',
    id: 'debug-pod',
    say: 'A container more in the pod that asks: it has the pod’s network, whatever the pod’s own image lacks.',
    commands: [...fromCaller('cart', 0), ...fromCaller('cart-gold', 1)],
  },
  {
    kind: 'run',
    id: 'debug-pod-said',
    say: 'What the second one said:',
    on: 'you',
    command: ['kubectl', 'logs', 'caller', '--container=ask-cart-gold'],
    checks: [
      {
        id: 'refused-from-inside-the-pod',
        claim:
          'Asked from inside of a pod, with a container that kubectl debug has added, the Service without endpoints refuses, and cart had taken the connection (exit 0).',
        value: '$trim(steps.`debug-pod-said`.out)',
        expect: { equals: 'REFUSED' },
      },
    ],
  },
  {
    kind: 'change',
    id: 'caller-gone',
    say: 'And with the pod both containers.',
    commands: [kubectl('delete', 'pod', 'caller', '--grace-period=1')],
  },
];
