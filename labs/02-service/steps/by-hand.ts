/** The same without Kubernetes: six rules on a machine outside of the cluster, and an address that nobody owns. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

/** From TEST-NET-1, which is for examples and is routed nowhere (RFC 5737). */
const address = '192.0.2.80';

const iptables = (...words: string[]) => ({ on: 'client', command: ['iptables', '-t', 'nat', ...words] });
const route = (action: 'add' | 'del', role: string) => ({
  on: 'client',
  command: ['ip', 'route', action, `{{ nodes.${role}.podCIDR }}`, 'via', `{{ nodes.${role}.ip }}`],
});
const chains = ['KUBE-SERVICES', 'KUBE-SVC-CART', 'KUBE-SEP-ONE', 'KUBE-SEP-TWO'];
const one = "pods[app='cart'][0]";
const two = "pods[app='cart'][1]";

/** Rules and routes of the client. */
const look = (id: string) => ({
  kind: 'run' as const,
  id,
  on: 'client',
  command: ['bash', '-c', 'iptables-save -t nat | grep ^-A; ip route'],
  compare: 'exit' as const,
});
const ask = (id: string, path: string) => ({
  kind: 'probe' as const,
  id,
  from: 'client',
  url: `http://${address}${path}`,
  timeoutS: 1,
  compare: 'exit' as const,
});

export const byHand: LabInput['steps'] = [
  look('client-before'),
  {
    ...ask('ask-made-up-before', '/hostname'),
    say: 'The client is outside of the cluster. It asks an address that nobody has:',
    checks: [
      {
        id: 'made-up-address-is-silent',
        claim: 'Before: the made-up address does not answer within a second (curl exit 28).',
        value: 'steps.`ask-made-up-before`.value.exit',
        expect: { equals: 28 },
      },
    ],
  },
  {
    kind: 'change',
    id: 'two-routes',
    say: 'First the way to the pods: a route for each node’s range of pod addresses.',
    commands: [route('add', 'worker'), route('add', 'worker2')],
  },
  {
    kind: 'probe',
    id: 'ask-pod-by-route',
    from: 'client',
    url: `http://{{ ${two}.ip }}:8080/clientip`,
    checks: [
      {
        id: 'pod-needs-only-a-route',
        claim:
          'With a route to the pod’s node the client, outside of the cluster, reaches a pod by its address, and the pod sees the client’s own address.',
        value: "$substringBefore(steps.`ask-pod-by-route`.value.body, ':')",
        expect: { same: 'client.ip' },
        scope: 'cni:kindnet',
      },
    ],
  },
  {
    kind: 'change',
    id: 'six-rules',
    say: 'Then four chains and six rules, named as kube-proxy names them.',
    commands: [
      ...chains.map((chain) => iptables('-N', chain)),
      iptables('-A', 'OUTPUT', '-j', 'KUBE-SERVICES'),
      iptables('-A', 'KUBE-SERVICES', '-d', address, '-p', 'tcp', '--dport', '80', '-j', 'KUBE-SVC-CART'),
      iptables(
        '-A',
        'KUBE-SVC-CART',
        '-m',
        'statistic',
        '--mode',
        'random',
        '--probability',
        '0.5',
        '-j',
        'KUBE-SEP-ONE',
      ),
      iptables('-A', 'KUBE-SVC-CART', '-j', 'KUBE-SEP-TWO'),
      iptables('-A', 'KUBE-SEP-ONE', '-p', 'tcp', '-j', 'DNAT', '--to-destination', `{{ ${one}.ip }}:8080`),
      iptables('-A', 'KUBE-SEP-TWO', '-p', 'tcp', '-j', 'DNAT', '--to-destination', `{{ ${two}.ip }}:8080`),
    ],
  },
  {
    ...look('client-six'),
    checks: [
      {
        id: 'six-rules-are-there',
        claim: 'The client’s nat table has six rules more than before: those of the four chains.',
        value:
          '[$count($match(steps.`client-six`.out, /^-A .*KUBE-/m)), $count($match(steps.`client-six`.out, /^-A /m)) - $count($match(steps.`client-before`.out, /^-A /m))]',
        expect: { equals: [6, 6] },
      },
    ],
  },
  {
    ...ask('ask-made-up', '/hostname'),
    say: 'Now the same question, forty times:',
    connections: 40,
    checks: [
      {
        id: 'six-rules-make-a-service',
        claim: 'With six rules the made-up address answers every connection, and both pods have a share.',
        value:
          '[$count(steps.`ask-made-up`.value.answers[status = 200]), $sort($distinct(steps.`ask-made-up`.value.answers.body))]',
        expect: { same: `$append(40, $sort([${one}.name, ${two}.name]))` },
      },
    ],
  },
  {
    kind: 'change',
    id: 'rules-away',
    say: 'And away with all of it.',
    commands: [
      iptables('-D', 'OUTPUT', '-j', 'KUBE-SERVICES'),
      ...chains.map((chain) => iptables('-F', chain)),
      ...chains.map((chain) => iptables('-X', chain)),
      route('del', 'worker'),
      route('del', 'worker2'),
    ],
  },
  {
    ...look('client-after'),
    checks: [
      {
        id: 'nothing-is-left',
        claim: 'The rules of the client’s nat table and its routes are as they were.',
        value: 'steps.`client-after`.out',
        expect: { same: 'steps.`client-before`.out' },
      },
    ],
  },
  {
    ...ask('ask-made-up-after', '/hostname'),
    checks: [
      {
        id: 'made-up-address-is-silent-again',
        claim: 'After: the made-up address is silent again (curl exit 28).',
        value: 'steps.`ask-made-up-after`.value.exit',
        expect: { equals: 28 },
      },
    ],
  },
];
