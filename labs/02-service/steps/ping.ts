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

export const ports: LabInput['steps'] = [
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
