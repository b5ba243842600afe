/** What may differ between the modes, each seen in both. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { byMode, type ModeCheck } from '../../common/by-mode.ts';

type Judged = Omit<ModeCheck, 'value'>;

/** The same value, judged differently in each mode. */
const either = (step: string, field: string, iptables: Judged, nftables: Judged) => {
  const value = `steps.\`${step}\`.${field}`;
  return byMode({ ...iptables, value }, { ...nftables, value });
};

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
        claim: 'In iptables mode 127.0.0.1:30110 on worker is answered.',
        expect: { equals: 0 },
      },
      {
        id: 'localhost-refuses',
        claim: 'In nftables mode 127.0.0.1:30110 on worker is refused (curl exit 7).',
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
        claim:
          'In iptables mode worker2 gets an answer from the nodePort at its own address on the side of its pods.',
        expect: { equals: 0 },
      },
      {
        id: 'pod-side-refuses',
        claim:
          'In nftables mode worker2 is refused at the nodePort of its own address on the side of its pods (curl exit 7).',
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
          'In iptables mode a pod that asks a ClusterIP at a port that the Service does not have gets no answer here: it times out (curl exit 28).',
        expect: { equals: 28 },
      },
      {
        id: 'undefined-port-is-refused',
        claim:
          'In nftables mode a pod that asks a ClusterIP at a port that the Service does not have is refused (curl exit 7).',
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
    say: 'Do the rules count? In iptables mode a counter stands before each.',
    when: { proxyMode: 'iptables' },
    on: 'node/worker',
    command: ['bash', '-c', "iptables-save -c -t nat | grep 'KUBE-NODEPORTS -p tcp .*modes/cart:http'"],
    compare: 'exit',
    checks: [
      {
        id: 'iptables-counts',
        claim: 'In iptables mode the rule of the nodePort has a counter, and it has counted.',
        value: 'steps.`counted-iptables`.out',
        expect: { matches: '^\\[[1-9]\\d*:\\d+\\] -A KUBE-NODEPORTS' },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'run',
    id: 'counted-nftables',
    say: 'Do the rules count? These are the Service’s chains; below, for comparison, a chain of iptables on the same node, with a rule of the kubelet’s.',
    when: { proxyMode: 'nftables' },
    on: 'node/worker',
    command: [
      'bash',
      '-c',
      "nft list table ip kube-proxy | sed -n '/chain .*modes.cart.tcp.http {/,/}/p'; nft list chain ip filter INPUT 2>/dev/null",
    ],
    compare: 'exit',
    checks: [
      {
        id: 'nftables-does-not-count',
        claim:
          'In nftables mode the rules of the Service have no counters. nft would show them: that of a rule of iptables on the same node it does.',
        value:
          "[$contains($substringBefore(steps.`counted-nftables`.out, 'table ip filter'), 'dnat to'), $contains($substringBefore(steps.`counted-nftables`.out, 'table ip filter'), 'counter'), $contains($substringAfter(steps.`counted-nftables`.out, 'table ip filter'), /counter packets [1-9]\\d* bytes \\d+ jump KUBE-FIREWALL/)]",
        expect: { equals: [true, false, true] },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
];

const firewall: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'forward-drop',
    say: 'worker’s policy for forwarded packets becomes DROP, as a host firewall may set it.',
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
          'In iptables mode a request to the nodePort still reaches the pod where worker’s policy for forwarded packets is DROP.',
        expect: { equals: 'forward.pod.input.delivered' },
      },
      {
        id: 'firewall-stops-nodeport',
        claim:
          'In nftables mode a request to the nodePort is dropped in worker’s forward hook where its policy for forwarded packets is DROP.',
        expect: { equals: 'forward.entry-node.forward.dropped' },
      },
    ).concat({
      id: 'firewall-passes-the-answer',
      claim: 'In iptables mode the answer comes back to the client as well.',
      value: 'steps.`trace-forward-drop`.value.reply.hops[-1]',
      expect: { equals: 'reply.client.input.delivered' },
      when: { proxyMode: 'iptables' },
      scope: 'kube-proxy:iptables',
    }),
  },
  {
    kind: 'run',
    id: 'forward-rules',
    say: 'What accepts it? kube-proxy’s own chain in the same hook:',
    when: { proxyMode: 'iptables' },
    on: 'node/worker',
    command: ['iptables', '-S', 'KUBE-FORWARD'],
    checks: [
      {
        id: 'marked-is-accepted',
        claim: 'In iptables mode a rule of KUBE-FORWARD accepts what is marked for masquerade.',
        value: 'steps.`forward-rules`.out',
        expect: { matches: '-A KUBE-FORWARD .*--mark 0x4000/0x4000 -j ACCEPT' },
        scope: 'kube-proxy:iptables',
      },
    ],
  },
  {
    kind: 'change',
    id: 'forward-drop-there',
    say: 'worker forwards again, and now worker2 drops, the node of the pod.',
    commands: [
      { on: 'node/worker', command: ['iptables', '-P', 'FORWARD', 'ACCEPT'] },
      { on: 'node/worker2', command: ['iptables', '-P', 'FORWARD', 'DROP'] },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-drop-there',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30110/hostname',
    timeoutS: 1,
    checks: [
      {
        id: 'firewall-of-the-pods-node',
        claim:
          'Where worker2’s policy for forwarded packets is DROP, a request to worker’s nodePort is dropped in worker2’s forward hook, in either mode.',
        value: 'steps.`trace-drop-there`.value.request.hops[-1]',
        expect: { equals: 'forward.pod-node.forward.dropped' },
      },
    ],
  },
  {
    kind: 'change',
    id: 'forward-accept',
    commands: [{ on: 'node/worker2', command: ['iptables', '-P', 'FORWARD', 'ACCEPT'] }],
  },
];

export const differences: LabInput['steps'] = [...addresses, ...counters, ...firewall];
