import { describe, expect, test } from 'vitest';
import { formatLedger } from '../../trace/format-ledger.ts';
import { ledgerRows } from '../../trace/ledger.ts';
import { differences, samePath } from './difference.ts';
import { everywhere, recordedProbe, recordedView } from './testdata/recorded.ts';
import { ledgerView } from './view.ts';

const rowsOf = (mode: 'iptables' | 'nftables', scenario: string) => recordedView(mode, scenario).rows;

describe.each(everywhere)('%s %s', (mode, scenario) => {
  const probe = recordedProbe(mode, scenario);
  const view = ledgerView(probe);

  test('the page has the rows of the terminal', () => {
    const names = new Map([
      [probe.cell.facts.client.name, 'client'],
      ...Object.entries(probe.cell.facts.nodes).map(([role, { name }]): [string, string] => [name, role]),
    ]);
    const terminal = ledgerRows(probe.traces, { name: ({ name }) => names.get(name) ?? name });
    expect(formatLedger(view.rows)).toBe(formatLedger(terminal));
  });

  test('each row has an id of its own, and each hop’s evidence belongs to one row', () => {
    const ids = view.rows.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const withEvidence = probe.traces
      .flatMap(({ hops }) => hops)
      .filter(({ evidence }) => evidence.length > 0)
      .map(({ id }) => id);
    expect(view.rows.flatMap(({ evidence }) => evidence).sort()).toEqual(withEvidence.sort());
  });
});

test('a row says what its field was before', () => {
  const dnat = rowsOf('iptables', 'nodeport-remote-pod').find(({ action }) => action === 'dnat');
  expect(dnat).toMatchObject({ was: '172.18.0.3:30080', destination: '10.244.1.2:8080' });
});

test('the ttl is marked where a node passed the packet on', () => {
  const ttls = rowsOf('iptables', 'nodeport-remote-pod')
    .filter(({ direction }) => direction === 'request')
    .map(({ header }) => header.find(({ name }) => name === 'ttl'));
  expect(ttls.map((ttl) => [ttl?.text, ttl?.was])).toEqual([
    ['64', undefined],
    ['64', undefined],
    ['64', undefined],
    ['63', '64'],
    ['62', '63'],
    ['62', undefined],
  ]);
});

test('routing that has no row of its own is told where the packet leaves the node', () => {
  const snat = rowsOf('nftables', 'nodeport-remote-pod').find(({ action }) => action === 'snat');
  expect(snat?.also).toEqual([{ hook: 'forward', what: 'routed, eth0 → eth0 via 172.18.0.2' }]);
});

test('the rules that forwarding met are in the row of the rewrite that follows, before its own', () => {
  const snat = rowsOf('iptables', 'nodeport-remote-pod').find(({ action }) => action === 'snat');
  const chains = [...new Set(snat?.rules.map(({ chain }) => chain))];
  expect(chains).toEqual(['FORWARD', 'KUBE-FORWARD', 'POSTROUTING', 'KUBE-POSTROUTING']);
  expect(snat?.rules.filter(({ deciding }) => deciding)).toHaveLength(1);
});

test('the rule that did it is marked, once', () => {
  const dnat = rowsOf('iptables', 'nodeport-remote-pod').find(({ action }) => action === 'dnat');
  expect(dnat?.rules.filter(({ deciding }) => deciding).map(({ chain }) => chain)).toEqual([
    expect.stringMatching(/^KUBE-SEP-/),
  ]);
});

test('a request that nobody answers ends in a row without a place', () => {
  const rows = rowsOf('iptables', 'local-without-pod');
  expect(rows.at(-1)).toMatchObject({ id: 'reply.end', place: undefined, source: '' });
});

test('the two modes do the same to the packet, and differ in who does it', () => {
  const [one, other] = (['iptables', 'nftables'] as const).map((mode) => {
    const probe = recordedProbe(mode, 'nodeport-remote-pod');
    return { cell: probe.cell, view: ledgerView(probe) };
  });
  if (one === undefined || other === undefined) throw new Error('two modes are recorded');
  expect(samePath([one, other])).toBe(true);
  expect(differences(one, [other]).map(({ id, mode }) => `${id} ${mode}`)).toEqual([
    'forward.entry-node.prerouting.marked nftables',
    'forward.entry-node.prerouting.dnat nftables',
  ]);
});

test('a pod that asks itself is marked by a rule in one mode only, and that is no other path', () => {
  const [one, other] = (['iptables', 'nftables'] as const).map((mode) => {
    const probe = recordedProbe(mode, 'hairpin');
    return { cell: probe.cell, view: ledgerView(probe) };
  });
  if (one === undefined || other === undefined) throw new Error('two modes are recorded');
  expect(samePath([one, other])).toBe(true);
  expect(differences(one, [other])).toContainEqual({
    id: 'forward.client-node.prerouting.marked',
    mode: 'nftables',
    what: undefined,
  });
});

test('a hop that a mode lacks is named', () => {
  const [full, short] = ['nodeport-remote-pod', 'no-endpoints'].map((scenario) => {
    const probe = recordedProbe('iptables', scenario);
    return { cell: probe.cell, view: ledgerView(probe) };
  });
  if (full === undefined || short === undefined) throw new Error('both are recorded');
  expect(samePath([full, short])).toBe(false);
  expect(differences(short, [full])).toContainEqual({
    id: 'forward.entry-node.input.rejected',
    mode: 'iptables',
    what: undefined,
  });
});

test('where the path is not the predicted one, the sentence says so, with the names of the page', () => {
  const probe = recordedProbe('iptables', 'nodeport-remote-pod');
  const [request] = probe.traces;
  if (request === undefined) throw new Error('it is recorded');
  const end = { kind: 'dropped' as const, text: 'not seen again on c1-worker2 after prerouting' };
  const traces = [{ ...request, hops: request.hops.slice(0, 2), end }];
  expect(ledgerView(probe).comparison).toBeUndefined();
  expect(ledgerView({ ...probe, predicted: probe.traces }).comparison).toEqual({ verdict: 'equal' });
  const { divergence } = ledgerView({ ...probe, traces, predicted: probe.traces }).comparison ?? {};
  expect(divergence?.sentence).toMatch(/^predicted .*not seen again on worker2 after prerouting$/);
  expect(divergence?.sentence).not.toContain('c1-');
});
