/** Breaks around the rules of one node. kube-proxy, wherever one asks it, says that all is well. */
import type { LabInput } from '../../src/lab/schema/lab.ts';
import { answers } from '../common/answers.ts';
import { other } from './steps/found.ts';
import { setMode } from './steps/switch.ts';

const everywhere = ['control-plane', 'worker', 'worker2'];

const onWorker = (...command: string[]) => ({ on: 'node/worker', command });
const bash = (script: string) => onWorker('bash', '-c', script);

/** A new kube-proxy on worker: it writes all of its rules, and removes those of the other mode. */
const restartOnWorker = [
  {
    on: 'you',
    command: [
      ...['kubectl', '--namespace', 'kube-system', 'delete', 'pod', '--selector', 'k8s-app=kube-proxy'],
      '--field-selector=spec.nodeName={{ nodes.worker.name }}',
    ],
  },
  {
    on: 'you',
    command: [
      'kubectl',
      '--namespace',
      'kube-system',
      'rollout',
      'status',
      'daemonset/kube-proxy',
      '--timeout=55s',
    ],
  },
];

const programmedAgain = {
  kind: 'programmed' as const,
  id: 'rules-again',
  claim: 'Every node has rules for cart.',
  service: 'cart',
  on: everywhere,
};
const answersAgain = (from: string, url: string) =>
  answers('answers-again', 'The probe is answered again.', from, url);

// What still works with the fault in place: awaited after it, so it is recorded with it.
const nodesReady = {
  kind: 'nodes' as const,
  id: 'nodes-still-ready',
  claim: 'All three nodes are still Ready.',
  ready: everywhere.length,
};

const nodePort = 'http://{{ nodes.worker.ip }}:30110/hostname';
const stock = 'http://{{ nodes.worker.ip }}:30119/hostname';
const clusterIp = 'http://{{ services.cart.clusterIP }}/hostname';

/** kube-proxy's chains of iptables; three with the same prefix are the kubelet's. */
const notKubelets = 'KUBE-(?!FIREWALL|KUBELET-CANARY|IPTABLES-HINT)';

const flush = {
  iptables: `iptables-save | grep -vP '${notKubelets}' | iptables-restore`,
  nftables: 'nft delete table ip kube-proxy',
};

/** Where a Service's nodePort stands in each mode, and how its rules are kept and put back. */
const saved = {
  iptables: {
    has: (port: number) => `iptables-save -t nat | grep -q 'dport ${port}'`,
    save: `iptables-save -t nat | grep -P '^\\*|^COMMIT|${notKubelets}' > /tmp/rules.saved`,
    restore: 'iptables-restore --noflush < /tmp/rules.saved && rm /tmp/rules.saved',
  },
  nftables: {
    has: (port: number) => `nft list map ip kube-proxy service-nodeports | grep -q 'tcp . ${port}'`,
    save: 'nft list table ip kube-proxy > /tmp/rules.saved',
    restore: 'nft -f /tmp/rules.saved && rm /tmp/rules.saved',
  },
};

const until = (condition: string) => `until ${condition}; do sleep 0.2; done`;

const bothSets = (['iptables', 'nftables'] as const).map((mode): NonNullable<LabInput['faults']>[number] => ({
  id: 'ready-but-refused',
  when: { proxyMode: mode },
  symptom: {
    text: 'The pod stock is in worker’s own network, and its program was told to listen on port 30119. The pod is Ready, but the client is refused. Before, it was answered.',
    probe: { from: 'client', url: stock, timeoutS: 2 },
    value: 'steps.symptom.value.exit',
    expect: { equals: 7 },
  },
  inject: [
    { on: 'you', command: ['kubectl', 'apply', '-f', 'labs/11-proxy-modes/manifests/old.yaml'] },
    setMode(mode, other(mode)),
    ...restartOnWorker,
    bash(`${until(saved[other(mode)].has(30119))}; ${saved[other(mode)].save}`),
    setMode(other(mode), mode),
    ...restartOnWorker,
    { on: 'you', command: ['kubectl', 'delete', 'service', 'old'] },
    // Its own rules are there again, so it has cleaned already; and they have forgotten the old Service.
    bash(
      `${until(`${saved[mode].has(30110)} && ! ${saved[mode].has(30119)}`)}; ${saved[other(mode)].restore}`,
    ),
  ],
  until: [
    programmedAgain,
    {
      kind: 'pods',
      id: 'stock-still-ready',
      claim: 'The pod stock is still Ready.',
      selector: 'app=stock',
      ready: 1,
    },
  ],
  // No Service leads to the pod, so it is not watched: the last place that saw the packet is the pod’s node, to which the
  // pod’s RST comes back.
  endsAt: 'forward.pod-node.forward.routed',
  hints: [
    'The pod is well. Does the packet get to it? Follow it on the node, from its arrival on.',
    'Something on the node knows this port, and it is older than the program. No object of the cluster speaks of it any more.',
    'kube-proxy has one place for what it writes, and its mode says which. Is the other place empty?',
  ],
  answer:
    'worker has rules of both modes. The ones that kube-proxy writes are right and do not know port 30119. The others were saved when kube-proxy worked in the other mode, with a Service that is long gone, and somebody has loaded them again, as a firewall’s start script does. They still send port 30119 to a pod, to a port where nothing listens. kube-proxy removes rules of the other mode when it starts; these came later, and it has let them be: restart it on that node.',
  undo: restartOnWorker,
  repaired: [programmedAgain, answersAgain('client', stock)],
}));

const flushed = (['iptables', 'nftables'] as const).map((mode): NonNullable<LabInput['faults']>[number] => ({
  id: 'one-node-refuses',
  when: { proxyMode: mode },
  symptom: {
    text: 'curl from the client to port 30110 of worker is refused. The other two nodes answer on this port, and all three are Ready.',
    probe: { from: 'client', url: nodePort, timeoutS: 2 },
    value: 'steps.symptom.value.exit',
    expect: { equals: 7 },
  },
  inject: [onWorker('pkill', '-STOP', '-x', 'kube-proxy'), bash(flush[mode])],
  until: [
    ...['control-plane', 'worker2'].map((role) =>
      answers(
        `${role}-still`,
        `The client still gets an answer from ${role} on port 30110.`,
        'client',
        `http://{{ nodes.\`${role}\`.ip }}:30110/healthz`,
      ),
    ),
    nodesReady,
  ],
  endsAt: 'forward.entry-node.input.delivered',
  hints: [
    'Refused: who says no? Compare with what happens on a node that answers.',
    'The packet is not turned to the pod; it ends where it came. What would have to be on the node to turn it?',
    'Two things are wrong on this node. One took something away, and the other keeps it from coming back.',
  ],
  answer:
    'Somebody has flushed the node’s rules, as restarting a host firewall does, and kube-proxy, which would write them again, is stopped by a signal. Without rules port 30110 is a port like any other: nobody listens there, so the node’s own kernel answers with RST. That the process of kube-proxy exists does not say that it works.',
  undo: [onWorker('pkill', '-CONT', '-x', 'kube-proxy'), ...restartOnWorker],
  repaired: [programmedAgain, answersAgain('client', nodePort)],
}));

export const faults: NonNullable<LabInput['faults']> = [
  {
    id: 'one-asker-hangs',
    symptom: {
      text: 'Since this morning the pod asker-there, on worker, gets no answer from the Service cart: its requests hang until they give up. The pod asker-here, on worker2, is answered.',
      probe: { from: 'netns/asker-there', url: clusterIp, timeoutS: 2 },
      value: 'steps.symptom.value.exit',
      expect: { equals: 28 },
    },
    inject: [onWorker('iptables', '-P', 'FORWARD', 'DROP')],
    until: [
      { ...programmedAgain, id: 'rules-still' },
      answers(
        'other-asker-still',
        'asker-here, on worker2, still gets an answer from the Service cart.',
        'netns/asker-here',
        'http://{{ services.cart.clusterIP }}/healthz',
      ),
      {
        ...answers(
          'node-port-still',
          'In iptables mode the client still gets an answer from worker’s nodePort.',
          'client',
          'http://{{ nodes.worker.ip }}:30110/healthz',
        ),
        when: { proxyMode: 'iptables' },
      },
    ],
    endsAt: 'forward.client-node.forward.dropped',
    hints: [
      'Silence, not a refusal: the packet gets lost somewhere. How far does it come?',
      'The destination is rewritten as it should be. What does the node do with a packet that is not for itself?',
      'Not every rule on a node is from kube-proxy, and a chain has an opinion on what no rule has decided.',
    ],
    answer:
      'The policy of worker’s FORWARD chain is DROP: a host firewall was switched on. A pod’s request is forwarded by its node, and no rule there accepts this one. kube-proxy’s rules for cart are there in both modes. The modes differ in what else still works: in iptables mode KUBE-FORWARD accepts what was marked for masquerade, so cart’s nodePort on this node answers; in nftables mode it does not.',
    undo: [onWorker('iptables', '-P', 'FORWARD', 'ACCEPT')],
    repaired: [answersAgain('netns/asker-there', clusterIp)],
  },
  ...flushed,
  ...bothSets,
];
