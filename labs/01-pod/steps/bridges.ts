/** A bridge, as a CNI plugin makes it. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const on = 'node/worker';
const plugin = '/opt/cni/bin/bridge';
const config = {
  cniVersion: '1.0.0',
  name: 'toy',
  type: 'bridge',
  bridge: 'hop0',
  isGateway: true,
  // A range for documentation (RFC 5737): no packet of it leaves the toy.
  ipam: { type: 'host-local', dataDir: '/run/toy', ranges: [[{ subnet: '192.0.2.0/24' }]] },
};

/** The plugin believes that toy-node is the node: nothing is made in the real one. */
const call = (command: 'ADD' | 'DEL') =>
  [
    `test -x ${plugin} || { echo '{"missing": "${plugin}"}'; exit; }`,
    `echo '${JSON.stringify(config)}' |`,
    `  CNI_COMMAND=${command} CNI_CONTAINERID=toy CNI_NETNS=/run/netns/toy-pod CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin \\`,
    `  ip netns exec toy-node ${plugin}`,
  ].join('\n');

const added = 'steps.`bridge-add`.value';
/** kind's own node image has no plugin bridge: the lab runs there all the same, and its checks say that nothing was seen. */
const unlessMissing = (value: string) => `$exists(${added}.missing) ? [${added}.missing] : ${value}`;
const notSeen = 'Where the value is a path, the node image has no plugin bridge, and this was not seen.';
const address = `$substringBefore(${added}.ips[0].address, '/')`;

/** What ADD makes: the bridge, the cable that is tied to it, its other end with the address, and the address's file. */
const traces = (id: string, say: string) => ({
  kind: 'run' as const,
  id,
  say,
  on,
  command: [
    'bash',
    '-c',
    [
      'ip -netns toy-node -brief link show type bridge',
      'ip -netns toy-node -oneline link show type veth',
      'ip -netns toy-pod -brief -4 address',
      'grep --files-with-matches toy /run/toy/toy/*',
    ].join('\n'),
  ],
  // 1: no file names the pod; 2: there is no folder.
  accept: [0, 1, 2],
  compare: 'exit' as const,
});

export const bridgePlugin: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'toy',
    say: 'Another plugin, bridge, in two namespaces that play node and pod.',
    commands: [
      { on, command: ['ip', 'netns', 'add', 'toy-node'] },
      { on, command: ['ip', 'netns', 'add', 'toy-pod'] },
    ],
  },
  {
    kind: 'run',
    id: 'bridge-add',
    say: 'ADD: JSON in, JSON out.',
    on,
    command: ['bash', '-c', call('ADD')],
    parse: 'json',
    compare: 'exit',
  },
  {
    ...traces(
      'after-bridge-add',
      'What there is now: on the side of the node, in the pod, in the store of addresses.',
    ),
    checks: [
      {
        id: 'bridge-plugin-makes-a-bridge',
        claim: `ADD of the plugin bridge answers with three interfaces: the bridge hop0, the node’s end of the cable, and eth0. That end is a veth, and it is tied to hop0. ${notSeen}`,
        value: unlessMissing(
          `[$count(${added}.interfaces), ${added}.interfaces[0].name, $match(steps.\`after-bridge-add\`.out, /(veth\\w+)@\\S+ .* master hop0 .*link-netns toy-pod/).groups[0]]`,
        ),
        expect: { same: unlessMissing(`[3, 'hop0', ${added}.interfaces[1].name]`) },
      },
      {
        id: 'bridge-gives-an-address',
        claim: `The pod’s end, eth0, has the address that ADD named, and host-local keeps that address as a file. ${notSeen}`,
        value: unlessMissing(
          '$append($match(steps.`after-bridge-add`.out, /^eth0@if\\d+ +\\w+ +([0-9.]+)/m).groups, $match(steps.`after-bridge-add`.out, /^\\/run\\/toy\\/toy\\/([0-9.]+)$/m).groups)',
        ),
        expect: { same: unlessMissing(`[${address}, ${address}]`) },
      },
    ],
  },
  {
    kind: 'run',
    id: 'bridge-del',
    say: 'DEL: the same JSON in.',
    on,
    command: ['bash', '-c', call('DEL')],
  },
  {
    ...traces('after-bridge-del', 'What is left:'),
    checks: [
      {
        id: 'bridge-stays-after-del',
        claim: `Before DEL, hop0, the node’s end, eth0 and the file of the address were there. After it the node’s end, eth0 and the file are gone, and hop0 is still there. ${notSeen}`,
        value: unlessMissing(
          '[steps.`after-bridge-add`.out, steps.`after-bridge-del`.out].[$contains($, /^hop0 /m), $contains($, /veth/), $contains($, /^eth0/m), $contains($, /^\\/run\\/toy/m)]',
        ),
        expect: { same: unlessMissing('[[true, true, true, true], [true, false, false, false]]') },
      },
    ],
  },
  {
    kind: 'change',
    id: 'toy-goes',
    commands: [
      { on, command: ['ip', 'netns', 'delete', 'toy-pod'] },
      { on, command: ['ip', 'netns', 'delete', 'toy-node'] },
      { on, command: ['rm', '-rf', '/run/toy'] },
    ],
  },
];
