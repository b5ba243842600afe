import { describe, expect, it } from 'vitest';
import { chooseColours, tracerChains } from './table.ts';

const flow = { family: 'ip', protocol: 'tcp', destination: { ip: '172.31.77.2', port: 30080 } } as const;
const colours = { dscp: 43, mark: 0x1ab };

describe('the tracer table', () => {
  it('colours the probe only where it is sent', () => {
    expect(tracerChains(colours, flow, 'origin')).toContain(
      'ip daddr 172.31.77.2 tcp sport @PORT@ tcp dport 30080 ip dscp set 43',
    );
    expect(tracerChains(colours, flow, 'elsewhere')).not.toContain('dscp set');
  });

  it('sees at the probe an answer from whoever sends it', () => {
    const answers = 'tcp dport @PORT@ tcp flags & (syn|rst) != 0 meta nftrace set 1';
    expect(tracerChains(colours, flow, 'origin')).toContain(answers);
    expect(tracerChains(colours, flow, 'elsewhere')).not.toContain('@PORT@');
  });

  it('traces all datagrams, but of a connection only what opens or resets it', () => {
    expect(tracerChains(colours, flow, 'elsewhere')).toContain(
      'tcp flags & (syn|rst) != 0 meta nftrace set 1',
    );
    expect(tracerChains(colours, { ...flow, protocol: 'udp' }, 'elsewhere')).not.toContain('flags &');
  });

  it('speaks of ICMPv6 and IPv6 addresses in an ip6 table', () => {
    const chains = tracerChains(colours, { ...flow, family: 'ip6' }, 'elsewhere');
    expect(chains).toContain('ip6 daddr ::1 udp dport 9');
    expect(chains).toContain('meta l4proto ipv6-icmp');
    expect(chains).not.toMatch(/\bip dscp/);
  });

  it('is one line, which nft -i reads as one command', () => {
    expect(tracerChains(colours, flow, 'origin')).not.toContain('\n');
  });
});

it('colours are of the pool for local use, and marks are never 0', () => {
  for (const random of [0, 0.5, 0.999999]) {
    const { dscp, mark } = chooseColours(() => random);
    expect(dscp & 0b11).toBe(0b11);
    expect(dscp).toBeLessThan(64);
    expect(mark).toBeGreaterThan(0);
  }
});
