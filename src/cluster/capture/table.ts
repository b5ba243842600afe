/** The tracer's own table: colours the probe, and asks the kernel to trace it (nft(8): `meta nftrace`). */

export type IpFamily = 'ip' | 'ip6';

export interface Colours {
  /**
   * DSCP of the probe's packets. It survives NAT, forwarding and network namespaces. One of pool 2 (xxxx11, RFC 2474
   * §6: experimental and local use), so that nobody else's packets have it.
   */
  readonly dscp: number;
  /** Mark of the probe's connections, for what comes back: answers, resets, ICMP errors. */
  readonly mark: number;
}

/** Colours by chance, so that two captures at the same time don't take each other's packets for their own. */
export function chooseColours(random: () => number = Math.random): Colours {
  const pool = Array.from({ length: 15 }, (_, index) => index * 4 + 7);
  return {
    dscp: pool[Math.floor(random() * pool.length)] ?? 43,
    mark: 0x100 + Math.floor(random() * 0xffffff),
  };
}

export interface Flow {
  readonly family: IpFamily;
  readonly protocol: 'tcp' | 'udp';
  readonly destination: { readonly ip: string; readonly port: number };
}

/** `@PORT@` in the text: the source port, which is known when the prober has its socket. */
const sourcePort = '@PORT@';

export const loopback = { ip: '127.0.0.1', ip6: '::1' } as const;

/**
 * The chains in one line, as `nft -i` reads them. Chains are named by their hook (`pre_`, `out_`, `end_`): the
 * observer tells by them where the packet was.
 *
 * - -350 lies before everything, conntrack too: the packet as it came.
 * - -150 lies behind conntrack (-200) and before DNAT (-100). Answers are known there, not before.
 * - A base chain without a rule still prints the packet: the `end_` chains show it as it leaves a hook.
 * - Only SYN, SYN-ACK and RST of a connection: NAT rules run for the first packet only.
 *
 * @param origin true for the namespace that the probe is sent from: its packets get their colour there.
 */
export function tracerChains(
  { dscp, mark }: Colours,
  { family, protocol, destination }: Flow,
  origin: 'origin' | 'elsewhere',
): string {
  const coloured = `${family} dscp ${dscp}`;
  const first = protocol === 'tcp' ? ' tcp flags & (syn|rst) != 0' : '';
  const icmp = family === 'ip' ? 'icmp' : 'ipv6-icmp';
  const sent = `${family} daddr ${destination.ip} ${protocol} sport ${sourcePort} ${protocol} dport ${destination.port}`;
  const asked = `${coloured} meta l4proto ${protocol}${first} meta nftrace set 1`;
  const answers = [
    `${coloured} ct direction original ct mark set ${mark}`,
    `ct mark ${mark} ct direction reply meta l4proto ${protocol}${first} meta nftrace set 1`,
    `ct mark ${mark} meta l4proto ${icmp} meta nftrace set 1`,
  ];
  // An answer from somebody who was not asked belongs to no connection here, and shows why the probe gets none.
  const toProbe = `meta l4proto ${protocol} ${protocol} dport ${sourcePort}${first} meta nftrace set 1`;
  const end = (hook: string) => chain(`end_${hook}`, hook, 300, []);
  const marker = (port: number) =>
    `${family} daddr ${loopback[family]} udp dport ${port} meta nftrace set 1 drop`;
  return [
    chain('out_marker', 'output', -351, [marker(9), marker(10)]),
    chain('pre_raw', 'prerouting', -350, [asked]),
    chain('out_raw', 'output', -350, [
      ...(origin === 'origin' ? [`${sent} ${family} dscp set ${dscp}`] : []),
      asked,
    ]),
    chain('pre_ct', 'prerouting', -150, [...answers, ...(origin === 'origin' ? [toProbe] : [])]),
    chain('out_ct', 'output', -150, answers),
    ...['input', 'forward', 'output', 'postrouting'].map(end),
  ].join(' ');
}

const chain = (name: string, hook: string, priority: number, rules: readonly string[]) =>
  `chain ${name} { type filter hook ${hook} priority ${priority}; policy accept; ${rules.map((rule) => `${rule}; `).join('')}};`;
