import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleCluster } from '../../cluster/sample.ts';
import { fakeHost } from '../../host/fakes.ts';
import type { LabEvent } from '../events.ts';
import { loadLab } from '../load.ts';
import { type LabOptions, runLab } from './lab.ts';

const lab = await loadLab(join(import.meta.dirname, '..', '..', '..'), '03-nodeport');
const at = { lab: lab.id, cell: 'iptables' };
const options: LabOptions = { faults: [], until: undefined, workload: 'there' };

/** A cluster whose API answers nothing. */
async function brokenCluster() {
  const fake = await fakeHost();
  const kubectl = await fake.program('kubectl', 'echo "connection refused" >&2; exit 1');
  const cluster = { ...sampleCluster, kubectl };
  return { fake, cluster };
}

test('a cluster that can’t be looked at fails its cell, and the run goes on', async () => {
  const { fake, cluster } = await brokenCluster();
  await using _ = fake;
  const events: LabEvent[] = [];
  const left: string[] = [];
  const report = (event: LabEvent) => events.push(event);
  const result = await runLab(
    { host: fake.host, cluster, lab, at, report },
    { ...options, leave: async (_session, outcome) => void left.push(outcome) },
  );
  expect(result.exitCode).toBe(1);
  expect(result.error).toContain('connection refused');
  expect(result.totals).toMatchObject({ passed: 0, failed: 0 });
  expect(left).toEqual(['failed']);
  expect(events.at(0)?.type).toBe('cell-start');
  expect(events.at(-1)).toMatchObject({
    type: 'cell-end',
    error: expect.stringContaining(sampleCluster.name),
  });
});
