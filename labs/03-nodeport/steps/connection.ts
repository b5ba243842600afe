/** The address is rewritten once a connection, not once a request, and conntrack remembers how. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const counters = (id: string) => ({
  kind: 'run' as const,
  id,
  when: { proxyMode: 'iptables' as const },
  on: 'node/worker',
  command: ['iptables-save', '-c', '-t', 'nat'],
  parse: 'iptables-counters' as const,
  compare: 'exit' as const,
});

/** Packets of one rule, found by its chain, its comment or its target. */
const packets = (step: string, rule: string) => `$sum(steps.\`${step}\`.value[${rule}].packets)`;
const rise = (rule: string) => `${packets('counters-after', rule)} - ${packets('counters-before', rule)}`;

const cart = "$contains($string(comment), 'shop/cart:http')";
/** KUBE-EXT of this Service: the chain to which its nodePort rules go, the one for localhost as well. */
const ext =
  "chain = $$.steps.`counters-after`.value[chain = 'KUBE-NODEPORTS' and comment = 'shop/cart:http'][0].target";

const rising: readonly { id: string; claim: string; rule: string }[] = [
  {
    id: 'nodeports-plus-one',
    claim: 'Three requests on one connection raise the rule for port 30080 in KUBE-NODEPORTS by one.',
    rule: `chain = 'KUBE-NODEPORTS' and comment = 'shop/cart:http'`,
  },
  {
    id: 'mark-plus-one',
    claim: 'The rule of KUBE-EXT that jumps to KUBE-MARK-MASQ rises by one.',
    rule: `${ext} and target = 'KUBE-MARK-MASQ'`,
  },
  {
    id: 'ext-plus-one',
    claim: 'The rule of KUBE-EXT that goes on to KUBE-SVC rises by one.',
    rule: `${ext} and $contains(target, /^KUBE-SVC-/)`,
  },
  {
    id: 'svc-plus-one',
    claim: 'The rule of KUBE-SVC that chooses the endpoint rises by one.',
    rule: `$contains(chain, /^KUBE-SVC-/) and ${cart} and $contains(target, /^KUBE-SEP-/)`,
  },
  {
    id: 'sep-plus-one',
    claim: 'The DNAT rule of KUBE-SEP rises by one.',
    rule: `$contains(chain, /^KUBE-SEP-/) and ${cart} and target = 'DNAT'`,
  },
];

export const connection: LabInput['steps'] = [
  counters('counters-before'),
  {
    kind: 'capture',
    id: 'events',
    say: 'conntrack tells about every new connection that asks for port 30080 on worker, while the client sends three requests over one connection.',
    watches: [
      {
        id: 'worker',
        on: 'node/worker',
        command: ['conntrack', '-E', '-e', 'NEW', '-p', 'tcp', '--orig-port-dst', '30080', '-o', 'id'],
        parse: 'conntrack-events',
      },
    ],
    during: [
      {
        kind: 'probe',
        id: 'three-requests',
        from: 'client',
        url: 'http://{{ nodes.worker.ip }}:30080/hostname',
        requests: 3,
        checks: [
          {
            id: 'three-on-one-connection',
            claim: 'curl got three answers with HTTP 200 and opened one connection.',
            value:
              '[steps.`three-requests`.value.answers.status, $count(steps.`three-requests`.value.answers[newConnection])]',
            expect: { equals: [200, 200, 200, 1] },
          },
        ],
      },
    ],
    checks: [
      {
        id: 'one-new-event',
        claim: 'Three requests on one connection are one new conntrack entry on the entry node.',
        value: "$count(steps.events.value.worker[event = 'NEW'])",
        expect: { equals: 1 },
      },
    ],
  },
  {
    ...counters('counters-after'),
    checks: rising.map(({ id, claim, rule }) => ({
      id,
      claim,
      value: rise(rule),
      expect: { equals: 1 },
      scope: 'kube-proxy:iptables' as const,
    })),
  },
  {
    kind: 'run',
    id: 'entry',
    say: 'The entry itself: the first tuple is what came in, the second what an answer looks like before it is rewritten back.',
    on: 'node/worker',
    command: [
      'conntrack',
      '-L',
      '-p',
      'tcp',
      // Another machine's connection may have the same port.
      '--orig-src',
      '{{ steps.`three-requests`.value.local.ip }}',
      '--orig-port-src',
      '{{ steps.`three-requests`.value.local.port }}',
    ],
    parse: 'conntrack',
    // Its state and its lifetime depend on the moment; the checks look at the tuples.
    compare: 'exit',
    checks: [
      {
        id: 'entry-has-what-came-in',
        claim: 'The original tuple of the entry goes from the client to port 30080 of worker.',
        value:
          '$join([steps.entry.value.original.source.ip, steps.entry.value.original.destination.ip, $string(steps.entry.value.original.destination.port)], " ")',
        expect: { same: '$join([client.ip, nodes.worker.ip, "30080"], " ")' },
      },
      {
        id: 'no-cluster-ip-on-the-way',
        claim:
          'The connection has exactly one entry on worker, and the ClusterIP is in neither of its tuples.',
        value: '[$count(steps.entry.value), $contains(steps.entry.out, services.cart.clusterIP)]',
        expect: { equals: [1, false] },
      },
      {
        id: 'entry-has-both-rewrites',
        claim:
          'Its reply tuple goes from the pod’s address and port 8080 to worker: destination and source were both rewritten.',
        value:
          '$join([steps.entry.value.reply.source.ip, $string(steps.entry.value.reply.source.port), steps.entry.value.reply.destination.ip], " ")',
        expect: { same: '$join([pods[app=\'cart\'].ip, "8080", nodes.worker.ip], " ")' },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-cluster-ip',
    say: 'The ClusterIP is in neither tuple. Would it show if it were on the way? worker itself asks the ClusterIP.',
    from: 'node/worker',
    url: 'http://{{ services.cart.clusterIP }}/hostname',
  },
  {
    kind: 'run',
    id: 'cluster-ip-entry',
    on: 'node/worker',
    command: [
      'conntrack',
      '-L',
      '-p',
      'tcp',
      '--orig-src',
      '{{ steps.`ask-cluster-ip`.value.local.ip }}',
      '--orig-port-src',
      '{{ steps.`ask-cluster-ip`.value.local.port }}',
      // The node's own connections to others may have the same source port.
      '--orig-port-dst',
      '80',
    ],
    parse: 'conntrack',
    compare: 'exit',
    checks: [
      {
        id: 'cluster-ip-would-show',
        claim: 'A request to the ClusterIP leaves an entry with the ClusterIP as its original destination.',
        value: 'steps.`cluster-ip-entry`.value.original.destination.ip',
        expect: { same: 'services.cart.clusterIP' },
      },
    ],
  },
];
