/** The source is not rewritten: what the client gets then, and from whom. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

/**
 * Tables of ours live as long as the nft that made them (`flags owner`): whatever happens to this lab, none stays in a
 * node. What nft monitors keeps it running.
 */
const ownTable = (table: string, monitor: string) => [
  'bash',
  '-c',
  `exec nft -i < <(printf '%s\\n' '${table}' 'monitor ${monitor}')`,
];

/**
 * kube-proxy masquerades at priority srcnat (100) what carries its mark, in both modes. Just before that this takes the
 * mark from what the client sent.
 */
const clearMark =
  'table ip hop_no_snat { flags owner; chain clear { type filter hook postrouting priority 90; ip saddr {{ client.ip }} meta mark set meta mark & 0xffffbfff; }; }';

/** First packets and resets of every connection that has to do with cart, as the client's kernel sees them. */
const watchClient =
  'table ip hop_seen { flags owner; chain came { type filter hook prerouting priority -300; tcp sport { 8080, 30040 } tcp flags & (syn|rst) != 0 meta nftrace set 1; }; chain sent { type filter hook output priority -300; tcp dport { 8080, 30040 } tcp flags & (syn|rst) != 0 meta nftrace set 1; }; }';

const onClient = {
  id: 'client',
  on: 'client',
  command: ownTable(watchClient, 'trace'),
  parse: 'lines' as const,
};

/** Packets that the client's kernel saw, from or to this address and port, with these flags. */
const packets = (
  capture: string,
  direction: 'came' | 'sent',
  [ip, port]: readonly [string, number],
  flags: string,
) => {
  const end = direction === 'came' ? 's' : 'd';
  return `$count(steps.\`${capture}\`.value.client[$contains($, ' ${direction} packet: ') and $contains($, 'ip ${end}addr ' & ${ip} & ' ') and $contains($, ' tcp ${end}port ${port} ') and $contains($, ${flags})])`;
};
const pod = ["$$.pods[app='cart'].ip", 8080] as const;
const worker = ['$$.nodes.worker.ip', 30040] as const;
const worker2 = ['$$.nodes.worker2.ip', 30040] as const;
const synAck = '/tcp flags (== )?(0x12|syn ?\\| ?ack)/';
const reset = '/tcp flags (== )?(0x4|rst)/';

export const withoutSnat: LabInput['steps'] = [
  {
    kind: 'capture',
    id: 'with-snat',
    say: 'First as it is. The client’s own kernel tells which first packets and resets it sees, while it asks worker.',
    watches: [onClient],
    during: [
      {
        kind: 'probe',
        id: 'ask-with-snat',
        from: 'client',
        url: 'http://{{ nodes.worker.ip }}:30040/clientip',
      },
    ],
    compare: 'exit',
    checks: [
      {
        id: 'answer-from-worker',
        claim: 'As it is, the client gets its SYN-ACK from worker’s port 30040, the address that it asked.',
        value: packets('with-snat', 'came', worker, synAck),
        expect: { equals: 1 },
      },
      {
        id: 'nothing-from-the-pod',
        claim:
          'As it is, none of the first packets and resets that the client’s kernel sees has the pod’s address.',
        value: `$count(steps.\`with-snat\`.value.client[$contains($, ' packet: ') and $contains($, ${pod[0]})])`,
        expect: { equals: 0 },
      },
    ],
  },
  {
    kind: 'capture',
    id: 'without-snat',
    say: 'Now worker and worker2 leave the source of the client’s packets alone: a table of ours takes kube-proxy’s mark from them just before the masquerade.',
    watches: [
      onClient,
      { id: 'worker', on: 'node/worker', command: ownTable(clearMark, 'new tables'), parse: 'lines' },
      { id: 'worker2', on: 'node/worker2', command: ownTable(clearMark, 'new tables'), parse: 'lines' },
    ],
    during: [
      {
        kind: 'probe',
        id: 'ask-without-snat',
        say: 'The pod is on another node:',
        from: 'client',
        url: 'http://{{ nodes.worker.ip }}:30040/clientip',
        timeoutS: 2,
        checks: [
          {
            id: 'without-snat-no-answer',
            claim: 'Without SNAT, pod on another node: the client gets no answer (curl exit 28).',
            value: 'steps.`ask-without-snat`.value.exit',
            expect: { equals: 28 },
          },
        ],
      },
      {
        kind: 'probe',
        id: 'ask-without-snat-here',
        say: 'The pod is on the node that is asked:',
        from: 'client',
        url: 'http://{{ nodes.worker2.ip }}:30040/clientip',
        checks: [
          {
            id: 'without-snat-here-works',
            claim:
              'Without SNAT, pod on the asked node: the client is answered, and the pod sees the client’s own address and port.',
            value: 'steps.`ask-without-snat-here`.value.body',
            expect: {
              same: "client.ip & ':' & $string(steps.`ask-without-snat-here`.value.local.port)",
            },
          },
        ],
      },
      {
        kind: 'trace',
        id: 'way-without-snat',
        say: 'The first of the two, followed over every hop:',
        from: 'client',
        url: 'http://{{ nodes.worker.ip }}:30040/clientip',
        timeoutS: 1,
        checks: [
          {
            id: 'without-snat-reply-skips-entry-node',
            claim:
              'Without SNAT no hop of the reply is on the node that was asked: the pod’s node sends it on.',
            value:
              "[$count(steps.`way-without-snat`.value.reply.hops[$contains($, '.entry-node.')]), $count(steps.`way-without-snat`.value.reply.hops[$contains($, '.pod-node.')])]",
            expect: { equals: [0, 1] },
          },
          {
            id: 'without-snat-not-as-predicted',
            claim:
              'The objects of the cluster still predict the SNAT; the way leaves the prediction at that hop.',
            value: 'steps.`way-without-snat`.value.divergence.hop',
            expect: { equals: 'forward.entry-node.postrouting.snat' },
          },
        ],
      },
    ],
    compare: 'exit',
    checks: [
      {
        id: 'answer-from-the-pod',
        claim: 'Without SNAT a SYN-ACK comes to the client from the pod’s own address and port 8080.',
        value: packets('without-snat', 'came', pod, synAck),
        expect: { atLeast: 1 },
      },
      {
        id: 'client-resets',
        claim: 'The client’s kernel answers it with a reset.',
        value: packets('without-snat', 'sent', pod, reset),
        expect: { atLeast: 1 },
      },
      {
        id: 'nothing-from-worker',
        claim: 'From worker’s port 30040, which it asked, comes neither a SYN-ACK nor a reset.',
        value: packets('without-snat', 'came', worker, '/tcp flags/'),
        expect: { equals: 0 },
      },
      {
        id: 'without-snat-here-from-node',
        claim:
          'Asked on worker2, where the pod is, the client gets its SYN-ACK from worker2’s port 30040: to put that address back, no SNAT is needed.',
        value: packets('without-snat', 'came', worker2, synAck),
        expect: { atLeast: 1 },
      },
    ],
  },
  {
    kind: 'probe',
    id: 'ask-snat-again',
    say: 'The tables are gone with the commands that held them.',
    from: 'client',
    url: 'http://{{ nodes.worker.ip }}:30040/clientip',
    checks: [
      {
        id: 'snat-again',
        claim: 'Without these tables the same question is answered, and the pod sees worker again.',
        value: "$substringBefore(steps.`ask-snat-again`.value.body, ':')",
        expect: { same: 'nodes.worker.ip' },
      },
    ],
  },
];
