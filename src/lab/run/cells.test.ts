import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadLab } from '../load.ts';
import { chooseCells, groupCells } from './cells.ts';

const lab = await loadLab(join(import.meta.dirname, '..', '..', '..'), '03-nodeport');

test('a run takes the first cell, all of them, or the one that is named', () => {
  const modes = (choice: Parameters<typeof chooseCells>[1]) =>
    chooseCells(lab, choice).map((cell) => cell.proxyMode);
  expect(modes('first')).toEqual(['iptables']);
  expect(modes('all')).toEqual(['iptables', 'nftables']);
  expect(modes('nftables')).toEqual(['nftables']);
});

test('a cell that the lab has not is refused with those it has', () => {
  const only = { ...lab, matrix: { proxyMode: ['iptables' as const] } };
  expect(() => chooseCells(only, 'nftables')).toThrow('has no cell for nftables mode; it has iptables');
});

test('labs of one shape and mode share a cluster with the images of all', () => {
  const other = { ...lab, id: '04-other', images: ['echo-basic'] };
  const groups = groupCells([...chooseCells(lab, 'all'), ...chooseCells(other, 'all')]);
  expect(groups.map(({ proxyMode, cells }) => [proxyMode, cells.map((cell) => cell.lab.id)])).toEqual([
    ['iptables', ['03-nodeport', '04-other']],
    ['nftables', ['03-nodeport', '04-other']],
  ]);
  expect(groups[0]?.images).toEqual(['agnhost', 'echo-basic']);
});
