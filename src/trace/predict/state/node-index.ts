/** Finds Nodes by name and address; only those that are found are validated. */
import { contains, isLoopback } from '../address.ts';
import { isLocalAddress, type NodeFacts, nodeFacts } from './node.ts';
import { nodeSchema } from './objects.ts';
import { read, remember } from './read.ts';
import type { PodNetwork } from './settings.ts';
import type { Source } from './source.ts';
import type { ClusterState } from './state.ts';

/** The look-ups for nodes. */
export function indexNodes(
  sources: readonly Source[],
  network: PodNetwork,
): Pick<ClusterState, 'nodes' | 'nodeNamed' | 'nodeAt' | 'nodeOfPodCIDR'> {
  const facts = (raw: unknown): NodeFacts => nodeFacts(read(nodeSchema, raw), network);
  const first = (find: (source: Source) => readonly unknown[]): NodeFacts | undefined => {
    const raw = sources.flatMap(find)[0];
    return raw === undefined ? undefined : facts(raw);
  };
  const nodeNamed = remember((name: string) => first((source) => source.named('Node', name)));
  const nodeOfPodCIDR = remember((ip: string) =>
    first((source) => source.nodesWithPodCIDR((cidr) => contains(cidr, ip))),
  );
  const withInterface = Object.entries(network.nodes ?? {}).flatMap(([node, { addresses }]) =>
    Object.values(addresses).flatMap((ips) => ips.map((ip) => [ip, node] as const)),
  );
  const byInterface = new Map(withInterface);
  const nodeAt = remember((ip: string) => {
    if (isLoopback(ip)) return undefined;
    const byStatus = first((source) => source.nodesAt(ip));
    if (byStatus !== undefined) return byStatus;
    const node = nodeNamed(byInterface.get(ip) ?? '') ?? nodeOfPodCIDR(ip);
    return node !== undefined && isLocalAddress(node, ip) ? node : undefined;
  });
  const all = remember(() => sources.flatMap((source) => source.objectsOf('Node')).map(facts));
  return { nodes: () => all(''), nodeNamed, nodeAt, nodeOfPodCIDR };
}
