import { describe, expect, it } from 'vitest';
import { parseConntrackEvents, parseConntrackList } from './conntrack.ts';

const tcpEvent =
  '[1795314879.773016]\t    [NEW] ipv4     2 tcp      6 120 SYN_SENT src=172.18.0.5 dst=172.18.0.3 sport=61904 dport=30080 [UNREPLIED] src=10.244.1.2 dst=172.18.0.3 sport=8080 dport=64855 mark=427 id=472473234';

describe('a conntrack event line', () => {
  it('says what came in and what an answer looks like, with mark, id and microseconds', () => {
    expect(parseConntrackEvents(tcpEvent)).toEqual([
      {
        kind: 'event',
        event: 'NEW',
        time: '1795314879.773016',
        family: 'ipv4',
        protocol: 'tcp',
        timeoutS: 120,
        state: 'SYN_SENT',
        original: {
          source: { ip: '172.18.0.5', port: 61904 },
          destination: { ip: '172.18.0.3', port: 30080 },
        },
        reply: { source: { ip: '10.244.1.2', port: 8080 }, destination: { ip: '172.18.0.3', port: 64855 } },
        flags: ['UNREPLIED'],
        mark: 427,
        id: 472473234,
        unknown: [],
        raw: tcpEvent,
      },
    ]);
  });

  it('is understood without timestamp and without -o extended', () => {
    const line =
      '[DESTROY] tcp      6 120 CLOSE src=127.0.0.1 dst=127.0.0.1 sport=35020 dport=9 [UNREPLIED] src=127.0.0.1 dst=127.0.0.1 sport=9 dport=35020 mark=427 id=1942024812';
    expect(parseConntrackEvents(line)).toMatchObject([
      { event: 'DESTROY', protocol: 'tcp', state: 'CLOSE', id: 1942024812, unknown: [] },
    ]);
  });

  it('is understood when a destroyed entry has neither timeout nor state', () => {
    const line =
      '[DESTROY] udp      17 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=53 src=10.0.0.2 dst=10.0.0.1 sport=53 dport=1';
    const [event] = parseConntrackEvents(line);
    expect(event).toMatchObject({ event: 'DESTROY', protocol: 'udp', unknown: [] });
    expect(event).not.toHaveProperty('timeoutS');
  });
});

describe('a conntrack list line', () => {
  it('of UDP has no state', () => {
    const line =
      'udp      17 27 src=10.244.1.2 dst=10.96.0.10 sport=52125 dport=53 src=10.244.0.2 dst=10.244.1.2 sport=53 dport=52125 mark=0 use=1';
    const [entry] = parseConntrackList(line);
    expect(entry).toMatchObject({
      kind: 'entry',
      protocol: 'udp',
      timeoutS: 27,
      mark: 0,
      unknown: ['use=1'],
    });
    expect(entry).not.toHaveProperty('state');
  });

  it('of ICMP keeps the echo id of the packet apart from the id of the entry', () => {
    const line =
      'ipv4     2 icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 id=77 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=77 mark=0 use=1 id=999';
    expect(parseConntrackList(line)).toMatchObject([
      { original: { icmp: { type: 8, code: 0, id: 77 } }, reply: { icmp: { type: 0, id: 77 } }, id: 999 },
    ]);
  });

  it('of IPv6 with counters is understood', () => {
    const line =
      'ipv6     10 tcp      6 431999 ESTABLISHED src=fd00::1 dst=fd00::2 sport=1000 dport=80 packets=4 bytes=400 src=fd00::2 dst=fd00::1 sport=80 dport=1000 packets=3 bytes=300 [ASSURED] mark=0 use=1';
    expect(parseConntrackList(line)).toMatchObject([
      {
        family: 'ipv6',
        original: { source: { ip: 'fd00::1' }, packets: 4 },
        reply: { bytes: 300 },
        flags: ['ASSURED'],
      },
    ]);
  });

  it('that is not an entry stays as it came', () => {
    const summary = 'conntrack v1.4.8 (conntrack-tools): 3 flow entries have been shown.';
    expect(parseConntrackList(`${summary}\n\n`)).toEqual([{ kind: 'unknown', raw: summary }]);
  });
});
