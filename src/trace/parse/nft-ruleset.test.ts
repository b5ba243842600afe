import { describe, expect, it } from 'vitest';
import { readSections } from '../testdata/recorded.ts';
import { parseIptablesSave } from './iptables-save.ts';
import { parseNftRuleset } from './nft-ruleset.ts';

const section = (kind: string) => readSections('rulesets.txt').find((each) => each.kind === kind)?.text ?? '';
const nat = parseNftRuleset(section('nft-a-list-table-ip-nat'));
const kubeProxy = parseNftRuleset(section('nft-a-list-table-ip-kube-proxy'));

describe('the listing of a table that iptables made', () => {
  it('is understood whole', () => {
    expect(nat.unknown).toEqual([]);
    expect(nat.tables).toEqual([{ family: 'ip', name: 'nat', flags: [] }]);
    expect(nat.rules.length).toBeGreaterThan(60);
  });

  it('finds the rule behind a handle', () => {
    expect(nat.rules.find(({ handle }) => handle === 129)).toMatchObject({
      chain: 'KUBE-SEP-PXJ2U7QYT2QW5545',
      index: 1,
      text: 'ip protocol tcp  meta l4proto tcp counter packets 10 bytes 600 dnat to 10.244.1.2:8080',
    });
  });

  it('says at which hook a base chain is', () => {
    expect(nat.chains.find(({ name }) => name === 'PREROUTING')?.base).toEqual({
      type: 'nat',
      hook: 'prerouting',
      priority: 'dstnat',
      policy: 'accept',
    });
    expect(nat.chains.find(({ name }) => name === 'KUBE-SERVICES')).not.toHaveProperty('base');
  });

  it('has in each chain as many rules as iptables-save, with the same target at the same place', () => {
    const saved = parseIptablesSave(section('iptables-save-c-before')).rules.filter(
      ({ table }) => table === 'nat',
    );
    expect(nat.rules).toHaveLength(saved.length);
    for (const { chain, index, target } of saved) {
      const rule = nat.rules.find((each) => each.chain === chain && each.index === index);
      const jump = /\b(?:jump|goto) (\S+)$/.exec(rule?.text ?? '')?.[1];
      if (jump !== undefined) expect(`${chain} ${index} ${target}`).toBe(`${chain} ${index} ${jump}`);
    }
  });
});

describe("the listing of kube-proxy's own table", () => {
  it('is understood whole, with its sets and maps', () => {
    expect(kubeProxy.unknown).toEqual([]);
    expect(kubeProxy.objects.map(({ kind, name }) => `${kind} ${name}`)).toContain(
      'map no-endpoint-nodeports',
    );
    expect(kubeProxy.objects.find(({ name }) => name === 'service-nodeports')?.lines).toHaveLength(8);
  });

  it('has rules with comments, and base chains with a priority of several words', () => {
    expect(kubeProxy.rules.find(({ handle }) => handle === 38)).toMatchObject({
      chain: 'cluster-ips-check',
      comment: 'Reject traffic to invalid ports of ClusterIPs',
    });
    expect(kubeProxy.chains.find(({ name }) => name === 'filter-output-pre-dnat')?.base).toMatchObject({
      hook: 'output',
      priority: 'dstnat - 10',
    });
  });
});

it('an owner table and a rule that nft cannot print are kept', () => {
  const listing = `table ip lab_trace { # handle 12
	flags owner
	chain pre_raw { # handle 1
		type filter hook prerouting priority -350; policy accept;
		something new without a handle
	}
}
nft: a warning`;
  const { tables, unknown } = parseNftRuleset(listing);
  expect(tables).toEqual([{ family: 'ip', name: 'lab_trace', flags: ['owner'] }]);
  expect(unknown).toEqual(['\t\tsomething new without a handle', 'nft: a warning']);
});
