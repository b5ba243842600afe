import { describe, expect, it } from 'vitest';
import { parseFlags } from './nft-packet.ts';
import { parseNftTrace } from './nft-trace.ts';

const one = (line: string) => {
  const [parsed] = parseNftTrace(line);
  return parsed;
};

describe('a packet line', () => {
  it('gives interfaces, MACs, addresses, ports, TTL, ip id and flags', () => {
    expect(
      one(
        'trace id fa65264e ip filter FORWARD packet: iif "eth0" oif "eth1" ether saddr 02:42:ac:12:00:05 ether daddr 02:42:ac:12:00:03 ip saddr 172.18.0.5 ip daddr 10.244.1.2 ip dscp 0x2b ip ecn 0x0 ip ttl 63 ip id 21786 ip length 60 tcp sport 61904 tcp dport 8080 tcp flags == 0x2 tcp window 64240 ',
      ),
    ).toMatchObject({
      kind: 'packet',
      id: 'fa65264e',
      family: 'ip',
      table: 'filter',
      chain: 'FORWARD',
      seen: {
        iif: 'eth0',
        oif: 'eth1',
        macSource: '02:42:ac:12:00:05',
        macDestination: '02:42:ac:12:00:03',
        ipId: 21786,
        packet: {
          protocol: 'tcp',
          source: { ip: '172.18.0.5', port: 61904 },
          destination: { ip: '10.244.1.2', port: 8080 },
          flags: 'syn',
          ttl: 63,
        },
        unknown: [],
      },
    });
  });

  it('of nft 1.0.6 keeps the words it does not know', () => {
    expect(
      one(
        'trace id 52177ff6 ip lab_r o packet: oif "lo" ip saddr 127.0.0.1 ip daddr 127.0.0.1 ip dscp 0x2b ip ecn not-ect ip ttl 64 ip id 50306 ip length 30 udp sport 43816 udp dport 9 udp length 10 @th,64,16 0x780a ',
      ),
    ).toMatchObject({ seen: { packet: { protocol: 'udp' }, unknown: ['@th,64,16', '0x780a'] } });
  });

  it.each([
    ['icmp type 5 icmp code 1 icmp id 44050 icmp sequence 2', 'redirect'],
    ['icmp type redirect icmp code 1', 'redirect'],
    ['icmp type 3 icmp code 3 icmp id 0', 'port-unreachable'],
    ['icmp type destination-unreachable icmp code port-unreachable', 'port-unreachable'],
    ['icmp type 3 icmp code 1', 'host-unreachable'],
    ['icmp type 8 icmp code 0', 'type 8 code 0'],
  ])('%s is %s', (icmp, name) => {
    const line = one(
      `trace id 1 ip t c packet: oif "eth0" ip saddr 1.1.1.1 ip daddr 2.2.2.2 ip ttl 64 ip id 1 ${icmp}`,
    );
    expect(line).toMatchObject({ seen: { packet: { protocol: 'icmp', icmp: name } } });
  });

  it('of IPv6 has the hop limit as TTL', () => {
    expect(
      one(
        'trace id 5c0aeca0 ip6 t c packet: iif "eth0" ip6 saddr fd00::5 ip6 daddr fd00::3 ip6 dscp 0x2b ip6 ecn not-ect ip6 hoplimit 64 ip6 flowlabel 70000 ip6 nexthdr tcp ip6 length 40 tcp sport 61904 tcp dport 30080 tcp flags == syn tcp window 64800',
      ),
    ).toMatchObject({
      seen: { packet: { source: { ip: 'fd00::5', port: 61904 }, ttl: 64, flags: 'syn' }, unknown: [] },
    });
  });
});

it.each([
  ['0x2', 'syn'],
  ['0x12', 'syn ack'],
  ['0x14', 'rst ack'],
  ['syn', 'syn'],
  ['(syn | ack)', 'syn ack'],
  ['ack,syn', 'syn ack'],
  ['0x0', undefined],
])('TCP flags %s are %s', (text, flags) => {
  expect(parseFlags(text)).toBe(flags);
});

describe('a rule line', () => {
  it.each([
    [
      'trace id 1 ip nat KUBE-SEP-X rule ip protocol 6  meta l4proto tcp counter packets 10 bytes 600 dnat to 10.244.1.2:8080 # handle 129 (verdict accept)',
      {
        chain: 'KUBE-SEP-X',
        handle: 129,
        verdict: 'accept',
        text: 'ip protocol 6  meta l4proto tcp counter packets 10 bytes 600 dnat to 10.244.1.2:8080',
      },
    ],
    [
      'trace id 1 ip kube-proxy external-G5BCXF26-default/wrong/tcp/ rule meta mark set meta mark | 0x00004000 comment "masquerade # 1" # handle 85 (verdict continue)',
      {
        chain: 'external-G5BCXF26-default/wrong/tcp/',
        handle: 85,
        text: 'meta mark set meta mark | 0x00004000 comment "masquerade # 1"',
      },
    ],
    [
      'trace id 1 ip nat PREROUTING rule  counter packets 5437 bytes 326220 jump KUBE-SERVICES # handle 22 (verdict jump KUBE-SERVICES)',
      { handle: 22, verdict: 'jump KUBE-SERVICES' },
    ],
  ])('%s', (line, expected) => {
    expect(one(line)).toMatchObject({ kind: 'rule', ...expected });
  });

  it('that nft does not know has a handle and no text', () => {
    const line = one('trace id 137c3cb0 ip lab_b c unknown rule handle 3 (verdict jump d)');
    expect(line).toMatchObject({ kind: 'rule', handle: 3, verdict: 'jump d' });
    expect(line).not.toHaveProperty('text');
  });
});

describe('other lines', () => {
  it.each([
    [
      'trace id 1 ip lab_trace end_forward policy accept meta mark 0x00004000 ',
      { kind: 'policy', policy: 'accept', mark: 0x4000 },
    ],
    ['trace id 1 ip lab_trace pre_raw policy accept ', { kind: 'policy', policy: 'accept' }],
    [
      'trace id 1 ip t c verdict continue meta mark 0x00004000 ',
      { kind: 'verdict', verdict: 'continue', mark: 0x4000 },
    ],
    ['# ERROR: We lost some netlink events!', { kind: 'lost' }],
    ['trace id 1 ip t c conntrack: ct direction original ct state new', { kind: 'other', chain: 'c' }],
    ['tracer.nft:1:1-2: Error: Could not process rule: Operation not permitted', { kind: 'unknown' }],
  ])('%s', (line, expected) => {
    expect(one(line)).toMatchObject({ ...expected, raw: line });
  });
});
