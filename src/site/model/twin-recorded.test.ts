/** The claim of chapter 11, on what is recorded: all of its requests but one are the same in both modes. */
import { describe, expect, test } from 'vitest';
import { loadLab } from '../../lab/load.ts';
import { projectRoot } from '../evidence/project.ts';
import { readRecordings } from '../evidence/read.ts';
import { firstDifference, hopsOf } from './twin.ts';

const root = projectRoot();
const lab = await loadLab(root, '11-proxy-modes');
const cells = await readRecordings(root, lab);

const requests = [
  'other-node',
  'own-node',
  'local',
  'local-elsewhere',
  'no-endpoints',
  'pod-same-node',
  'pod-other-node',
  'pod-no-endpoints',
  'pod-nodeport-own',
  'pod-nodeport-other',
  'pod-local-own',
  'pod-local-other',
  'node-clusterip',
  'node-nodeport-own',
  'node-local-own',
  'node-nodeport-other',
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

test.skipIf(lab.draft)(
  'a pod that gets itself is marked in iptables mode only, also after a change of the mode',
  () => {
    const [iptables = [], nftables = []] = cells.map((cell) => hopsOf(cell, 'trace-pod-itself'));
    const mark = 'forward.client-node.prerouting.marked';
    expect(firstDifference(iptables, nftables)).toContain(mark);
    expect(
      firstDifference(
        iptables.filter(({ id }) => id !== mark),
        nftables,
      ),
    ).toBeUndefined();
    const [inNftables = [], inIptables = []] = cells.map((cell) => hopsOf(cell, 'again-pod-itself'));
    expect(firstDifference(inNftables, nftables)).toBeUndefined();
    expect(firstDifference(inIptables, iptables)).toBeUndefined();
  },
);
