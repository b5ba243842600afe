import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LabEvent } from '../../src/lab/events.ts';
import { readEvidence } from '../../src/lab/evidence/read.ts';
import type { CommandContext } from './context.ts';
import { replay } from './replay.ts';

const projectRoot = join(import.meta.dirname, '..', '..');

test('a replay says of each cell when it was recorded, and is no pass', async () => {
  const events: LabEvent[] = [];
  const context = {
    projectRoot,
    reporter: { report: (event: LabEvent) => events.push(event) },
    options: { cells: { proxyMode: 'all', podNetwork: 'first' } },
  };
  expect(await replay(context as unknown as CommandContext, '03-nodeport')).toBe(3);
  const starts = events.filter((event) => event.type === 'cell-start');
  expect(starts.map(({ at }) => at.cell)).toEqual(['iptables', 'nftables']);
  for (const { at, recordedAt } of starts)
    expect(recordedAt).toBe((await readEvidence(projectRoot, at.lab, at.cell)).recordedAt);
});
