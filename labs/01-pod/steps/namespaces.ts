/** Which namespaces the containers of a pod share, by the inode of each: the same number is the same namespace. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const kinds = ['net', 'ipc', 'uts', 'pid', 'mnt', 'cgroup', 'time', 'user'] as const;
type Kind = (typeof kinds)[number];

/** One process of each container of a pod, as the node numbers it: `{"pause":1000,"cart":1010,"helper":1020}`. */
export const processes = (id: string, pod: string, say?: string) => ({
  kind: 'run' as const,
  id,
  ...(say === undefined ? {} : { say }),
  on: 'node/worker',
  command: ['bash', '-c', processesOf(pod)],
  parse: 'json' as const,
  compare: 'exit' as const,
});

const processesOf = (pod: string) =>
  [
    `pod=$(crictl pods --quiet --namespace '^inside$' --name '^${pod}$' --state ready)`,
    '{ crictl inspectp $pod | jq \'{key: "pause", value: .info.pid}\'',
    "  crictl ps --quiet --pod $pod | xargs -n 1 crictl inspect | jq '{key: .status.metadata.name, value: .info.pid}'",
    '} | jq --compact-output --slurp from_entries',
  ].join('\n');

/** The namespaces of a process, one a line: `net:[4026532757]`. */
export const namespaces = (id: string, process: string) => ({
  kind: 'run' as const,
  id,
  on: 'node/worker',
  command: ['readlink', ...kinds.map((kind) => `/proc/${process}/ns/${kind}`)],
  parse: 'lines' as const,
  compare: 'exit' as const,
});

const processOf = (step: string, container: string) => `{{ steps.\`${step}\`.value.\`${container}\` }}`;
/** `net:[4026532757]` of a step that listed namespaces. */
export const namespace = (step: string, kind: Kind) => `steps.\`${step}\`.value[${kinds.indexOf(kind)}]`;

/** How many different namespaces of a kind these have. */
const distinct = (kind: Kind, ...list: string[]) =>
  `$count($distinct([${list.map((step) => namespace(step, kind)).join(', ')}]))`;

const cart = ['pod-pause', 'pod-cart', 'pod-helper'];

export const shared: LabInput['steps'] = [
  processes(
    'processes',
    'cart',
    'The pod has two containers, and the runtime keeps a third beside them: pause. One process of each, by its number on the node.',
  ),
  { ...namespaces('node-itself', '1'), say: 'The namespaces of the node’s own first process:' },
  { ...namespaces('pod-pause', processOf('processes', 'pause')), say: 'Those of pause:' },
  { ...namespaces('pod-cart', processOf('processes', 'cart')), say: 'Of the container cart:' },
  {
    ...namespaces('pod-helper', processOf('processes', 'helper')),
    say: 'And of the container helper:',
    checks: [
      {
        id: 'one-network-namespace',
        claim: 'pause and both containers of the pod are in the same network namespace.',
        value: distinct('net', ...cart),
        expect: { equals: 1 },
      },
      {
        id: 'network-namespace-of-its-own',
        claim: 'That network namespace is not the node’s.',
        value: `${namespace('pod-cart', 'net')} = ${namespace('node-itself', 'net')}`,
        expect: { equals: false },
      },
      {
        id: 'ipc-and-uts-shared',
        claim: 'They share the IPC and the UTS namespace, too, and neither is the node’s.',
        value: `[${distinct('ipc', ...cart)}, ${distinct('ipc', 'node-itself', 'pod-cart')}, ${distinct('uts', ...cart)}, ${distinct('uts', 'node-itself', 'pod-cart')}]`,
        expect: { equals: [1, 2, 1, 2] },
      },
      {
        id: 'pid-and-mnt-not-shared',
        claim:
          'The PID and the mount namespace are not shared: pause and the two containers have three of each, and none is the node’s.',
        value: `[${distinct('pid', 'node-itself', ...cart)}, ${distinct('mnt', 'node-itself', ...cart)}]`,
        expect: { equals: [4, 4] },
      },
      {
        id: 'no-time-or-user-namespace',
        claim: 'The pod has no time and no user namespace of its own: both are the node’s.',
        value: `[${distinct('time', 'node-itself', ...cart)}, ${distinct('user', 'node-itself', ...cart)}]`,
        expect: { equals: [1, 1] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'cgroup-version',
    say: 'Which version of control groups has this node?',
    on: 'node/worker',
    command: ['stat', '--file-system', '--format=%T', '/sys/fs/cgroup'],
    compare: 'exit',
    checks: [
      {
        id: 'cgroup-namespace-by-version',
        claim:
          'The cgroup namespaces of both containers are as this node’s version of control groups has them. With v1 (tmpfs) both have to be in the node’s; with v2 (cgroup2fs) each has to be in one of its own. The value says which version it was here; nothing was seen of the other one.',
        // Without pause: what a sandbox gets is the runtime’s own affair.
        value: `[$trim(steps.\`cgroup-version\`.out), ${distinct('cgroup', 'node-itself', 'pod-cart', 'pod-helper')}]`,
        expect: { in: '[["cgroup2fs", 3], ["tmpfs", 1]]' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'pid-one-of-cart',
    say: 'Each container has a process 1 of its own. That of cart:',
    on: 'you',
    command: ['kubectl', 'exec', 'cart', '-c', 'cart', '--', 'cat', '/proc/1/comm'],
    checks: [
      {
        id: 'app-is-process-one',
        claim: 'In the container cart, process 1 is the app itself.',
        value: 'steps.`pid-one-of-cart`.out',
        expect: { matches: '^agnhost$' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'pid-one-of-together',
    say: 'That of a pod with shareProcessNamespace:',
    on: 'you',
    command: ['kubectl', 'exec', 'together', '-c', 'one', '--', 'cat', '/proc/1/comm'],
    checks: [
      {
        id: 'pause-is-process-one',
        claim: 'With shareProcessNamespace, process 1 as the container one sees it is pause.',
        value: 'steps.`pid-one-of-together`.out',
        expect: { matches: '^pause$' },
      },
    ],
  },
  processes('processes-together', 'together'),
  namespaces('together-pause', processOf('processes-together', 'pause')),
  namespaces('together-one', processOf('processes-together', 'one')),
  {
    ...namespaces('together-two', processOf('processes-together', 'two')),
    checks: [
      {
        id: 'pid-shared-on-request',
        claim:
          'With shareProcessNamespace, pause and both containers have one PID namespace; their mount namespaces stay three.',
        value: `[${distinct('pid', 'together-pause', 'together-one', 'together-two')}, ${distinct('mnt', 'together-pause', 'together-one', 'together-two')}]`,
        expect: { equals: [1, 3] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'kube-proxy-pod',
    say: 'kube-proxy runs in a pod, too, but one with hostNetwork.',
    on: 'you',
    command: [
      ...['kubectl', '--namespace', 'kube-system', 'get', 'daemonset', 'kube-proxy'],
      ...['-o', 'jsonpath={.spec.template.spec.hostNetwork}'],
    ],
  },
  {
    kind: 'run',
    id: 'kube-proxy-network',
    on: 'node/worker',
    command: ['bash', '-c', 'readlink /proc/$(pgrep -x kube-proxy)/ns/net'],
    compare: 'exit',
    checks: [
      {
        id: 'host-network-has-none',
        claim: 'kube-proxy, whose pods have hostNetwork, is in the node’s network namespace.',
        value: '[$trim(steps.`kube-proxy-pod`.out), $trim(steps.`kube-proxy-network`.out)]',
        expect: { same: `['true', ${namespace('node-itself', 'net')}]` },
      },
    ],
  },
];
