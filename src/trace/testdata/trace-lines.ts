/** Ways that no recording has: made of trace lines as nft 1.1.3 prints them. */
import type { Capture, CapturedPlace } from '../observe/capture.ts';
import { observe } from '../observe/observe.ts';

interface Line {
  readonly id: string;
  readonly chain: string;
  readonly from: string;
  readonly to: string;
  readonly iif?: string;
  readonly oif?: string;
  readonly ttl?: number;
  readonly ipId?: number;
  /** `tcp 0x2`, `udp`, `icmp 3 3`. */
  readonly what?: string;
  /** Rest of further lines of the same step. */
  readonly more?: readonly string[];
}

export function lines(...steps: Line[]): string {
  return steps
    .flatMap(({ id, chain, from, to, iif, oif, ttl = 64, ipId = 7, what = 'tcp 0x2', more = [] }) => {
      const [source = '', sport] = from.split(':');
      const [destination = '', dport] = to.split(':');
      const [protocol, a, b] = what.split(' ');
      const transport =
        protocol === 'icmp'
          ? `icmp type ${a} icmp code ${b}`
          : `${protocol} sport ${sport} ${protocol} dport ${dport}${a ? ` tcp flags == ${a}` : ''}`;
      const interfaces = [iif && `iif "${iif}"`, oif && `oif "${oif}"`].filter(Boolean).join(' ');
      const table = /^(pre|out|end)_/.test(chain) ? 'lab_trace' : 'filter';
      const head = `trace id ${id} ip ${table} ${chain}`;
      return [
        `${head} packet: ${interfaces} ip saddr ${source} ip daddr ${destination} ip ttl ${ttl} ip id ${ipId} ${transport}`,
        ...more.map((rest) => `${head} ${rest}`),
      ];
    })
    .join('\n');
}

export const node = (traceText: string, name = 'worker', addresses = ['172.18.0.2']): CapturedPlace => ({
  kind: 'node',
  name,
  addresses,
  traceText,
});

export function capture(probe: Partial<Capture['probe']>, ...places: CapturedPlace[]): Capture {
  return {
    proxyMode: 'iptables',
    asked: { protocol: probe.protocol ?? 'tcp', from: 'node/worker', target: 'http://10.96.0.7/' },
    probe: {
      protocol: 'tcp',
      from: 'worker',
      source: { ip: '172.18.0.2', port: 61000 },
      destination: { ip: '10.96.0.7', port: 80 },
      ...probe,
    },
    tracer: 'lab_trace',
    places,
  };
}

export const tell = (given: Capture) => {
  const { traces, problems } = observe(given);
  return {
    request: traces[0].hops.map(({ id }) => id),
    reply: traces[1].hops.map(({ id }) => id),
    ends: traces.map(({ end }) => end.kind),
    path: traces[0].path,
    problems: problems.map(({ kind }) => kind),
    traces,
  };
};
