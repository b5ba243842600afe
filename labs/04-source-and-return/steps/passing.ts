/** What the rows say together, and the second node's entry: it tracks the connection and changes nothing. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { places } from './rows.ts';

const entry = 'steps.`entry-outside-cluster-elsewhere`.value';
const hops = (row: string, way: 'request' | 'reply') => `steps.\`way-${row}\`.value.${way}.hops`;
const position = (row: string, hop: string) =>
  `$filter([0..20], function($index) { ${hops(row, 'request')}[$index] = '${hop}' })`;

export const passing: LabInput['steps'] = [
  {
    kind: 'run',
    id: 'entry-on-second-node',
    say: 'worker2 only forwards in the first row. Does it have an entry, too?',
    on: 'node/worker2',
    command: [
      'conntrack',
      '-L',
      '-p',
      'tcp',
      '--orig-port-src',
      `{{ ${entry}.reply.destination.port }}`,
      '--orig-port-dst',
      '8080',
    ],
    parse: 'conntrack',
    compare: 'exit',
    checks: [
      {
        id: 'second-node-changes-nothing',
        claim:
          'worker2 has an entry for the same connection, and its two tuples mirror each other: it rewrites nothing and could undo nothing.',
        value:
          '[steps.`entry-on-second-node`.value.original.source, steps.`entry-on-second-node`.value.original.destination]',
        expect: {
          same: '[steps.`entry-on-second-node`.value.reply.destination, steps.`entry-on-second-node`.value.reply.source]',
        },
      },
      {
        id: 'second-node-sees-worker',
        claim: 'What worker2 tracks comes from worker, with the port that worker chose.',
        value: 'steps.`entry-on-second-node`.value.original.source',
        expect: { same: `${entry}.reply.destination` },
      },
    ],
  },
  {
    kind: 'say',
    id: 'rows-together',
    say: 'What the rows say together.',
    checks: [
      {
        id: 'dnat-before-snat',
        claim:
          'The destination is rewritten before the source: first the pod, then the address to send from.',
        value: `${position('outside-cluster-elsewhere', 'forward.entry-node.prerouting.dnat')} < ${position('outside-cluster-elsewhere', 'forward.entry-node.postrouting.snat')}`,
        expect: { equals: true },
      },
      {
        id: 'cluster-ip-keeps-pods',
        claim:
          'On the way to a ClusterIP a pod’s packet is neither marked nor given a new source; a node’s is both.',
        value: `[$count(${hops('pod-clusterip-elsewhere', 'request')}[$contains($, /marked$|snat$/)]), $count(${hops('node-clusterip', 'request')}[$contains($, /marked$|snat$/)])]`,
        expect: { equals: [0, 2] },
      },
      {
        id: 'extra-hop-elsewhere',
        claim: 'Asked on a node without the pod, the request passes a second node.',
        value: `[${places('way-outside-cluster-elsewhere', 'request')}]`,
        expect: { equals: ['client', 'entry-node', 'pod-node', 'pod'] },
      },
      {
        id: 'no-extra-hop-here',
        claim: 'Asked on the node that has the pod, it passes no second node.',
        value: `[${places('way-outside-cluster-here', 'request')}]`,
        expect: { equals: ['client', 'entry-node', 'pod'] },
      },
      {
        id: 'local-is-no-shorter',
        claim: 'On the node that has the pod, policy Local passes the same places as policy Cluster.',
        value: `[${places('way-outside-local-here', 'request')}]`,
        expect: { same: `[${places('way-outside-cluster-here', 'request')}]` },
      },
      {
        id: 'reply-by-entry-node',
        claim:
          'Policy Cluster, pod on another node: the node that was asked undoes both rewrites of the reply, the source in prerouting and the destination in postrouting.',
        value: `[${hops('outside-cluster-elsewhere', 'reply')}[$contains($, '.entry-node.')]]`,
        expect: {
          equals: [
            'reply.entry-node.prerouting.un-snat',
            'reply.entry-node.forward.routed',
            'reply.entry-node.postrouting.un-dnat',
          ],
        },
      },
      {
        id: 'local-reply-direct',
        claim:
          'Policy Local: the reply goes from the pod’s own node to the client, and no other node sees it.',
        value: `[${places('way-outside-local-here', 'reply')}]`,
        expect: { equals: ['pod', 'entry-node', 'client'] },
      },
      {
        id: 'local-rewrites-once',
        claim: 'Policy Local: of the reply only the source is put back.',
        value: `[${hops('outside-local-here', 'reply')}[$contains($, '.un-')]]`,
        expect: { equals: ['reply.entry-node.postrouting.un-dnat'] },
      },
    ],
  },
];
