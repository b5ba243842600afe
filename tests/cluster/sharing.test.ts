/** Labs of one shape and mode share a cluster, and none sees what another did. */
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/host/errors.ts';
import { loadLab } from '../../src/lab/load.ts';
import { chooseCells } from '../../src/lab/run/cells.ts';
import type { Step } from '../../src/lab/schema/step.ts';
import { failures, projectRoot, recordCells } from './machine.ts';

/** The workload of the lab and one step; quicker than all of it. */
const lab = { ...(await loadLab(projectRoot, '03-nodeport')), faults: [] };
const step = (id: string, command: string[]): Step => ({
  kind: 'run',
  id,
  on: 'node/worker',
  command,
  accept: [0],
  checks: [],
  parse: 'text',
  compare: 'exit',
  timeoutS: 30,
});
const cells = (proxyMode: 'iptables' | 'nftables', ...steps: Step[]) =>
  chooseCells({ ...lab, steps }, { proxyMode, podNetwork: 'first' });
const look = step('look', ['ip', 'route']);
const leave = step('leave-a-route', ['ip', 'route', 'add', '198.51.100.0/24', 'dev', 'eth0']);

test('a lab that leaves a route fails with the route, and the next lab has a new cluster', async () => {
  const run = await recordCells([
    ...cells('iptables', look),
    ...cells('iptables', leave),
    ...cells('iptables', look),
    ...cells('nftables', look),
    ...cells('nftables', look),
  ]);
  expect(failures(run)).toEqual([expect.stringContaining('left the cluster other than it found it')]);
  expect(failures(run)[0]).toContain('worker, routes: + 198.51.100.0/24 dev eth0');
  expect(run.exitCode).toBe(exitCodes.checkFailed);
  const ends = run.events.filter((event) => event.type === 'cell-end');
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0, 0, 0]);
  const clusters = run.events.filter((event) => event.type === 'task-start' && event.id === 'cluster');
  expect(clusters.length).toBe(3);
});
