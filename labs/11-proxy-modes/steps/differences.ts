/** What may differ between the modes, each seen in both. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

type Checks = LabInput['steps'][number]['checks'];
type Expect = NonNullable<Checks>[number]['expect'];

/** The same probe, judged differently in each mode. */
const either = (
  step: string,
  field: string,
  iptables: { id: string; claim: string; expect: Expect },
  nftables: { id: string; claim: string; expect: Expect },
): NonNullable<Checks> =>
  [
    { proxyMode: 'iptables' as const, ...iptables },
    { proxyMode: 'nftables' as const, ...nftables },
  ].map(({ proxyMode, ...check }) => ({
    ...check,
    value: `steps.\`${step}\`.${field}`,
    when: { proxyMode },
    scope: `kube-proxy:${proxyMode}` as const,
  }));

const addresses: LabInput['steps'] = [
  {
    kind: 'probe',
    id: 'ask-localhost',
    say: 'On worker itself: does localhost answer on the nodePort?',
    from: 'node/worker',
    url: 'http://127.0.0.1:30110/hostname',
    checks: either(
      'ask-localhost',
      'value.exit',
      {
        id: 'localhost-answers',
        claim: 'In iptables mode 127.0.0.1:30110 on a node is answered.',
        expect: { equals: 0 },
      },
      {
        id: 'localhost-refuses',
        claim: 'In nftables mode 127.0.0.1:30110 on a node is refused (curl exit 7).',
        expect: { equals: 7 },
      },
    ),
  },
  {
    kind: 'probe',
    id: 'ask-pod-side',
    say: 'worker2 asks its own address on the side of its pods.',
    from: 'node/worker2',
    url: 'http://{{ nodes.worker2.podSideIp }}:30110/hostname',
    checks: either(
      'ask-pod-side',
      'value.exit',
      {
        id: 'pod-side-answers',
        claim: 'In iptables mode a node’s address on the side of its pods answers a nodePort.',
        expect: { equals: 0 },
      },
      {
        id: 'pod-side-refuses',
        claim: 'In nftables mode a node’s address on the side of its pods refuses a nodePort (curl exit 7).',
        expect: { equals: 7 },
      },
    ),
  },
  {
    kind: 'probe',
    id: 'ask-undefined-port',
    say: 'A pod asks the ClusterIP on a port that the Service does not have.',
    from: 'netns/asker-there',
    url: 'http://{{ services.cart.clusterIP }}:81/hostname',
    timeoutS: 2,
    checks: either(
      'ask-undefined-port',
      'value.exit',
      {
        id: 'undefined-port-is-nobodys',
        claim:
          'In iptables mode nothing in the cluster answers for a ClusterIP’s port that no Service defines: here the packet leaves the node by its default route, and the client times out (curl exit 28).',
        expect: { equals: 28 },
      },
      {
        id: 'undefined-port-is-refused',
        claim: 'In nftables mode the node refuses a ClusterIP’s port that no Service defines (curl exit 7).',
        expect: { equals: 7 },
      },
    ),
  },
];

/** A rule of the Service that every new connection passes, with and without a counter. */
const counters: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'counted-iptables',
    say: 'Do the rules count? In iptables mode each has counted its packets.',
    when: { proxyMode: 'iptables' },
    on: 'node/worker',
    command: ['bash', '-c', "iptables-save -c -t nat | grep 'KUBE-NODEPORTS -p tcp .*modes/cart:http'"],
    compare: 'exit',
    checks: [
      {
        id: 'iptables-counts',
        claim: 'In iptables mode the rule of the nodePort has counted the connections that it saw.',
        value: 'steps.`counted-iptables`.out',
        expect: { matches: '^\\[[1-9]\\d*:\\d+\\] -A KUBE-NODEPORTS' },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'counted-nftables',
    say: 'Do the rules count? These are the Service’s chains; below, for comparison, a chain of iptables on the same node.',
    when: { proxyMode: 'nftables' },
    on: 'node/worker',
    command: [
      'bash',
      '-c',
      "nft list table ip kube-proxy | sed -n '/chain .*modes.cart.tcp.http {/,/}/p'; nft list chain ip nat KIND-MASQ-AGENT 2>/dev/null",
    ],
    compare: 'exit',
    checks: [
      {
        id: 'nftables-does-not-count',
        claim:
          'In nftables mode the rules of the Service have no counters. nft would show them: those of a chain of iptables on the same node it does.',
        value:
          "[$contains($substringBefore(steps.`counted-nftables`.out, 'table ip nat'), 'counter'), $contains($substringAfter(steps.`counted-nftables`.out, 'table ip nat'), 'counter packets')]",
        expect: { equals: [false, true] },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
];

const firewall: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'forward-drop',
    say: 'A host firewall of the kind that forwards nothing it was not told to: worker’s policy for forwarded packets becomes DROP.',
    commands: [{ on: 'node/worker', command: ['iptables', '-P', 'FORWARD', 'DROP'] }],
  },
  {
    kind: 'trace',
    id: 'trace-forward-drop',
    say: 'The client asks worker’s nodePort again; the pod is on worker2:',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30110/hostname',
    timeoutS: 1,
    checks: either(
      'trace-forward-drop',
      'value.request.hops[-1]',
      {
        id: 'firewall-passes-what-is-marked',
        claim:
          'In iptables mode a nodePort still works where the node’s policy for forwarded packets is DROP: a rule of kube-proxy accepts what it has marked.',
        expect: { equals: 'forward.pod.input.delivered' },
      },
      {
        id: 'firewall-stops-nodeport',
        claim:
          'In nftables mode the same policy stops the nodePort: kube-proxy’s own table can accept a packet only for itself.',
        expect: { equals: 'forward.entry-node.forward.dropped' },
      },
    ),
  },
  {
    kind: 'change',
    id: 'forward-accept',
    commands: [{ on: 'node/worker', command: ['iptables', '-P', 'FORWARD', 'ACCEPT'] }],
  },
];

export const differences: LabInput['steps'] = [...addresses, ...counters, ...firewall];
