/** What the runtime does for a pod's network, by hand: the node's own plugins, in namespaces made for it. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const conflist = '/etc/cni/net.d/10-kindnet.conflist';
const firstPlugin = `jq '{cniVersion, name} + .plugins[0]' ${conflist}`;

/** One call of a plugin, as the CNI specification has it: parameters in the environment, JSON in and out. */
const call = (command: 'ADD' | 'DEL', plugin: string, netns: string) =>
  [
    `CNI_COMMAND=${command} CNI_CONTAINERID=by-hand CNI_NETNS=/run/netns/${netns}`,
    `CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin ${plugin}`,
  ].join(' ');

const on = 'node/worker';

const added = 'steps.`cni-add`.value';
const address = `$substringBefore(${added}.ips[0].address, '/')`;

/** Everything that ADD makes and DEL takes back. */
const traces = (id: string) => ({
  kind: 'run' as const,
  id,
  on,
  command: [
    'bash',
    '-c',
    [
      'ip -netns by-hand -brief -4 address; ip -netns by-hand -brief link show lo',
      'grep --files-with-matches by-hand /run/cni-ipam-state/kindnet/*',
      `ip route show {{ ${address} }}`,
      'ip -oneline link show type veth | grep by-hand',
    ].join('\n'),
  ],
  accept: [0, 1],
  compare: 'exit' as const,
});

export const runtime: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'conflist',
    say: 'The pod network’s configuration: one file on each node, a list of plugins.',
    on,
    command: ['jq', '.', conflist],
    parse: 'json',
    compare: 'exit',
    checks: [
      {
        id: 'a-list-of-two-plugins',
        claim:
          'On worker the pod network’s configuration is a list of two plugins: ptp for the cable, portmap for hostPorts.',
        value: 'steps.conflist.value.plugins.type',
        expect: { equals: ['ptp', 'portmap'] },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'run',
    id: 'plugins',
    say: 'The plugins are programs on the node:',
    on,
    command: ['find', '-L', '/opt/cni/bin', '-type', 'f', '-executable', '-printf', '%f\\n'],
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'plugins-are-programs',
        claim:
          'For each of the three plugins that the list names, ptp, its host-local and portmap, worker has an executable file of that name.',
        value: `$sort($append(steps.conflist.value.plugins.type, steps.conflist.value.plugins.ipam.type)[$ in $$.steps.plugins.value])`,
        expect: { equals: ['host-local', 'portmap', 'ptp'] },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'run',
    id: 'runtime-has-it',
    say: 'Who reads that file? The container runtime:',
    on,
    command: [
      'bash',
      '-c',
      `crictl info | jq --compact-output '.cniconfig.Networks[].Config | {Name, CNIVersion}'`,
    ],
    parse: 'lines',
    compare: 'exit',
    checks: [
      {
        id: 'runtime-loads-the-list',
        claim: 'The container runtime has loaded a network configuration with the name kindnet.',
        value: 'steps.`runtime-has-it`.out',
        expect: { matches: '"Name":"kindnet"' },
        scope: 'cni:kindnet',
      },
    ],
  },
];

const sandbox = {
  metadata: { name: 'by-runtime', namespace: 'inside', uid: 'by-runtime' },
  linux: { cgroup_parent: 'system.slice' },
};

export const withoutKubelet: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'freeze-kubelet',
    say: 'Stop the kubelet of worker2: the process stays, but executes nothing any more.',
    commands: [{ on: 'node/worker2', command: ['pkill', '-STOP', '-x', 'kubelet'] }],
  },
  {
    kind: 'run',
    id: 'frozen-kubelet',
    on: 'node/worker2',
    command: ['ps', '-o', 'stat=', '-C', 'kubelet'],
    compare: 'exit',
    checks: [
      {
        id: 'kubelet-is-stopped',
        claim: 'The kubelet of worker2 is in state T: stopped by a signal.',
        value: 'steps.`frozen-kubelet`.out',
        expect: { matches: '^T' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'run-sandbox',
    say: 'Ask the runtime itself for a pod:',
    on: 'node/worker2',
    command: [
      'bash',
      '-c',
      `crictl inspectp $(crictl runp <(echo '${JSON.stringify(sandbox)}')) | jq --compact-output '{state: .status.state, ip: .status.network.ip}'`,
    ],
    parse: 'json',
    compare: 'exit',
    checks: [
      {
        id: 'runtime-wires-without-kubelet',
        claim:
          'With the kubelet stopped, the container runtime makes a new pod sandbox ready, with an address from the node’s range.',
        value:
          '[steps.`run-sandbox`.value.state, $inCidr(steps.`run-sandbox`.value.ip, nodes.worker2.podCIDR)]',
        expect: { equals: ['SANDBOX_READY', true] },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'change',
    id: 'thaw-kubelet',
    commands: [
      {
        on: 'node/worker2',
        command: ['bash', '-c', 'crictl rmp --force $(crictl pods --quiet --name by-runtime)'],
      },
      { on: 'node/worker2', command: ['pkill', '-CONT', '-x', 'kubelet'] },
    ],
  },
];

export const byHand: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'empty-namespace',
    say: 'A network namespace without a pod:',
    commands: [{ on, command: ['ip', 'netns', 'add', 'by-hand'] }],
  },
  {
    kind: 'run',
    id: 'before-add',
    on,
    command: ['ip', '-netns', 'by-hand', '-brief', 'link'],
    checks: [
      {
        id: 'empty-before-add',
        claim: 'A new network namespace has one interface, lo, and it is down.',
        value:
          '[$count($split($trim(steps.`before-add`.out), "\\n")), $contains(steps.`before-add`.out, /^lo +DOWN/)]',
        expect: { equals: [1, true] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'cni-in',
    say: 'What a plugin reads: the first one of the node’s own list.',
    on,
    command: ['bash', '-c', firstPlugin],
    parse: 'json',
    compare: 'exit',
  },
  {
    kind: 'run',
    id: 'cni-add',
    say: 'ADD: the plugin gets that on standard input, the rest in its environment, and answers with what it made.',
    on,
    command: ['bash', '-c', `${firstPlugin} | ${call('ADD', '/opt/cni/bin/ptp', 'by-hand')}`],
    parse: 'json',
    compare: 'exit',
    checks: [
      {
        id: 'add-gives-an-address',
        claim:
          'ADD answers with an address from the node’s range of pod addresses, and with the node as gateway.',
        value: `[$inCidr(${address}, nodes.worker.podCIDR), ${added}.ips[0].gateway = nodes.worker.podSideIp]`,
        expect: { equals: [true, true] },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    ...traces('after-add'),
    say: 'What there is now: in the namespace, in the store of addresses, and on the node.',
    checks: [
      {
        id: 'namespace-is-wired',
        claim: 'The namespace has an eth0 with that address, one end of a veth pair.',
        value: '$match(steps.`after-add`.out, /^eth0@if\\d+ +\\w+ +([0-9.]+)/m).groups[0]',
        expect: { same: address },
        scope: 'cni:kindnet',
      },
      {
        id: 'address-is-a-file',
        claim: 'host-local keeps that an address is taken as a file on the node, named by the address.',
        value: '$match(steps.`after-add`.out, /^\\/run\\/cni-ipam-state\\/kindnet\\/([0-9.]+)$/m).groups[0]',
        expect: { same: address },
        scope: 'cni:kindnet',
      },
      {
        id: 'node-has-the-other-end',
        claim:
          'The node has the other end of the pair, the veth that ADD named, and its route to that address leads into it.',
        value:
          '$append($match(steps.`after-add`.out, /^(\\d+): (veth\\w+)@if\\d+: .*link-netns by-hand/m).groups, $match(steps.`after-add`.out, /^([0-9.]+) dev (\\S+) /m).groups)',
        expect: {
          same: `[$match(steps.\`after-add\`.out, /^eth0@if(\\d+) /m).groups[0], ${added}.interfaces[0].name, ${address}, ${added}.interfaces[0].name]`,
        },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'run',
    id: 'ask-by-hand',
    say: 'From there the pod cart is asked, and says whom it sees:',
    on,
    command: [
      ...['ip', 'netns', 'exec', 'by-hand'],
      ...['curl', '-s', "http://{{ pods[app='cart'].ip }}:8080/clientip"],
    ],
    compare: 'exit',
    checks: [
      {
        id: 'by-hand-reaches-pods',
        claim: 'From that namespace a pod is reached, and sees the address that ADD gave.',
        value: "$substringBefore(steps.`ask-by-hand`.out, ':')",
        expect: { same: address },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'run',
    id: 'cni-del',
    say: 'DEL takes it back:',
    on,
    command: ['bash', '-c', `${firstPlugin} | ${call('DEL', '/opt/cni/bin/ptp', 'by-hand')}`],
  },
  {
    ...traces('after-del'),
    checks: [
      {
        id: 'del-leaves-nothing',
        claim: 'After DEL the interface, the reserved address, the node’s end and its route are gone.',
        value:
          '[$contains(steps.`after-del`.out, /^lo /m), $contains(steps.`after-del`.out, /eth0|kindnet|veth/)]',
        expect: { equals: [true, false] },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'change',
    id: 'namespace-goes',
    commands: [{ on, command: ['ip', 'netns', 'delete', 'by-hand'] }],
  },
];
