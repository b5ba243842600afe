/** The claim of chapter 11, on what is recorded: its eight requests are the same in both modes. */
import { describe, expect, test } from 'vitest';
import { loadLab } from '../../lab/load.ts';
import { projectRoot } from '../evidence/project.ts';
import { readRecordings } from '../evidence/read.ts';
import { firstDifference, hopsOf } from './twin.ts';

const root = projectRoot();
const lab = await loadLab(root, '11-proxy-modes');
const cells = await readRecordings(root, lab);

const requests = [
  'pod-same-node',
  'pod-other-node',
  'other-node',
  'own-node',
  'local',
  'local-elsewhere',
  'no-endpoints',
  'pod-no-endpoints',
];

// A draft has no evidence yet; to publish the lab is to claim this.
describe.skipIf(lab.draft).each(requests)('the request %s', (request) => {
  const ways = cells.map((cell) => hopsOf(cell, `trace-${request}`));

  test('has the same hops, places and rewrites in iptables and in nftables mode', () => {
    const [one = [], other = []] = ways;
    expect(cells.map(({ on }) => on.proxyMode)).toEqual(['iptables', 'nftables']);
    expect(one.length).toBeGreaterThan(1);
    expect(firstDifference(one, other)).toBeUndefined();
  });

  test('has the same hops after kube-proxy has changed its mode', () => {
    for (const [index, cell] of cells.entries()) {
      expect(firstDifference(ways[index] ?? [], hopsOf(cell, `again-${request}`))).toBeUndefined();
    }
  });
});

test.skipIf(lab.draft)('the difference that a host firewall makes is seen by the same comparison', () => {
  const [one = [], other = []] = cells.map((cell) => hopsOf(cell, 'trace-forward-drop'));
  expect(firstDifference(one, other)).toContain('forward.entry-node.forward.dropped');
});
