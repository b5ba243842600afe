/** What each node has of kube-proxy's in the two places where it writes, one for each mode. */
import type { LabInput } from '../../../src/lab/schema/lab.ts';

type Mode = 'iptables' | 'nftables';
export const other = (mode: Mode) => (mode === 'iptables' ? 'nftables' : 'iptables');

const nodes = ['control-plane', 'worker', 'worker2'];

/** Three chains have the same prefix and are the kubelet's. kube-proxy makes KUBE-FIREWALL in iptables mode, too, and leaves it. */
const count = (what: string) =>
  `$({ iptables-save; ip6tables-save; } | grep '${what}KUBE-' | grep -cvE 'KUBE-(FIREWALL|KUBELET-CANARY|IPTABLES-HINT)')`;

/** One command for both places, so that each zero is one that the same command has seen otherwise. */
const command = [
  'bash',
  '-c',
  `echo "iptables: ${count('^:')} chains, ${count('^-A .*')} rules; nftables: $(nft list tables | grep -c kube-proxy) tables"`,
];

const expected = {
  iptables: /iptables: [1-9]\d* chains, [1-9]\d* rules; nftables: 0 tables/,
  nftables: /iptables: 0 chains, 0 rules; nftables: 1 tables/,
};
const claims = {
  iptables:
    'In iptables mode each of the three nodes has chains of kube-proxy’s in the tables of iptables, rules in them, and no table of nftables by the name kube-proxy.',
  nftables:
    'In nftables mode each of the three nodes has one table by the name kube-proxy, and in the tables of iptables no chain of kube-proxy’s but those that the kubelet makes, too, not even an empty one, and no rule in one or to one.',
};

export function found(id: 'found-own' | 'found-other' | 'found-back', say: string): LabInput['steps'] {
  const outputs = nodes.map((node) => `steps.\`${id}-${node}\`.out`).join(', ');
  const judged = (['iptables', 'nftables'] as const).map((mode) => ({
    id: `${id}-${mode}`,
    claim: claims[mode],
    value: `$join([${outputs}], '\n')`,
    expect: { matches: `^(${expected[mode].source}(\n|$)){${nodes.length}}$` },
    when: { proxyMode: id === 'found-other' ? other(mode) : mode },
    scope: `kube-proxy:${mode}` as const,
  }));
  return nodes.map((node, index) => ({
    kind: 'run' as const,
    id: `${id}-${node}`,
    ...(index === 0 ? { say } : {}),
    on: `node/${node}`,
    command,
    compare: 'exit' as const,
    checks: index === nodes.length - 1 ? judged : [],
  }));
}
