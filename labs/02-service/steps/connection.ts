/** One rewrite a connection, and none of the source. */
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

/** By how many packets the rules rose that the predicate finds. */
const rise = (rule: string, before: string, after: string) =>
  `$sum(steps.\`${after}\`.value[${rule}].packets) - $sum(steps.\`${before}\`.value[${rule}].packets)`;

const toCart = "$contains($string(comment), 'market/cart:http')";

const rising = [
  {
    id: 'services-plus-one',
    claim: 'Three requests on one connection raise the rule for the ClusterIP in KUBE-SERVICES by one.',
    rule: `chain = 'KUBE-SERVICES' and ${toCart}`,
    by: 1,
  },
  {
    id: 'svc-plus-one',
    claim: 'The rules of KUBE-SVC that choose the endpoint rise by one, all together.',
    rule: `$contains(chain, /^KUBE-SVC-/) and ${toCart} and $contains(target, /^KUBE-SEP-/)`,
    by: 1,
  },
  {
    id: 'sep-plus-one',
    claim: 'The DNAT rules of the three endpoints rise by one, all together.',
    rule: `$contains(chain, /^KUBE-SEP-/) and ${toCart} and target = 'DNAT'`,
    by: 1,
  },
  {
    id: 'mark-plus-none',
    claim: 'The rule of KUBE-SVC that marks for masquerade does not rise: a pod asked.',
    rule: `$contains(chain, /^KUBE-SVC-/) and ${toCart} and target = 'KUBE-MARK-MASQ'`,
    by: 0,
  },
];

export const connection: LabInput['steps'] = [
  counters('counters-before'),
  {
    kind: 'capture',
    id: 'events',
    say: 'conntrack on worker tells about every new connection to the ClusterIP, while shopper sends three requests over one connection.',
    compare: 'exit',
    watches: [
      {
        id: 'worker',
        on: 'node/worker',
        command: [
          ...['conntrack', '-E', '-e', 'NEW', '-p', 'tcp'],
          ...['--orig-dst', '{{ services.cart.clusterIP }}', '-o', 'id'],
        ],
        parse: 'conntrack-events',
      },
    ],
    during: [
      {
        kind: 'probe',
        id: 'three-requests',
        from: 'netns/shopper',
        url: 'http://{{ services.cart.clusterIP }}/hostname',
        requests: 3,
        compare: 'exit',
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
        claim:
          'Three requests on one connection are one new conntrack entry on the node of the pod that asks.',
        value: "$count(steps.events.value.worker[event = 'NEW'])",
        expect: { equals: 1 },
      },
      {
        id: 'asks-for-the-cluster-ip',
        claim:
          'Its first tuple goes from shopper to the ClusterIP, port 80: that is what the request carries.',
        value:
          "steps.events.value.worker[0].original.(source.ip & ' ' & destination.ip & ' ' & destination.port)",
        expect: { same: "pods[app='shopper'].ip & ' ' & services.cart.clusterIP & ' 80'" },
      },
      {
        id: 'answered-by-a-pod',
        claim:
          'Its reply tuple comes from port 8080 of one of the three pods: the destination was rewritten.',
        value: "steps.events.value.worker[0].reply.(source.ip & ' ' & source.port)",
        expect: { in: "pods[app='cart'].(ip & ' 8080')" },
      },
      {
        id: 'source-stays',
        claim: 'The reply tuple goes to shopper’s own address and port: the source was not rewritten.',
        value: "steps.events.value.worker[0].reply.(destination.ip & ' ' & destination.port)",
        expect: {
          same: "pods[app='shopper'].ip & ' ' & $string(steps.`three-requests`.value.local.port)",
        },
      },
    ],
  },
  {
    ...counters('counters-after'),
    checks: rising.map(({ id, claim, rule, by }) => ({
      id,
      claim,
      value: rise(rule, 'counters-before', 'counters-after'),
      expect: { equals: by },
      scope: 'kube-proxy:iptables' as const,
    })),
  },
];
