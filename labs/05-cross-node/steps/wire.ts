/** The packets themselves, on the network interfaces of the two nodes, and the whole way as a trace. */
import { node, pod, podUrl, type Role, routed, routedByBoth, type Steps, step, toolsOn } from './names.ts';

const bare = { podNetwork: [...routed] };
const vxlan = { podNetwork: 'flannel-vxlan' as const };
const two = ['worker', 'worker2'] as const;

const listening = '^listening on ';
const tcpdump = (device: string, ...filter: string[]) => [
  'tcpdump',
  '-n',
  '-t',
  '-e',
  '-i',
  device,
  '-c',
  '2',
  filter.join(' '),
];

/** The question itself: the first packet goes there, the second comes back. */
const ask = {
  kind: 'probe' as const,
  id: 'ask-on-the-wire',
  from: 'pod/shop',
  url: podUrl('cart', 'hostname'),
};

const shopTo = `$join([${pod('shop')}.ip, '.', $string(${step('ask-on-the-wire', 'value.local.port')}), ' > ', ${pod('cart')}.ip, '.8080: Flags [S]'])`;
const cartTo = `$join([${pod('cart')}.ip, '.8080 > ', ${pod('shop')}.ip, '.', $string(${step('ask-on-the-wire', 'value.local.port')}), ': Flags [S.]'])`;
/** What tcpdump writes between the two MAC addresses and the header that comes first in the frame. */
const inFrame = `', ethertype IPv4 (0x0800), length 74: '`;
const line = (watch: string, at: number) => `$string(${step('wire', `value.\`${watch}\``)}[${at}])`;
const length = (watch: string) => `$number($match(${line(watch, 0)}, /length (\\d+): /).groups[0])`;
const mac = (role: Role) => `$trim(${step(`mac-${role}`)})`;

export const wire: Steps = [
  ...two.map((role) => ({
    kind: 'run' as const,
    id: `mac-${role}`,
    say: `The MAC address of ${role}’s interface, to know it again:`,
    on: `node/${role}`,
    command: ['cat', '/sys/class/net/eth0/address'],
    compare: 'exit' as const,
  })),
  {
    kind: 'run',
    id: 'first-ttl',
    say: 'With which TTL does a packet start in a pod?',
    on: 'netns/shop',
    command: ['sysctl', '-n', 'net.ipv4.ip_default_ttl'],
  },
  {
    kind: 'capture',
    id: 'wire',
    say: 'tcpdump on the network interface of each of the two nodes, while shop asks cart: the first packet there and the first one back.',
    when: bare,
    compare: 'exit',
    watches: two.map((role) => ({
      id: role,
      on: toolsOn(role),
      command: tcpdump('eth0', `host {{ ${pod('cart')}.ip }} and tcp port 8080`),
      listening,
      ends: 'by-itself' as const,
    })),
    during: [{ ...ask, when: bare }],
    checks: [
      ...two.map((role) => ({
        id: `bare-on-${role}`,
        claim: `Where nothing is wrapped, on ${role}’s network interface the frame has the packet from shop’s address and port to cart’s in it, and no other header before it.`,
        value: `$contains(${line(role, 0)}, $join([${inFrame}, ${shopTo}]))`,
        expect: { equals: true },
      })),
      {
        id: 'answer-is-bare-too',
        claim: 'Where nothing is wrapped, the answer crosses in the same way, from cart’s address to shop’s.',
        value: `$contains(${line('worker', 1)}, $join([${inFrame}, ${cartTo}]))`,
        expect: { equals: true },
      },
      {
        id: 'frame-is-between-nodes',
        claim:
          'Where nothing is wrapped, the frame around the packet goes from worker’s MAC address to worker2’s.',
        value: `$substring(${line('worker2', 0)}, 0, 37)`,
        expect: { same: `$join([${mac('worker')}, ' > ', ${mac('worker2')}])` },
      },
      {
        id: 'no-node-address-in-the-header',
        claim: 'Where nothing is wrapped, neither node’s IP address stands in the packet’s header.',
        value: `$contains(${line('worker', 0)}, ${node('worker')}.ip) or $contains(${line('worker', 0)}, ${node('worker2')}.ip)`,
        expect: { equals: false },
      },
    ],
  },
  {
    kind: 'capture',
    id: 'wire',
    say: 'The same request three times: on flannel.1 of worker before it is wrapped, on eth0 of worker, and on eth0 of worker2.',
    when: vxlan,
    compare: 'exit',
    watches: [
      {
        id: 'inner',
        on: toolsOn('worker'),
        command: tcpdump('flannel.1', `host {{ ${pod('cart')}.ip }} and tcp port 8080`),
        listening,
        ends: 'by-itself',
      },
      ...two.map((role) => ({
        id: role,
        on: toolsOn(role),
        command: [
          ...tcpdump('eth0').slice(0, -1),
          '-T',
          'vxlan',
          `host {{ ${node(role === 'worker' ? 'worker2' : 'worker')}.ip }} and udp port 8472`,
        ],
        listening,
        ends: 'by-itself' as const,
      })),
    ],
    during: [{ ...ask, when: vxlan }],
    checks: [
      {
        id: 'inner-is-the-pods',
        claim: 'On flannel.1 it is the packet from shop’s address and port to cart’s.',
        value: `$contains(${line('inner', 0)}, ${shopTo})`,
        expect: { equals: true },
        scope: 'cni:flannel-vxlan',
      },
      {
        id: 'outer-is-the-nodes',
        claim: 'On eth0 there is another header in front: UDP from worker’s address to worker2’s, port 8472.',
        value: `$match(${line('worker', 0)}, /: ([\\d.]+)\\.\\d+ > ([\\d.]+)\\.8472: VXLAN/).groups`,
        expect: { same: `[${node('worker')}.ip, ${node('worker2')}.ip]` },
        scope: 'cni:flannel-vxlan',
      },
      {
        id: 'inner-inside-outer',
        claim: 'Behind it, and readable, is the packet of flannel.1: tcpdump writes the same line for both.',
        value: `${line('worker', 1)} = ${line('inner', 0)} and $contains(${line('worker', 1)}, ${shopTo})`,
        expect: { equals: true },
        scope: 'cni:flannel-vxlan',
      },
      {
        id: 'outer-arrives',
        claim:
          'It arrives on eth0 of worker2 as it left worker: the same outer header, the same packet inside.',
        value: `$contains(${line('worker2', 0)}, $join([${node('worker2')}.ip, '.8472: VXLAN'])) and ${line('worker2', 0)} = ${line('worker', 0)} and ${line('worker2', 1)} = ${line('worker', 1)}`,
        expect: { equals: true },
        scope: 'cni:flannel-vxlan',
      },
      {
        id: 'answer-is-wrapped-too',
        claim:
          'The answer comes in an outer header from worker2’s address to worker’s, port 8472; inside, it goes from cart’s address to shop’s.',
        value: `$append($match(${line('worker', 2)}, /: ([\\d.]+)\\.\\d+ > ([\\d.]+)\\.8472: VXLAN/).groups, $contains(${line('worker', 3)}, ${cartTo}))`,
        expect: { same: `[${node('worker2')}.ip, ${node('worker')}.ip, true]` },
        scope: 'cni:flannel-vxlan',
      },
      {
        id: 'fifty-bytes-more',
        claim: 'The wrapping makes this packet longer by 50 bytes.',
        value: `${length('worker')} - ${length('inner')}`,
        expect: { equals: 50 },
        scope: 'cni:flannel-vxlan',
      },
    ],
  },
  {
    kind: 'capture',
    id: 'ttl-on-the-wire',
    say: 'Once more with -v, for the TTL that it has left when it is on the network between the nodes:',
    when: { podNetwork: 'kindnet' },
    compare: 'exit',
    watches: [
      {
        id: 'worker',
        on: toolsOn('worker'),
        command: ['tcpdump', '-n', '-t', '-v', '-i', 'eth0', '-c', '1', `dst host {{ ${pod('cart')}.ip }}`],
        listening: 'listening on ',
        ends: 'by-itself',
      },
    ],
    during: [{ ...ask, id: 'ask-for-ttl', when: { podNetwork: 'kindnet' } }],
    checks: [
      {
        id: 'node-is-a-router',
        claim: 'worker has taken one off the TTL with which packets start in the pod, as a router does.',
        value: `$number($match(${step('ttl-on-the-wire', 'value.worker')}[0], /ttl (\\d+)/).groups[0]) + 1`,
        expect: { same: `$number($trim(${step('first-ttl')}))` },
      },
    ],
  },
  {
    kind: 'trace',
    id: 'trace-far',
    say: 'And the whole way, at every place where a kernel saw the packet:',
    from: 'pod/shop',
    url: podUrl('cart', 'hostname'),
    checks: [
      {
        id: 'trace-far-as-predicted',
        claim: 'Request and answer take the predicted way.',
        value: step('trace-far', 'value.verdict'),
        expect: { equals: 'equal' },
      },
      {
        id: 'trace-far-all-observed',
        claim: 'The kernel itself reported the packet at every hop.',
        value: `${step('trace-far', 'value.observed')} = ${step('trace-far', 'value.hops')} and ${step('trace-far', 'value.hops')} > 0`,
        expect: { equals: true },
      },
      {
        id: 'two-nodes-only-route',
        claim:
          'Between the two pods each of the two nodes does one thing with the request, and that is to route: no address is rewritten.',
        value: step('trace-far', 'value.request.hops'),
        expect: {
          equals: routedByBoth,
        },
      },
      {
        id: 'answer-is-routed-too',
        claim: 'The answer passes the same two nodes in the other order, and they only route.',
        value: step('trace-far', 'value.reply.hops'),
        expect: {
          equals: [
            'reply.pod.output.sent',
            'reply.pod-node.forward.routed',
            'reply.client-node.forward.routed',
            'reply.client-pod.input.delivered',
          ],
        },
      },
    ],
  },
];
