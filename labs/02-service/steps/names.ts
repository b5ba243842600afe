/** What the cluster's DNS says about the Service, and about a headless one. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

/** Asks for the A records of a name. Node and pod images differ in their tools; perl-base is in every Debian. */
const lookUp = `use IO::Socket::INET; my ($server, $name) = @ARGV; alarm 3;
my $socket = IO::Socket::INET->new(Proto => "udp", PeerAddr => "$server:53") or die $@;
$socket->send(pack("n6", 1, 256, 1, 0, 0, 0) . join("", map { pack "C/a*", $_ } split /[.]/, $name) . pack "x n2", 1, 1);
$socket->recv(my $reply, 4096);
print join(".", unpack "C4", $1), "\\n" while $reply =~ /\\x00\\x01\\x00\\x01.{4}\\x00\\x04(.{4})/gs;`;

const ask = (id: string, service: string) => ({
  kind: 'run' as const,
  id,
  on: 'netns/shopper',
  command: [
    'perl',
    '-e',
    lookUp,
    '{{ $match(steps.resolver.out, /nameserver (\\S+)/).groups[0] }}',
    `${service}.market.svc.cluster.local`,
  ],
  parse: 'lines' as const,
  compare: 'exit' as const,
});

export const names: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'resolver',
    say: 'Whom does shopper ask for names?',
    on: 'pod/shopper',
    command: ['cat', '/etc/resolv.conf'],
    compare: 'exit',
  },
  {
    ...ask('name-cart', 'cart'),
    say: 'The name of the Service leads to its ClusterIP. (The query is written by hand: not every image has dig.)',
    checks: [
      {
        id: 'name-is-the-cluster-ip',
        claim: 'DNS answers the name of a Service with one address, its ClusterIP: the pods are not in it.',
        value: 'steps.`name-cart`.value',
        expect: { same: '[services.cart.clusterIP]' },
      },
    ],
  },
  {
    ...ask('name-headless', 'cart-headless'),
    say: 'The name of the headless Service leads to the pods.',
    checks: [
      {
        id: 'headless-name-is-the-pods',
        claim: 'DNS answers the name of a headless Service with the addresses of its pods.',
        value: '$sort(steps.`name-headless`.value)',
        expect: { same: "$sort(pods[app='cart'].ip)" },
      },
      {
        id: 'headless-has-no-address',
        claim: 'A headless Service has no ClusterIP.',
        value: 'services.`cart-headless`.clusterIP',
        expect: { equals: 'None' },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'headless-port-80',
    say: 'Nobody translates its port: port 80 is the Service’s, the process listens on 8080.',
    from: 'netns/shopper',
    url: 'http://{{ steps.`name-headless`.value[0] }}/hostname',
    checks: [
      {
        id: 'headless-port-is-not-translated',
        claim:
          'The port of the headless Service is not translated: port 80 of the first address from DNS is refused (curl exit 7).',
        value: 'steps.`headless-port-80`.value.exit',
        expect: { equals: 7 },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'headless-port-8080',
    from: 'netns/shopper',
    url: 'http://{{ steps.`name-headless`.value[0] }}:8080/hostname',
    compare: 'exit',
    checks: [
      {
        id: 'headless-client-knows-the-port',
        claim: 'On the port that the process listens on the same address answers with HTTP 200.',
        value: 'steps.`headless-port-8080`.value.status',
        expect: { equals: 200 },
      },
    ],
  },
];
