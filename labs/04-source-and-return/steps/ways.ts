/** Which hops a request and its reply pass in each row: one list for both modes, where only the hairpin has two. */
import { value } from '../../common/trace-checks.ts';

type Way = readonly string[];
/** What a node does to a request, or to its reply. */
type Passage = (node: string) => Way;

const passage =
  (...hops: Way): Passage =>
  (node) =>
    hops.map((hop) => `${node}.${hop}`);

const routed = passage('forward.routed');
/** Of the request, on a node that forwards it. */
const destination = passage('prerouting.dnat', 'forward.routed');
const source = passage('forward.routed', 'postrouting.snat');
const unmarked = passage('prerouting.dnat', 'forward.routed', 'postrouting.snat');
const both: Passage = (node) => [`${node}.prerouting.marked`, ...unmarked(node)];
/** Of the request, on the node that asks. */
const bothOfItsOwn = passage('output.marked', 'output.dnat', 'postrouting.snat');
/** Of the reply. */
const destinationUndone = passage('forward.routed', 'postrouting.un-dnat');
const sourceUndone = passage('prerouting.un-snat', 'forward.routed');
const bothUndone = passage('prerouting.un-snat', 'forward.routed', 'postrouting.un-dnat');
const bothOfItsOwnUndone = passage('prerouting.un-snat', 'input.un-dnat');

const from = (asker: string, answers: string) => (request: readonly Way[], reply: readonly Way[]) => [
  ...[`${asker}.output.sent`, ...request.flat(), `${answers}.input.delivered`].map((hop) => `forward.${hop}`),
  ...[`${answers}.output.sent`, ...reply.flat(), `${asker}.input.delivered`].map((hop) => `reply.${hop}`),
];
const outside = from('client', 'pod');
const aPod = from('client-pod', 'pod');
const itself = from('client-pod', 'client-pod');
const aNode = from('client-node', 'pod');

const toClusterIpElsewhere = aPod(
  [destination('client-node'), routed('pod-node')],
  [routed('pod-node'), destinationUndone('client-node')],
);
const byItsOwnRules = aNode(
  [bothOfItsOwn('client-node'), routed('pod-node')],
  [routed('pod-node'), bothOfItsOwnUndone('client-node')],
);

/** By row. */
export const ways: Readonly<Record<string, Way>> = {
  'outside-cluster-elsewhere': outside(
    [both('entry-node'), routed('pod-node')],
    [routed('pod-node'), bothUndone('entry-node')],
  ),
  'outside-cluster-here': outside([both('entry-node')], [bothUndone('entry-node')]),
  'outside-local-here': outside([destination('entry-node')], [destinationUndone('entry-node')]),
  'outside-local-elsewhere': ['forward.client.output.sent', 'forward.entry-node.input.dropped'],
  'pod-clusterip-elsewhere': toClusterIpElsewhere,
  'pod-clusterip-here': aPod([destination('client-node')], [destinationUndone('client-node')]),
  'pod-nodeport-own': aPod(
    [both('client-node'), routed('pod-node')],
    [routed('pod-node'), bothUndone('client-node')],
  ),
  'pod-nodeport-other': aPod(
    [source('client-node'), both('entry-node')],
    [bothUndone('entry-node'), sourceUndone('client-node')],
  ),
  'pod-local-own': toClusterIpElsewhere,
  'pod-local-other': aPod(
    [source('client-node'), destination('entry-node')],
    [destinationUndone('entry-node'), sourceUndone('client-node')],
  ),
  'node-nodeport': byItsOwnRules,
  'node-clusterip': byItsOwnRules,
  'node-local': byItsOwnRules,
};

/** The row in which a pod asks itself. */
export const hairpin = {
  iptables: itself([both('client-node')], [bothUndone('client-node')]),
  nftables: itself([unmarked('client-node')], [bothUndone('client-node')]),
} as const;

/** Expression for the hops that a row's request and reply have passed. */
export const passed = (row: string) =>
  `$append(${value(`way-${row}`, 'request.hops')}, ${value(`way-${row}`, 'reply.hops')})`;
