/** The old picture beside the real one: what a bridge looks like, made by a CNI plugin and by docker run. */
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

const box = '{{ cluster.name }}-box';
const answer = `read line; printf 'HTTP/1.0 200 OK\\r\\n\\r\\n'; hostname`;

export const docker: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'docker-run',
    say: 'docker run, without Kubernetes: one container, one published port.',
    commands: [
      {
        on: 'you',
        command: [
          ...['docker', 'run', '--detach', '--rm', `--name=${box}`, '--hostname=box'],
          ...['--publish=127.0.0.1::8080', '--entrypoint=systemd-socket-activate', '{{ cluster.image }}'],
          ...['--listen=8080', '--accept', '--inetd', 'sh', '-c', answer],
        ],
      },
      {
        on: 'you',
        command: [
          ...['docker', 'exec', box, 'bash', '-c'],
          'until ss --listening --tcp --numeric | grep --quiet :8080; do sleep 0.05; done',
        ],
      },
    ],
  },
  {
    kind: 'run',
    id: 'link-of-box',
    say: 'The container’s own interface:',
    on: 'you',
    command: ['docker', 'exec', box, 'ip', '-oneline', 'link', 'show', 'eth0'],
    compare: 'exit',
  },
  {
    kind: 'run',
    id: 'route-of-box',
    on: 'you',
    command: ['docker', 'exec', box, 'ip', 'route'],
    compare: 'exit',
  },
  {
    kind: 'run',
    id: 'bridges-on-docker-host',
    say: 'Bridges of the Docker host:',
    on: 'docker-host',
    command: ['bash', '-c', 'ip -oneline link show type bridge | grep docker0'],
    compare: 'exit',
    checks: [
      {
        id: 'docker0-is-a-bridge',
        claim:
          'The Docker host has the bridge docker0, and the command that found none on the node shows it.',
        value: 'steps.`bridges-on-docker-host`.out',
        expect: { matches: '^\\d+: docker0: ' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'links-of-docker0',
    say: 'On the Docker host, what is tied to the bridge docker0:',
    on: 'docker-host',
    command: ['ip', '-oneline', 'link', 'show', 'master', 'docker0'],
    compare: 'exit',
    checks: [
      {
        id: 'docker-ties-to-docker0',
        claim:
          'The other end of that container’s eth0 is a veth on the Docker host, by the numbers of both ends, and it is tied to the bridge docker0.',
        value: "$match(steps.`link-of-box`.out, /^(\\d+): eth0@if(\\d+):/).(groups[1] & '@' & groups[0])",
        expect: {
          in: "$match(steps.`links-of-docker0`.out, /^(\\d+): veth\\w+@if(\\d+): .* master docker0/m).(groups[0] & '@' & groups[1])",
        },
      },
    ],
  },
  {
    kind: 'run',
    id: 'address-of-docker0',
    on: 'docker-host',
    command: ['ip', '-oneline', '-4', 'address', 'show', 'docker0'],
    compare: 'exit',
    checks: [
      {
        id: 'docker0-is-the-gateway',
        claim: 'docker0 has an address, and it is the container’s gateway.',
        value: '$match(steps.`route-of-box`.out, /^default via (\\S+) /m).groups[0]',
        expect: { same: '$match(steps.`address-of-docker0`.out, / inet ([0-9.]+)\\//).groups[0]' },
      },
    ],
  },
  {
    kind: 'run',
    id: 'port-of-box',
    say: 'The published port:',
    on: 'you',
    command: ['docker', 'port', box, '8080/tcp'],
    compare: 'exit',
  },
  {
    kind: 'run',
    id: 'rule-of-box',
    say: 'And the rule that Docker has written for it:',
    on: 'docker-host',
    command: [
      'bash',
      '-c',
      'iptables --table nat --list-rules DOCKER | grep "dport {{ $match(steps.`port-of-box`.out, /:(\\d+)/).groups[0] }} "',
    ],
    compare: 'exit',
    checks: [
      {
        id: 'docker-maps-the-port',
        claim:
          'Docker has written a rule that rewrites the published port to the container’s address and port 8080. That it is there is all that this says: no request was seen to take it.',
        value:
          '$contains(steps.`rule-of-box`.out, $join(["--dport ", $match(steps.`port-of-box`.out, /:(\\d+)/).groups[0], " -j DNAT --to-destination ", $match(steps.`route-of-box`.out, / src (\\S+)/).groups[0], ":8080"]))',
        expect: { equals: true },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-box',
    from: 'you',
    url: 'http://{{ $trim(steps.`port-of-box`.out) }}/',
    checks: [
      {
        id: 'published-port-answers',
        claim:
          'Asked at 127.0.0.1, where it is published, the port answers with the container’s name and HTTP 200, be it by that rule or by docker-proxy.',
        value: '[steps.`ask-box`.value.status, steps.`ask-box`.value.body]',
        expect: { equals: [200, 'box'] },
      },
    ],
  },
  {
    kind: 'change',
    id: 'box-goes',
    commands: [{ on: 'you', command: ['docker', 'rm', '--force', box] }],
  },
];
