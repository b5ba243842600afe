/** What a capture costs over the bare probe, in turns on one cluster. */
import { captureProbe } from '../../src/cluster/capture/capture.ts';
import { planCapture } from '../../src/cluster/capture/plan.ts';
import { clientName, nodeName } from '../../src/cluster/cluster.ts';
import { readClusterState } from '../../src/cluster/cluster-state.ts';
import { findClient, findCluster } from '../../src/cluster/traced-cluster.ts';
import { openJournal } from '../../src/host/journal.ts';
import { loadLab } from '../../src/lab/load.ts';
import { acquireCluster } from '../../src/lab/run/acquire.ts';
import { chooseCells, groupCells } from '../../src/lab/run/cells.ts';
import type { Machine } from '../../src/lab/run/machine.ts';
import type { Hosts } from '../../src/lab/run/run.ts';
import { openSession } from '../../src/lab/run/session.ts';
import { applyWorkload } from '../../src/lab/run/workload.ts';
import { observe } from '../../src/trace/observe/observe.ts';
import { median } from './median.ts';

const port = 30080;

/** Prints the median of `rounds` pairs: bare probe, capture, and the difference. */
export async function benchCapture({ host, cleanup }: Hosts, machine: Machine, rounds: number) {
  const lab = await loadLab(host.paths.project, '03-nodeport');
  const [group] = groupCells(chooseCells(lab, { proxyMode: 'first', podNetwork: 'first' }));
  if (group === undefined) throw new Error('03-nodeport has no cells');
  const acquired = await acquireCluster(host, cleanup, await openJournal(cleanup), machine, group, false);
  try {
    const { cluster } = acquired;
    const at = { lab: lab.id, cell: cluster.proxyMode };
    await applyWorkload(await openSession({ host, cluster, lab, at, report: () => {} }));
    const traced = await findCluster(host.exec, cluster.name);
    const client = await findClient(host.exec, clientName(cluster), cluster.name);
    if (client === undefined) throw new Error('the cluster has no client');
    const state = await readClusterState(traced.kubectl);
    const ip = state.nodeNamed(nodeName(cluster, 'worker'))?.addresses[0] ?? '';
    const url = `http://${ip}:${port}/hostname`;
    const asking = { kind: 'outside', ips: client.ips, name: client.name } as const;
    const request = {
      protocol: 'tcp',
      client: asking,
      target: { kind: 'address', ip, port },
      text: url,
    } as const;
    const plan = planCapture(state, traced, client, request, { ip, port, asked: undefined }, 2);
    const bare: number[] = [];
    const captured: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await time(() => host.exec(['docker', 'exec', client.name, 'curl', '-s', url])));
      captured.push(
        await time(async () => {
          const { traces } = observe(await captureProbe(host.exec, plan));
          const hops = traces.flatMap((trace) => trace.hops);
          if (hops.length === 0 || hops.some(({ grade }) => grade !== 'observed'))
            throw new Error(`capture ${round + 1} lost a hop`);
        }),
      );
    }
    const over = median(captured.map((one, index) => one - (bare[index] ?? 0)));
    console.log(
      `capture: ${(over / 1000).toFixed(2)} s over the bare probe (wanted: at most 1.0 s), ` +
        `bare ${(median(bare) / 1000).toFixed(2)} s, captured ${(median(captured) / 1000).toFixed(2)} s, median of ${rounds}`,
    );
  } finally {
    await acquired.release('remove');
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
