/** A packet that no rule drops: the kernel asks whether it would answer by the interface on which it came. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

const kept = '/run/hop-by-hop.rp_filter';
const filter = 'net.ipv4.conf.eth0.rp_filter';

/** Packets of this node that the reverse path filter has dropped since it runs. */
const counter = (id: string): LabInput['steps'][number] => ({
  kind: 'run',
  id,
  on: 'node/worker2',
  command: ['nstat', '-asz', 'TcpExtIPReversePathFilter'],
  compare: 'exit',
});
const dropped = (id: string) =>
  `$number($match(steps.\`${id}\`.out, /IPReversePathFilter +(\\d+)/).groups[0])`;
const url = 'http://{{ nodes.worker2.ip }}:30041/clientip';

export const reversePath: LabInput['steps'] = [
  {
    kind: 'change',
    id: 'second-way',
    say: 'worker2 gets a second interface, and a route that answers the client through it. Requests still come in by eth0.',
    commands: [
      {
        on: 'node/worker2',
        command: [
          'bash',
          '-c',
          `sysctl -n ${filter} > ${kept} && sysctl -w ${filter}=2 && ip link add hop0 type veth peer name hop1 && ip link set hop0 up && ip link set hop1 up && ip route add {{ client.ip }}/32 dev hop0`,
        ],
      },
    ],
  },
  {
    kind: 'run',
    id: 'way-back',
    say: 'By which interface would worker2 answer the client now?',
    on: 'node/worker2',
    command: ['ip', 'route', 'get', '{{ client.ip }}'],
    checks: [
      {
        id: 'answers-by-second-interface',
        claim: 'worker2’s route to the client leads out of the second interface.',
        value: "$contains(steps.`way-back`.out, client.ip & ' dev hop0 ')",
        expect: { equals: true },
      },
    ],
  },
  counter('filtered-first'),
  {
    kind: 'trace',
    id: 'way-loose',
    say: 'With the loose reverse path filter (2):',
    from: 'client',
    url,
    timeoutS: 1,
    checks: [
      {
        id: 'loose-request-arrives',
        claim:
          'With the loose filter the request gets to the pod, and no hop of the pod’s SYN-ACK is at the client.',
        value:
          "[steps.`way-loose`.value.request.hops[-1], steps.`way-loose`.value.reply.end, $string($count(steps.`way-loose`.value.reply.hops[$contains($, '.client.')]))]",
        expect: { equals: ['forward.pod.input.delivered', 'dropped', '0'] },
      },
    ],
  },
  {
    ...counter('filtered-before'),
    checks: [
      {
        id: 'loose-filter-counts-none',
        claim:
          'With the loose filter worker2’s counter of packets that the reverse path filter dropped stayed as it was: IPReversePathFilter.',
        value: `${dropped('filtered-before')} - ${dropped('filtered-first')}`,
        expect: { equals: 0 },
      },
    ],
  },
  {
    kind: 'change',
    id: 'strict',
    commands: [{ on: 'node/worker2', command: ['sysctl', '-w', `${filter}=1`] }],
  },
  {
    kind: 'trace',
    id: 'way-strict',
    say: 'With the strict one (1):',
    from: 'client',
    url,
    timeoutS: 1,
    checks: [
      {
        id: 'strict-request-vanishes',
        claim:
          'With the strict filter the request is gone after prerouting of the node that was asked: no later hop is seen, where with the loose one there was a way to the pod.',
        value: '[steps.`way-strict`.value.request.hops, steps.`way-loose`.value.request.hops[-1]]',
        expect: {
          equals: [
            'forward.client.output.sent',
            'forward.entry-node.prerouting.dropped',
            'forward.pod.input.delivered',
          ],
        },
      },
    ],
  },
  {
    ...counter('filtered-after'),
    checks: [
      {
        id: 'strict-filter-counts',
        claim:
          'With the strict filter worker2’s counter of packets that the reverse path filter dropped rose: IPReversePathFilter.',
        value: `${dropped('filtered-after')} - ${dropped('filtered-before')}`,
        expect: { atLeast: 1 },
      },
    ],
  },
  {
    kind: 'change',
    id: 'one-way-again',
    commands: [
      {
        on: 'node/worker2',
        command: ['bash', '-c', `ip link delete hop0 && sysctl -w ${filter}=$(cat ${kept}) && rm ${kept}`],
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-one-way-again',
    from: 'client',
    url,
    checks: [
      {
        id: 'one-way-answers-again',
        claim: 'Without the second interface, and with the filter as it was, the client is answered again.',
        value: 'steps.`ask-one-way-again`.value.status',
        expect: { equals: 200 },
      },
    ],
  },
];
