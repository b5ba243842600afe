import { expect, test } from 'vitest';
import { loadLab } from '../../lab/load.ts';
import { projectRoot } from '../evidence/project.ts';
import { readRecordings } from '../evidence/read.ts';
import { firstDifference, hopsOf } from './twin.ts';

const root = projectRoot();
const lab = await loadLab(root, '03-nodeport');
const cells = await readRecordings(root, lab);
const [iptables, nftables] = cells;
if (iptables === undefined || nftables === undefined)
  throw new Error('03-nodeport is recorded in both modes');

test('a recorded request has the same hops and the same rewrites in both modes', () => {
  const [one, other] = [hopsOf(iptables, 'trace-other-node'), hopsOf(nftables, 'trace-other-node')];
  expect(one.length).toBeGreaterThan(8);
  expect(firstDifference(one, other)).toBeUndefined();
});

test('addresses are told by whose they are', () => {
  expect(hopsOf(iptables, 'trace-other-node').map(({ destination }) => destination)).toEqual([
    'worker',
    'worker',
    'pod cart',
    'pod cart',
    'pod cart',
    'pod cart',
    'worker',
    'worker',
    'client',
    'client',
    'client',
  ]);
});

test('the rule that lets a marked packet be forwarded stands beside the rewrite that follows', () => {
  const snat = hopsOf(iptables, 'trace-other-node').find(({ action }) => action === 'snat');
  const chains = snat?.rules.map(({ chain }) => chain) ?? [];
  expect(chains).toContain('KUBE-FORWARD');
  expect(chains.indexOf('KUBE-FORWARD')).toBeLessThan(chains.indexOf('KUBE-POSTROUTING'));
});

test('another way is told by its first hop that differs', () => {
  const [one, other] = [hopsOf(iptables, 'trace-other-node'), hopsOf(nftables, 'trace-own-node')];
  expect(firstDifference(one, other)).toMatch(
    /^hop 1 is .* client to worker in one, .* client to worker2 in the other$/,
  );
});

test('a rewrite to another address is a difference, even at the same hops', () => {
  const hops = hopsOf(iptables, 'trace-other-node');
  const wrong = hops.map((hop) => ({
    ...hop,
    destination: hop.destination.replace('pod cart', 'pod other'),
  }));
  expect(firstDifference(hops, wrong)).toContain('to pod other');
});
