import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadLab } from '../../src/lab/load.ts';
import type { Cell } from '../../src/lab/run/cells.ts';
import { leftOut, seedOf, selectAll, selectForCommit } from './select.ts';

const nodePort = await loadLab(join(import.meta.dirname, '..', '..'), '03-nodeport');
const service = { ...nodePort, id: '02-service' };
const acrossNodes = {
  ...nodePort,
  id: '05-cross-node',
  matrix: {
    proxyMode: ['iptables' as const, 'nftables' as const],
    podNetwork: [
      'kindnet' as const,
      'flannel-vxlan' as const,
      { name: 'bgp' as const, proxyModes: ['iptables' as const] },
    ],
  },
};
const labs = [nodePort, service, acrossNodes];
const names = (cells: readonly Cell[]) => cells.map(({ lab, id }) => `${lab.id} ${id}`);
const seeds = Array.from({ length: 1024 }, (_, index) => index);

describe('the cells for a commit', () => {
  test('are NodePort in each mode, other labs in one, and on one other pod network', () => {
    expect(names(selectForCommit(labs, 0).cells)).toEqual([
      '03-nodeport iptables',
      '03-nodeport nftables',
      '02-service iptables',
      '05-cross-node iptables',
      '05-cross-node flannel-vxlan-iptables',
    ]);
    expect(names(selectForCommit(labs, 5).cells)).toEqual([
      '03-nodeport iptables',
      '03-nodeport nftables',
      '02-service nftables',
      '05-cross-node nftables',
      '05-cross-node bgp-iptables',
    ]);
  });

  test('are all cells and faults over some commits', () => {
    const all = selectAll(labs);
    const ran = new Set(
      seeds.flatMap((seed) => {
        const { cells, faults } = selectForCommit(labs, seed);
        return cells.flatMap((cell) => faults(cell).map(({ id }) => `${names([cell])} ${id}`));
      }),
    );
    const wanted = all.cells.flatMap((cell) => all.faults(cell).map(({ id }) => `${names([cell])} ${id}`));
    expect(wanted.filter((one) => !ran.has(one))).toEqual([]);
    const repeated = new Set(seeds.flatMap((seed) => names(selectForCommit(labs, seed).repeated)));
    expect(repeated).toEqual(new Set(names(all.repeated)));
  });

  test('have one that is tried once more', () => {
    expect(names(selectForCommit(labs, 32).repeated)).toEqual(['02-service iptables']);
  });

  test('have one fault each, and follow from the hash alone', () => {
    const one = selectForCommit(labs, seedOf('afe4a34c0ffee'));
    expect(one.cells.map((cell) => one.faults(cell).length)).toEqual(one.cells.map(() => 1));
    expect(names(selectForCommit(labs, seedOf('afe4a34c0ffee')).cells)).toEqual(names(one.cells));
    expect(seedOf('')).toBe(0);
  });
});

test('what is left out is said: cells, faults, and what runs once only', () => {
  const lines = leftOut(labs, selectForCommit(labs, 0));
  expect(lines[0]).toBe(
    'left out, cells: 02-service nftables, 05-cross-node nftables, 05-cross-node flannel-vxlan-nftables, 05-cross-node bgp-iptables',
  );
  expect(lines[1]).toMatch(/^left out, faults: 03-nodeport iptables \(/);
  expect(lines[2]).toMatch(/^left out, on a cluster that stays: 03-nodeport nftables, 02-service iptables, /);
  expect(leftOut(labs, selectAll(labs))).toEqual([]);
});
