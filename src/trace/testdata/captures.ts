/** The recorded scenarios as captures, as src/cluster would hand them over. */
import type { Capture, CapturedPlace } from '../observe/capture.ts';
import { parseNftTrace } from '../parse/nft-trace.ts';
import { readSections, type Section } from './recorded.ts';

export type Mode = 'iptables' | 'nftables';

/** Addresses of containers: the recordings were made on two clusters, one a mode. */
const addresses: Readonly<Record<string, string>> = {
  'c-client': '172.18.0.5',
  'c1-worker': '172.18.0.2',
  'c1-worker2': '172.18.0.3',
  'c1-control-plane': '172.18.0.4',
  'c2-worker': '172.18.0.2',
  'c2-control-plane': '172.18.0.3',
  'c2-worker2': '172.18.0.4',
};

/** The capture of one scenario. Listings were recorded for the entry node of nodeport-remote-pod only. */
export function recordedCapture(mode: Mode, scenario: string): Capture {
  const sections = readSections(`${mode}/${scenario}/capture.txt`);
  const probe = JSON.parse(sections.find(({ heading }) => heading === 'probe json')?.text ?? '{}') as {
    src: string;
    sport: number;
    url: string;
    rc: number;
    stdout: string;
    stderr: string;
  };
  const url = new URL(probe.url.replace(/^udp:/, 'http:'));
  const udp = probe.url.startsWith('udp:');
  const places = placesOf(sections, mode === 'iptables' && scenario === 'nodeport-remote-pod');
  const from = places.find((place) => place.addresses.includes(probe.src));
  const status = Number(/^(\d{3}) local=/m.exec(probe.stdout)?.[1] ?? 0);
  return {
    proxyMode: mode,
    asked: {
      protocol: udp ? 'udp' : 'tcp',
      from: from === undefined || from.kind === 'client' ? 'outside' : `${from.kind}/${from.name}`,
      target: probe.url,
    },
    probe: {
      protocol: udp ? 'udp' : 'tcp',
      from: from?.name ?? '',
      // The recorded port of the UDP probe is not the one the kernel chose.
      source: { ip: probe.src, ...(udp ? {} : { port: probe.sport }) },
      destination: { ip: url.hostname, port: Number(url.port || 80) },
      result: {
        exit: probe.rc,
        ...(status === 0 ? {} : { status }),
        lines: `${probe.stdout}${probe.stderr}`.split('\n').filter(Boolean),
      },
    },
    tracer: 'lab_trace',
    places,
  };
}

function placesOf(sections: readonly Section[], withListings: boolean): CapturedPlace[] {
  return sections
    .filter(({ kind }) => kind === 'nft-trace')
    .map((section): CapturedPlace => {
      const { container, netns, text } = section;
      const other = (kind: string) =>
        sections.find((each) => each.container === container && each.netns === netns && each.kind === kind)?.text;
      const optional = (key: string, value: string | undefined) => (value === undefined ? {} : { [key]: value });
      const pod = netns !== 'host';
      const ip = pod ? podAddress(text) : addresses[container];
      return {
        kind: pod ? 'pod' : container === 'c-client' ? 'client' : 'node',
        name: pod ? `pod-${ip ?? netns}` : container,
        addresses: ip === undefined ? [] : [ip],
        traceText: text,
        ...optional('conntrackEvents', other('conntrack-events')),
        ...optional('links', other('ip-link-json')),
        ...optional('routes', other('ip-route-json')),
        ...optional('neighbours', other('ip-neigh-json')),
        ...(withListings && container === 'c1-worker2' && !pod ? listings() : {}),
      };
    });
}

function listings(): { iptablesSave: string; nftRuleset: string } {
  const section = (kind: string) => readSections('rulesets.txt').find((each) => each.kind === kind)?.text ?? '';
  return { iptablesSave: section('iptables-save-c-before'), nftRuleset: section('nft-a-list-table-ip-nat') };
}

/** A pod's address: what its own packets come from, or what is delivered to it. */
function podAddress(trace: string): string | undefined {
  for (const line of parseNftTrace(trace)) {
    if (line.kind !== 'packet') continue;
    const { oif, packet } = line.seen;
    const ip = oif === undefined ? packet?.destination.ip : packet?.source.ip;
    if (typeof ip === 'string') return ip;
  }
  return undefined;
}
