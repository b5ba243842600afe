/** What the rows say together, and the second node's entry: it tracks the connection and changes nothing. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';
import { places } from './rows.ts';
import { passed, ways } from './ways.ts';

const entry = 'steps.`entry-outside-cluster-elsewhere`.value';
const hops = (row: string, way: 'request' | 'reply') => `steps.\`way-${row}\`.value.${way}.hops`;
/** In the order of the way: on which node and in which hook a row's request got a new address. */
const rewrites = (row: string) =>
  `$join(${hops(row, 'request')}[$contains($, /nat$/)].$substringAfter($, 'forward.'), ', ')`;
const both = (node: string, hook: string) => `${node}.${hook}.dnat, ${node}.postrouting.snat`;

/** The rows in which one node rewrites both addresses. */
const rewritten: Readonly<Record<string, string>> = {
  'outside-cluster-elsewhere': both('entry-node', 'prerouting'),
  'outside-cluster-here': both('entry-node', 'prerouting'),
  'pod-itself': both('client-node', 'prerouting'),
  'pod-nodeport-own': both('client-node', 'prerouting'),
  'pod-nodeport-other': `client-node.postrouting.snat, ${both('entry-node', 'prerouting')}`,
  'node-nodeport': both('client-node', 'output'),
  'node-clusterip': both('client-node', 'output'),
  'node-local': both('client-node', 'output'),
};

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
      '--orig-src',
      `{{ ${entry}.reply.destination.ip }}`,
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
          'worker2 has an entry for the same connection, and its two tuples mirror each other: nothing was rewritten there, and nothing is to be undone.',
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
        id: 'one-way-in-both-modes',
        // Two of the rows have the SNAT of the pod network.
        scope: 'cni:kindnet',
        claim:
          'In all rows but that of the pod that asks itself, request and reply pass exactly the hops of one list, and the list is the same for iptables mode and nftables mode.',
        value: `[${Object.keys(ways)
          .map((row) => `'${row}: ' & $join(${passed(row)}, ' ')`)
          .join(', ')}]`,
        expect: { equals: Object.entries(ways).map(([row, hops]) => `${row}: ${hops.join(' ')}`) },
      },
      {
        id: 'dnat-before-snat',
        claim:
          'In all eight rows in which one node rewrites both, it rewrites the destination before the source: first the pod, then the address to send from.',
        value: `[${Object.keys(rewritten).map(rewrites).join(', ')}]`,
        expect: { equals: Object.values(rewritten) },
      },
      {
        id: 'cluster-ip-keeps-pods',
        claim:
          'On the way to the ClusterIP the packets of asker and neighbour are neither marked nor given a new source; worker’s own packet is both.',
        value: `[${['pod-clusterip-elsewhere', 'pod-clusterip-here', 'node-clusterip'].map((row) => `$count(${hops(row, 'request')}[$contains($, /marked$|snat$/)])`).join(', ')}]`,
        expect: { equals: [0, 0, 2] },
      },
      {
        id: 'extra-hop-elsewhere',
        claim:
          'Client outside, policy Cluster, asked on worker, which has no pod: the request passes a second node.',
        value: `[${places('way-outside-cluster-elsewhere', 'request')}]`,
        expect: { equals: ['client', 'entry-node', 'pod-node', 'pod'] },
      },
      {
        id: 'no-extra-hop-here',
        claim:
          'Client outside, policy Cluster, asked on worker2, which has the pod: it passes no second node.',
        value: `[${places('way-outside-cluster-here', 'request')}]`,
        expect: { equals: ['client', 'entry-node', 'pod'] },
      },
      {
        id: 'local-is-no-shorter',
        claim:
          'Client outside, asked on the node that has the pod: with policy Local the request passes the same places as with policy Cluster.',
        value: `[${places('way-outside-local-here', 'request')}]`,
        expect: { same: `[${places('way-outside-cluster-here', 'request')}]` },
      },
      {
        id: 'reply-by-entry-node',
        claim:
          'Client outside, policy Cluster, pod on another node: in the reply the node that was asked undoes both rewrites, that of the source in prerouting and that of the destination in postrouting.',
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
          'Client outside, policy Local: the reply goes from the pod’s own node to the client; no hop of it is on another node.',
        value: `[${places('way-outside-local-here', 'reply')}]`,
        expect: { equals: ['pod', 'entry-node', 'client'] },
      },
      {
        id: 'local-rewrites-once',
        claim: 'Client outside, policy Local: of the reply only the source is put back.',
        value: `[${hops('outside-local-here', 'reply')}[$contains($, '.un-')]]`,
        expect: { equals: ['reply.entry-node.postrouting.un-dnat'] },
      },
    ],
  },
];
