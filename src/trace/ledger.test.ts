import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { formatLedger } from './format-ledger.ts';
import type { Hop } from './hop.ts';
import { type LedgerRow, ledgerRows } from './ledger.ts';
import { observe } from './observe/observe.ts';
import { type Mode, recordedCapture } from './testdata/captures.ts';
import { modes, scenarios } from './testdata/recorded.ts';
import type { Trace } from './trace.ts';

const name = ({ name: full }: { name: string }) => full.replace(/^(c\d?-|pod-)/, '');
const rows = (mode: Mode, scenario: string) =>
  ledgerRows(observe(recordedCapture(mode, scenario)).traces, { name });

it('a NodePort whose pod is on another node: one row a place, or a change at it', () => {
  expect(formatLedger(rows('iptables', 'nodeport-remote-pod')).split('\n')).toEqual([
    ' #  where                   source             destination       what happened',
    ' 1  client                  172.18.0.5:61904   172.18.0.3:30080  sent',
    ' 2  worker2 prerouting      172.18.0.5:61904   172.18.0.3:30080  marked for masquerade by',
    '                                                                 KUBE-EXT-LOLE…',
    ' 3  worker2 prerouting      172.18.0.5:61904 → 10.244.1.2:8080   DNAT by KUBE-SEP-PXJ2…',
    ' 4  worker2 postrouting   → 172.18.0.3:64855   10.244.1.2:8080   SNAT, masquerade fully-random',
    ' 5  worker forward          172.18.0.3:64855   10.244.1.2:8080   routed, eth0 → vethbab63204 (pod)',
    ' 6  pod 10.244.1.2 input    172.18.0.3:64855   10.244.1.2:8080   delivered to :8080',
    '    reply',
    ' 7  pod 10.244.1.2 output   10.244.1.2:8080    172.18.0.3:64855  sent',
    ' 8  worker forward          10.244.1.2:8080    172.18.0.3:64855  routed, vethbab63204 (pod) → eth0',
    ' 9  worker2 prerouting      10.244.1.2:8080  → 172.18.0.5:61904  SNAT undone, conntrack',
    '10  worker2 postrouting   → 172.18.0.3:30080   172.18.0.5:61904  DNAT undone, conntrack',
    '11  client                  172.18.0.3:30080   172.18.0.5:61904  received, HTTP 200',
  ]);
});

describe('rows', () => {
  it('carry the id of their hop, so that text and picture speak of the same thing', () => {
    const [request, reply] = observe(recordedCapture('nftables', 'nodeport-remote-pod')).traces;
    const ids = new Set([...request.hops, ...reply.hops].map(({ id }) => id));
    for (const { hop } of rows('nftables', 'nodeport-remote-pod')) expect(ids).toContain(hop);
  });

  it('say that a request was dropped by which chain, and that nothing comes back', () => {
    const [, dropped, silence] = rows('iptables', 'local-without-pod');
    expect(dropped).toMatchObject({ where: 'worker input', what: 'dropped by KUBE-EXTERNAL-SERVICES' });
    expect(silence).toMatchObject({
      direction: 'reply',
      source: '',
      what: expect.stringContaining('the client waits'),
    });
    expect(silence).not.toHaveProperty('hop');
  });

  it('say what a refusal is made of', () => {
    expect(rows('nftables', 'no-endpoints').map(({ what }) => what)).toEqual([
      'sent',
      'rejected by reject-chain',
      'sent ICMP port-unreachable',
      'received ICMP port-unreachable: refused',
    ]);
    expect(rows('nftables', 'wrong-targetport').map(({ what }) => what)).toEqual([
      'sent',
      'marked for masquerade by external-G5BC…-default/wrong/tcp/',
      'DNAT by service-G5BC…-default/wrong/tcp/',
      'SNAT, masquerade fully-random',
      'came to :9999, nothing listens',
      'sent RST',
      'SNAT undone, conntrack',
      'DNAT undone, conntrack',
      'received RST: refused',
    ]);
  });

  it('quote the comment of the rule that rejects', () => {
    const rule = {
      table: 'ip filter',
      chain: 'KUBE-EXTERNAL-SERVICES',
      text: '-A KUBE-EXTERNAL-SERVICES -p tcp -m comment --comment "default/empty has no endpoints" -j REJECT',
    };
    const [row] = ledgerRows([traceOf(hopOf({ hook: 'input', action: 'rejected', rules: [rule] }))]);
    expect(row?.what).toBe('rejected by KUBE-EXTERNAL-SERVICES: default/empty has no endpoints');
  });

  it('of a prediction leave open what it leaves open', () => {
    const ports = { destination: { ip: { oneOf: ['10.244.1.2', '10.244.2.2'] }, port: 8080 } };
    const packet = hopOf({}).packet;
    const [dnat, snat] = ledgerRows([
      traceOf(
        hopOf({ action: 'dnat', after: { ...packet, ...ports }, grade: 'unobserved' }),
        hopOf({
          action: 'snat',
          hook: 'postrouting',
          after: {
            ...packet,
            ...ports,
            source: { ip: '172.31.77.3', port: { any: 'masquerade fully-random' } },
          },
          grade: 'unobserved',
        }),
      ),
    ]);
    expect(dnat).toMatchObject({
      destination: '10.244.1.2|10.244.2.2:8080',
      what: 'DNAT, one of 2 endpoints',
      grade: 'unobserved',
    });
    expect(snat).toMatchObject({
      source: '172.31.77.3:*',
      changed: 'source',
      what: 'SNAT, masquerade fully-random',
    });
  });
});

describe('as text', () => {
  it.each([100, 80, 60, 40])('every scenario fits into %i columns', (columns) => {
    for (const mode of modes) {
      for (const scenario of scenarios) {
        for (const line of formatLedger(rows(mode, scenario), { columns }).split('\n')) {
          expect(line.length).toBeLessThanOrEqual(columns);
        }
      }
    }
  });

  it('IPv6 addresses leave no room for words beside them: these stand on a line of their own', () => {
    const row: LedgerRow = {
      number: 1,
      direction: 'request',
      where: 'pod cart-7f674bcf7c-vsnhp-with-a-long-name input',
      source: '[fd00:10:244:2::aaaa:bbbb]:61904',
      destination: '[fd00:10:244:1::cccc:dddd]:8080',
      changed: 'source',
      what: 'delivered to :8080',
      grade: 'observed',
    };
    expect(formatLedger([row]).split('\n')).toEqual([
      ' #  where  what happened',
      '      source                             destination',
      ' 1  pod cart-7f674bcf7c-vsnhp-with-a-long-name input  delivered to :8080',
      '    → [fd00:10:244:2::aaaa:bbbb]:61904   [fd00:10:244:1::cccc:dddd]:8080',
    ]);
  });

  it('colours the field that changed, and nothing else', () => {
    const text = formatLedger(rows('iptables', 'local-with-pod'), { color: true });
    const painted = text
      .split('\u001b[1;36m')
      .slice(1)
      .map((part) => part.split('\u001b[0m')[0]?.trim());
    expect(painted).toEqual(['→ 10.244.2.2:8080', '→ 172.18.0.3:30081']);
    expect(stripVTControlCharacters(text)).toBe(formatLedger(rows('iptables', 'local-with-pod')));
  });
});

function hopOf(part: Partial<Hop>): Hop {
  return {
    id: 'forward.entry-node.prerouting.dnat',
    place: { role: 'entry-node', name: 'worker2' },
    hook: 'prerouting',
    action: 'dnat',
    packet: {
      protocol: 'tcp',
      source: { ip: '172.31.77.9', port: 40001 },
      destination: { ip: '172.31.77.3', port: 30080 },
    },
    rules: [],
    grade: 'observed',
    evidence: [],
    ...part,
  };
}

function traceOf(...hops: Hop[]): Trace {
  return {
    schema: 1,
    direction: 'request',
    path: 'pod-on-entry-node',
    proxyMode: 'iptables',
    probe: { protocol: 'tcp', from: 'outside', target: 'http://172.31.77.3:30080/' },
    hops,
    end: { kind: 'delivered', text: 'delivered' },
    notes: [],
  };
}
