/**
 * Whether kube-proxy's rules on a node say what the Service and its EndpointSlices say. "Ready" is not
 * "programmed": after `rollout status` returned, eight curls to nodePorts were refused before the first answered.
 */
import type { ProxyMode } from '../trace/trace.ts';

export interface ServiceOnNode {
  /** `namespace/name`, as it stands in kube-proxy's comments and chain names. */
  readonly service: string;
  /** Endpoints that get new connections, as `10.244.1.2:8080`, on all nodes. */
  readonly endpoints: readonly string[];
  /** Those on this node. */
  readonly local: readonly string[];
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
  /** Does it have a nodePort at all? */
  readonly nodePort: number | undefined;
}

/** The command that prints kube-proxy's rules in a node. */
export const rulesCommand = (mode: ProxyMode): readonly string[] =>
  mode === 'nftables' ? ['nft', 'list', 'table', 'ip', 'kube-proxy'] : ['iptables-save'];

/**
 * Without the chains of Services that kube-proxy has emptied: in nftables mode it removes them at a later sync, which
 * comes with the next change or within an hour (kube-proxy v1.37 pkg/proxy/nftables/proxier.go, staleChains).
 */
export const withoutEmptyChains = (rules: string): string =>
  rules.replace(/^\tchain \S+\/\S* \{\n\t\}\n*/gm, '');

/** A sentence on the first thing that is missing or too much in the rules; `undefined` when all is there. */
export function missingRule(mode: ProxyMode, rules: string, wanted: ServiceOnNode): string | undefined {
  const seen = mode === 'nftables' ? readNftables(rules, wanted) : readIptables(rules, wanted);
  const local = wanted.externalTrafficPolicy === 'Local' && wanted.nodePort !== undefined;
  const all = difference('endpoints', wanted.endpoints, seen.cluster);
  if (all !== undefined) return all;
  if (wanted.endpoints.length === 0 && !seen.refused)
    return `no rule refuses ${wanted.service}, which has no endpoints`;
  if (wanted.nodePort !== undefined && wanted.endpoints.length > 0 && !seen.nodePort) {
    return `no rule for port ${wanted.nodePort}`;
  }
  if (wanted.endpoints.length > 0 && local !== seen.usesLocal && !(local && wanted.local.length === 0)) {
    return `external traffic still follows the policy ${local ? 'Cluster' : 'Local'}`;
  }
  if (!local || wanted.endpoints.length === 0) return undefined;
  if (wanted.local.length === 0 && !seen.dropped)
    return `no rule drops what comes here for port ${wanted.nodePort}`;
  return difference('local endpoints', wanted.local, seen.local);
}

interface SeenRules {
  readonly cluster: readonly string[];
  readonly local: readonly string[];
  readonly usesLocal: boolean;
  readonly nodePort: boolean;
  /** No endpoints at all: REJECT. */
  readonly refused: boolean;
  /** No endpoint on this node under policy Local: DROP. */
  readonly dropped: boolean;
}

function difference(what: string, wanted: readonly string[], seen: readonly string[]): string | undefined {
  const a = [...wanted].sort().join(', ');
  const b = [...seen].sort().join(', ');
  return a === b ? undefined : `${what} in the rules: ${b || 'none'}; wanted: ${a || 'none'}`;
}

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Comments of kube-proxy v1.37 pkg/proxy/iptables/proxier.go: `ns/name[:port] -> ip:port`. */
function readIptables(rules: string, { service, nodePort }: ServiceOnNode): SeenRules {
  const lines = rules.split('\n');
  const name = `${quoted(service)}(?::[\\w-]+)?`;
  const find = (pattern: string) => lines.flatMap((line) => new RegExp(pattern).exec(line) ?? []);
  const targets = (chain: string) => [
    ...new Set(
      lines.flatMap((line) => new RegExp(`^-A ${chain}-\\w+ .*"${name} -> ([^"]+)"`).exec(line)?.[1] ?? []),
    ),
  ];
  const [, external] = find(`^-A KUBE-NODEPORTS .*"${name}" .*--dport ${nodePort} .*-j (KUBE-EXT-\\w+)`);
  const [, chain] = find(`^-A KUBE-SERVICES .*"${name} cluster IP" .*-j (KUBE-SVC-\\w+)`);
  // Beyond 1,000 endpoints in the cluster kube-proxy leaves out these comments (proxier.go, largeClusterMode).
  const uncommented = chain === undefined ? [] : destinations(lines, chain);
  return {
    cluster: [...new Set([...targets('KUBE-SVC'), ...uncommented])],
    local: targets('KUBE-SVL'),
    usesLocal: external !== undefined && find(`^-A ${external} -j KUBE-SVL-`).length > 0,
    nodePort: external !== undefined,
    refused: find(`"${name} has no endpoints" .*-j REJECT`).length > 0,
    dropped: find(`"${name} has no local endpoints" .*-j DROP`).length > 0,
  };
}

/** Where the endpoints' chains of a Service's chain rewrite to. */
function destinations(lines: readonly string[], chain: string): string[] {
  const endpoints = lines.flatMap((line) =>
    line.startsWith(`-A ${chain} `) ? (/ -j (KUBE-SEP-\w+)$/.exec(line)?.[1] ?? []) : [],
  );
  return lines.flatMap((line) =>
    endpoints.some((endpoint) => line.startsWith(`-A ${endpoint} `))
      ? (/ -j DNAT --to-destination (\S+)$/.exec(line)?.[1] ?? [])
      : [],
  );
}

/** Chains and maps of kube-proxy v1.37 pkg/proxy/nftables/proxier.go, as `nft list table` prints them. */
function readNftables(rules: string, { service, nodePort }: ServiceOnNode): SeenRules {
  const name = `[A-Z0-9]+-${quoted(service)}/\\w+/[\\w-]*`;
  const chain = (kind: string) =>
    new RegExp(`^\\tchain ${kind}-${name} \\{\n([\\s\\S]*?)^\\t\\}`, 'm').exec(rules)?.[1] ?? '';
  // `dnat to 10.244.2.3:8080` for one endpoint, `{ 0 : 10.244.1.2 . 8080, … }` for several; with session affinity
  // `goto endpoint-…-ns/name/tcp/port__10.244.1.2/8080`.
  const targets = (text: string) => [
    ...new Set(
      [...text.matchAll(/(?:dnat to |: |goto endpoint-\S+__)(\d+\.\d+\.\d+\.\d+)(?::| \. |\/)(\d+)/g)].map(
        ([, ip, port]) => `${ip}:${port}`,
      ),
    ),
  ];
  const ending = (verdict: string) =>
    new RegExp(`comment "${quoted(service)}(?::[\\w-]*)?" : ${verdict}`).test(rules);
  return {
    cluster: targets(chain('service')),
    local: targets(chain('local')),
    usesLocal: /goto local-/.test(chain('external')),
    nodePort: new RegExp(`\\w+ \\. ${nodePort} : goto external-${name}`).test(rules),
    refused: ending('goto reject-chain'),
    dropped: ending('drop'),
  };
}
