/** Where a node sends packets for other nodes' pods, and on what they cross. */
import { flannel, node, pod, type Role, roles, routed, type Steps, step } from './names.ts';

const others = (role: Role) => roles.filter((other) => other !== role);

/** `10.244.2.0/24 via 172.18.0.4 dev eth0`: by way of the node that has the range. */
const viaNode = (role: Role, id: string) =>
  others(role)
    .map(
      (other) =>
        `$contains(${step(id)}, $join([${node(other)}.podCIDR, ' via ', ${node(other)}.ip, ' dev eth0']))`,
    )
    .join(' and ');

/** Pods of the other worker. */
const foreign = (role: Role) => (role === 'worker' ? ['cart'] : ['shop', 'neighbour']);

/** `10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink`: by the tunnel, to the first address of the range. */
const viaTunnel = (role: Role, id: string) =>
  others(role)
    .map((other) => {
      const range = `${node(other)}.podCIDR`;
      return `$contains(${step(id)}, $join([${range}, ' via ', $substringBefore(${range}, '/'), ' dev flannel.1 onlink']))`;
    })
    .join(' and ');

const vxlan = { podNetwork: 'flannel-vxlan' as const };

export const routes: Steps = [
  ...(['worker', 'worker2'] as const).map((role) => ({
    kind: 'run' as const,
    id: `routes-${role}`,
    say: `What ${role} knows of the world:`,
    on: `node/${role}`,
    command: ['ip', 'route'],
    compare: 'exit' as const,
    checks: [
      {
        id: `route-to-ranges-${role}`,
        claim: `Where nothing is wrapped, on ${role} each other node’s range of pod addresses is reached by way of that node’s own address.`,
        value: viaNode(role, `routes-${role}`),
        expect: { equals: true },
        when: { podNetwork: [...routed] },
      },
      {
        id: `tunnel-to-ranges-${role}`,
        claim: `On ${role} each other node’s range of pod addresses is reached by flannel.1, by way of the range’s first address.`,
        value: viaTunnel(role, `routes-${role}`),
        expect: { equals: true },
        when: vxlan,
        scope: 'cni:flannel-vxlan' as const,
      },
      {
        id: `one-route-a-node-${role}`,
        claim: `On ${role} there are two routes to ranges of pods with a next hop (via), as many as there are other nodes; none names ${foreign(role).join(' or ')}.`,
        value: `[$count($match(${step(`routes-${role}`)}, /^10\\.244\\.\\d+\\.0\\/24 via /m)), ${foreign(role)
          .map((app) => `$contains(${step(`routes-${role}`)}, ${pod(app)}.ip & ' ')`)
          .join(' or ')}]`,
        expect: { equals: [2, false] },
      },
    ],
  })),
  {
    kind: 'run',
    id: 'way-to-cart',
    say: 'And the way that worker takes to cart:',
    on: 'node/worker',
    command: ['ip', 'route', 'get', `{{ ${pod('cart')}.ip }}`],
    compare: 'exit',
    checks: [
      {
        id: 'next-hop-is-the-pods-node',
        claim:
          'Where nothing is wrapped, the next hop on the way to cart is worker2, by worker’s ordinary network interface.',
        value: `$join($match(${step('way-to-cart')}, /via (\\S+) dev (\\S+)/).groups, ' ')`,
        expect: { same: `$join([${node('worker2')}.ip, ' eth0'])` },
        when: { podNetwork: [...routed] },
      },
      {
        id: 'next-hop-is-the-tunnel',
        claim:
          'The next hop on the way to cart is an address in worker2’s own pod range, by the interface flannel.1.',
        value: `$join($match(${step('way-to-cart')}, /via (\\S+) dev (\\S+)/).groups, ' ')`,
        expect: { same: `$join([$substringBefore(${node('worker2')}.podCIDR, '/'), ' flannel.1'])` },
        when: vxlan,
        scope: 'cni:flannel-vxlan',
      },
    ],
  },
  {
    kind: 'run',
    id: 'bridges',
    say: 'Is there a bridge on worker?',
    on: 'node/worker',
    command: ['ip', '-o', 'link', 'show', 'type', 'bridge'],
    compare: 'exit',
    checks: [
      {
        id: 'no-bridge',
        claim:
          'Where the plugin ptp ties pods to their node, worker has no interface of the type bridge: it has a route to each of its pods shop and neighbour, by a veth interface.',
        value: `[$string(${step('bridges')}), ${['shop', 'neighbour'].map((app) => `$contains(${step('routes-worker')}, ${pod(app)}.ip & ' dev veth')`).join(', ')}]`,
        expect: { equals: ['', true, true] },
        when: { podNetwork: ['kindnet', 'by-hand', 'bgp'] },
        // kindnet’s configuration names this plugin, too, as the one that is written by hand.
        scope: 'cni:ptp',
      },
      {
        id: 'flannel-has-a-bridge',
        claim: 'worker has one bridge, cni0, and so no docker0.',
        value: `$match(${step('bridges')}, /\\d+: (\\w+):/).groups`,
        expect: { equals: ['cni0'] },
        when: { podNetwork: [...flannel] },
        scope: 'cni:flannel',
      },
    ],
  },
  {
    kind: 'run',
    id: 'tunnel',
    say: 'The interface of the tunnel:',
    when: vxlan,
    on: 'node/worker',
    command: ['ip', '-d', 'link', 'show', 'flannel.1'],
    compare: 'exit',
    checks: [
      {
        id: 'tunnel-is-vxlan',
        claim:
          'flannel.1 is a VXLAN interface: network id 1, UDP port 8472, an MTU of 1450, and set to learn nothing (nolearning).',
        value: step('tunnel'),
        expect: { matches: 'mtu 1450[\\s\\S]*vxlan id 1 local [\\d.]+ dev eth0 .*dstport 8472 .*nolearning' },
        scope: 'cni:flannel-vxlan',
      },
    ],
  },
  {
    kind: 'run',
    id: 'tunnel-neighbours',
    say: 'flanneld has written down what the tunnel can’t learn. First: which MAC address has the next hop?',
    when: vxlan,
    on: 'node/worker',
    command: ['ip', 'neigh', 'show', 'dev', 'flannel.1'],
    compare: 'exit',
    checks: [
      {
        id: 'neighbour-is-permanent',
        claim: 'The next hop’s MAC address stands there as a permanent entry.',
        value: `$match(${step('tunnel-neighbours')}, /^(\\S+) lladdr (\\S+) PERMANENT/m)[groups[0] = $substringBefore($$.${node('worker2')}.podCIDR, '/')].groups[1]`,
        expect: { matches: '^([0-9a-f]{2}:){5}[0-9a-f]{2}$' },
        scope: 'cni:flannel-vxlan',
      },
    ],
  },
  {
    kind: 'run',
    id: 'tunnel-fdb',
    say: 'Second: behind which node is that MAC address?',
    when: vxlan,
    on: 'node/worker',
    command: ['bridge', 'fdb', 'show', 'dev', 'flannel.1'],
    compare: 'exit',
    checks: [
      {
        id: 'fdb-names-the-node',
        claim: 'The forwarding table of flannel.1 sends frames for that MAC address to worker2’s address.',
        value: `$match(${step('tunnel-fdb')}, /^(\\S+) dst (\\S+) self permanent/m)[groups[1] = $$.${node('worker2')}.ip].groups[0]`,
        expect: {
          same: `$match(${step('tunnel-neighbours')}, /^(\\S+) lladdr (\\S+) PERMANENT/m)[groups[0] = $substringBefore($$.${node('worker2')}.podCIDR, '/')].groups[1]`,
        },
        scope: 'cni:flannel-vxlan',
      },
      {
        id: 'no-way-to-the-unknown',
        claim:
          'flannel.1 has no multicast group and no default destination, and its forwarding table no line for unknown addresses.',
        value: `[$contains(${step('tunnel')}, /vxlan id 1 local /), $contains(${step('tunnel')}, /vxlan id 1 .*(group|remote) /), $contains(${step('tunnel-fdb')}, '00:00:00:00:00:00')]`,
        expect: { equals: [true, false, false] },
        scope: 'cni:flannel-vxlan',
      },
    ],
  },
];
