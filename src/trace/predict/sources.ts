/** Where upstream says so: file and version, or KEP. A prediction names one of them at each hop. */

const kubernetes = (file: string): string => `Kubernetes v1.37.0 ${file}`;

/** The files that rules are taken from. */
export const upstream = {
  iptables: kubernetes('pkg/proxy/iptables/proxier.go (syncProxyRules)'),
  nftables: kubernetes('pkg/proxy/nftables/proxier.go (syncProxyRules)'),
  nftablesSetup: kubernetes('pkg/proxy/nftables/proxier.go (setupNFTables)'),
  topology: 'pkg/proxy/topology.go (CategorizeEndpoints)',
  skipService: kubernetes('pkg/proxy/util/utils.go (ShouldSkipService)'),
  kindnet: 'kind v0.33.0, kindnetd v20260820 images/kindnetd/cmd/kindnetd/masq.go',
  ipMasq: 'containernetworking/plugins v1.9.1 pkg/ip/ipmasq_iptables_linux.go',
  routing: 'Linux 6.18 net/ipv4/fib_frontend.c',
  conntrack: 'Linux 6.18 net/netfilter/nf_nat_core.c (nf_nat_inet_fn)',
  masquerade: 'Linux 6.18 net/netfilter/nf_nat_masquerade.c',
  reject: 'Linux 6.18 net/ipv4/netfilter/nf_reject_ipv4.c (nf_send_unreach)',
  martian: 'Linux 6.18 net/ipv4/route.c (ip_route_input_slow)',
  tcp: 'RFC 9293 section 3.10.7.1 (CLOSED: reset)',
  udp: 'RFC 1122 section 4.1.3.1 (port unreachable)',
  dns: 'Kubernetes DNS-Based Service Discovery 1.1.0 (github.com/kubernetes/dns docs/specification.md)',
} as const;

/** Why a prediction has a hop. */
export interface Because {
  readonly text: string;
  readonly source: string;
}

/** A reason with its source. */
export function because(text: string, source: string): Because {
  return { text, source };
}
