import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadLab } from '../load.ts';
import { chooseCells, groupCells } from './cells.ts';

const lab = await loadLab(join(import.meta.dirname, '..', '..', '..'), '03-nodeport');

const first = { proxyMode: 'first', podNetwork: 'first' } as const;
const all = { proxyMode: 'all', podNetwork: 'all' } as const;
const ids = (one: typeof lab, choice: Parameters<typeof chooseCells>[1]) =>
  chooseCells(one, choice).map(({ id }) => id);

const acrossNodes = {
  ...lab,
  id: '05-cross-node',
  matrix: {
    proxyMode: ['iptables' as const, 'nftables' as const],
    podNetwork: [
      'kindnet' as const,
      'flannel-vxlan' as const,
      { name: 'bgp' as const, proxyModes: ['nftables' as const] },
    ],
  },
};

test('a run takes the first cell, all of them, or the one that is named', () => {
  expect(ids(lab, first)).toEqual(['iptables']);
  expect(ids(lab, all)).toEqual(['iptables', 'nftables']);
  expect(ids(lab, { ...first, proxyMode: 'nftables' })).toEqual(['nftables']);
});

test('a network has the modes of the lab, or those that it is limited to', () => {
  expect(ids(acrossNodes, all)).toEqual([
    'iptables',
    'nftables',
    'flannel-vxlan-iptables',
    'flannel-vxlan-nftables',
    'bgp-nftables',
  ]);
  expect(ids(acrossNodes, first)).toEqual(['iptables']);
  expect(ids(acrossNodes, { ...first, proxyMode: 'all' })).toEqual(['iptables', 'nftables']);
  expect(ids(acrossNodes, { ...first, podNetwork: 'bgp' })).toEqual(['bgp-nftables']);
  expect(ids(acrossNodes, { ...first, podNetwork: 'all' })).toEqual([
    'iptables',
    'flannel-vxlan-iptables',
    'bgp-nftables',
  ]);
});

test('a cell that the lab has not is refused with those it has', () => {
  const only = { ...lab, matrix: { proxyMode: ['iptables' as const] } };
  expect(() => chooseCells(only, { ...first, proxyMode: 'nftables' })).toThrow(
    'has no cell for nftables mode; it has iptables',
  );
  expect(() => chooseCells(acrossNodes, { proxyMode: 'iptables', podNetwork: 'bgp' })).toThrow(
    'has no cell for iptables mode on the network bgp',
  );
});

test('on a network that a lab makes, the lab has a cluster of its own, and finds it without a network', () => {
  const groups = groupCells(
    [lab, acrossNodes, { ...acrossNodes, id: '06-other' }].flatMap((one) => chooseCells(one, all)),
  );
  expect(groups.map(({ podNetwork, shape, cells }) => [podNetwork, shape.podNetwork, cells.length])).toEqual([
    ['kindnet', 'kindnet', 3],
    ['kindnet', 'kindnet', 3],
    ...Array.from({ length: 2 }, () => [
      ['flannel-vxlan', 'none', 1],
      ['flannel-vxlan', 'none', 1],
      ['bgp', 'none', 1],
    ]).flat(),
  ]);
});

test('labs of one shape and mode share a cluster with the images of all', () => {
  const other = { ...lab, id: '04-other', images: ['echo-basic'] };
  const groups = groupCells([...chooseCells(lab, all), ...chooseCells(other, all)]);
  expect(groups.map(({ proxyMode, cells }) => [proxyMode, cells.map((cell) => cell.lab.id)])).toEqual([
    ['iptables', ['03-nodeport', '04-other']],
    ['nftables', ['03-nodeport', '04-other']],
  ]);
  expect(groups[0]?.images).toEqual(['agnhost', 'echo-basic']);
});
