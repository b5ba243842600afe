import { expect, test } from 'vitest';
import { complete } from './complete.ts';

const cell = (lab: string, id: string) => ({ lab: { id: lab }, id });
const cells = [
  cell('01-pod', 'iptables'),
  cell('03-nodeport', 'iptables'),
  cell('01-pod', 'nftables'),
  cell('03-nodeport', 'nftables'),
];
const pod = [
  { lab: '01-pod', cell: 'iptables' },
  { lab: '01-pod', cell: 'nftables' },
];

test('a lab with a cell that did not pass is not written, and another one is', () => {
  expect(complete(cells, [...pod, { lab: '03-nodeport', cell: 'nftables' }])).toEqual({
    whole: pod,
    withheld: [{ lab: '03-nodeport', passed: ['nftables'], others: ['iptables'] }],
  });
});

test('labs that passed everywhere are written, in the order of the run', () => {
  const made = [...pod, { lab: '03-nodeport', cell: 'iptables' }, { lab: '03-nodeport', cell: 'nftables' }];
  expect(complete(cells, made)).toEqual({ whole: made, withheld: [] });
});

test('only the cells that were asked for must pass', () => {
  expect(complete([cell('01-pod', 'iptables')], pod.slice(0, 1)).whole).toEqual(pod.slice(0, 1));
});

test('a run that ended before the lab began writes nothing of it', () => {
  const all = { lab: '03-nodeport', passed: [], others: ['iptables', 'nftables'] };
  expect(complete(cells, pod).withheld).toEqual([all]);
});
