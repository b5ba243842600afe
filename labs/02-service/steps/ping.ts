/** A Service is an address and a port. What ping, and other ports, say about it. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

/** One ICMP echo request (RFC 792), and the first answer within a second. The node image has no ping. */
const echo = `use Socket; my $to = inet_aton(shift);
socket(my $icmp, PF_INET, SOCK_RAW, 1) or die $!;
my $echo = pack "C2 n3", 8, 0, 0, $$ & 65535, 1;
my $sum = unpack "%32n*", $echo; $sum = ($sum & 65535) + ($sum >> 16);
substr($echo, 2, 2) = pack "n", ~$sum & 65535;
send $icmp, $echo, 0, pack_sockaddr_in(0, $to);
vec(my $in = "", fileno $icmp, 1) = 1;
if (select($in, undef, undef, 1) < 1) { print "no answer\\n"; exit }
my $from = recv $icmp, my $answer, 1500, 0; my $type = unpack "x20 C", $answer;
print $type == 0 ? "echo reply" : $type == 3 ? "unreachable" : "ICMP type $type", "\\n";`;

const send = (id: string, address: string) => ({
  kind: 'run' as const,
  id,
  on: 'netns/shopper',
  command: ['perl', '-e', echo, `{{ ${address} }}`],
});

export const ping: LabInput['steps'] = [
  {
    ...send('ping-pod', "pods[name='cart-by-hand'].ip"),
    say: 'One ICMP echo request to a pod, as ping sends it:',
    checks: [
      {
        id: 'pod-answers-ping',
        claim: 'The address of the pod cart-by-hand answers an ICMP echo request.',
        value: 'steps.`ping-pod`.out',
        expect: { matches: '^echo reply$' },
      },
    ],
  },
  { ...send('ping-cart', 'services.cart.clusterIP'), say: 'To the ClusterIP of cart, which works:' },
  {
    ...send('ping-gold', 'services.`cart-gold`.clusterIP'),
    say: 'And to the ClusterIP of cart-gold, which has no endpoint:',
    checks: [
      {
        id: 'cluster-ip-answers-no-ping',
        claim: 'The ClusterIP of a Service that works does not answer an ICMP echo request.',
        value: 'steps.`ping-cart`.out',
        expect: { lacks: '^echo reply$' },
      },
      {
        id: 'ping-tells-nothing',
        claim:
          'To an ICMP echo request it makes no difference whether a Service answers HTTP or has no endpoint: both ClusterIPs gave the same outcome.',
        value:
          'steps.`ping-gold`.out = steps.`ping-cart`.out and steps.ask.value.status != steps.`ask-gold`.value.status',
        expect: { equals: true },
      },
    ],
  },
];

/** Which way it would take as TCP to either port. */
const eachWay = (address: string) =>
  `for port in 80 81; do ip route get ${address} ipproto tcp dport $port; done`;
/** How many ways it told, how many that differ, and how many rules for routing ask for a port. */
const told = (step: string) =>
  `($ways := $match(steps.\`${step}\`.out, /^[\\d.]+ ((via|dev) .*)$/m).groups[0]; [$count($ways), $count($distinct($ways)), $count($match(steps.\`${step}\`.out, /^\\d+:.* dport /m))])`;

export const ports: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'route-ports',
    say: 'Do routes know ports? Rules for routing may ask for one (ip rule). These are worker’s, and its ways to ports 80 and 81 of the ClusterIP:',
    on: 'node/worker',
    command: ['bash', '-c', `ip rule; ${eachWay('{{ services.cart.clusterIP }}')}`],
    compare: 'exit',
    checks: [
      {
        id: 'same-route-for-each-port',
        claim:
          'worker has the same route for port 80 of the ClusterIP, which the Service has, and for port 81, which it does not have; none of its rules for routing asks for a port.',
        value: told('route-ports'),
        expect: { equals: [2, 1, 0] },
      },
    ],
  },
  {
    kind: 'run',
    id: 'route-ports-told-apart',
    say: 'The same in a network namespace of its own, with a rule for port 81:',
    on: 'node/worker',
    command: [
      ...['unshare', '--net', 'bash', '-c'],
      [
        'ip link set lo up',
        'ip route add default dev lo src 127.0.0.1',
        'ip route add default dev lo src 127.0.0.2 table 81',
        'ip rule add ipproto tcp dport 81 table 81',
        `ip rule; ${eachWay('{{ services.cart.clusterIP }}')}`,
      ].join(' && '),
    ],
    compare: 'exit',
    checks: [
      {
        id: 'route-could-know-a-port',
        claim:
          'In a network namespace with a rule for routing that asks for port 81, the same question gets two routes: a difference would have been seen.',
        value: told('route-ports-told-apart'),
        expect: { equals: [2, 2, 1] },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-port-81',
    say: 'A port that the Service does not have:',
    from: 'netns/shopper',
    url: 'http://{{ services.cart.clusterIP }}:81/hostname',
    timeoutS: 1,
    checks: [
      {
        id: 'other-port-is-lost',
        claim:
          'In iptables mode a request to port 81 of the ClusterIP, which the Service does not have, gets no answer within a second (curl exit 28).',
        value: 'steps.`ask-port-81`.value.exit',
        expect: { equals: 28 },
        when: { proxyMode: 'iptables' },
        scope: 'kube-proxy:iptables',
      },
      {
        id: 'other-port-is-refused',
        claim:
          'In nftables mode a request to port 81 of the ClusterIP, which the Service does not have, is refused (curl exit 7).',
        value: 'steps.`ask-port-81`.value.exit',
        expect: { equals: 7 },
        when: { proxyMode: 'nftables' },
        scope: 'kube-proxy:nftables',
      },
    ],
  },
];
