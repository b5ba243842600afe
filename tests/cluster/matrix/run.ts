/** Runs the scenario matrix on real clusters, one a proxy mode, and tells each cell. */
import { setTimeout } from 'node:timers/promises';
import type { Cluster } from '../../../src/cluster/cluster.ts';
import { clientName, kubectlArgv, nodeName } from '../../../src/cluster/cluster.ts';
import { readClusterState } from '../../../src/cluster/cluster-state.ts';
import { clientAddress } from '../../../src/cluster/network.ts';
import { nodeRoles } from '../../../src/cluster/shape.ts';
import { traceProbe } from '../../../src/cluster/trace-probe.ts';
import { findClient, findCluster } from '../../../src/cluster/traced-cluster.ts';
import type { Exec } from '../../../src/host/exec.ts';
import { openJournal } from '../../../src/host/journal.ts';
import { acquireCluster } from '../../../src/lab/run/acquire.ts';
import { prepareMachine } from '../../../src/lab/run/machine.ts';
import type { Hosts } from '../../../src/lab/run/run.ts';
import { type ProbeRequest, parseClient, parseTarget } from '../../../src/trace/predict/probe.ts';
import { type Cell, cells } from './cells.ts';
import { loadBalancerIps, sentinel, slicesByHand, workloadFile } from './workload.ts';

export type Mode = 'iptables' | 'nftables';
export const modes: readonly Mode[] = ['iptables', 'nftables'];

export interface CellResult {
  readonly cell: Cell;
  readonly mode: Mode;
  readonly path: string;
  readonly hops: number;
  readonly observed: number;
  /** Empty: equal, every hop observed, and it ended as the cell says. */
  readonly problem: string;
  readonly seconds: number;
}

export async function runMatrix(
  hosts: Hosts,
  mode: Mode,
  tell: (result: CellResult) => void,
): Promise<CellResult[]> {
  const { host, cleanup } = hosts;
  const machine = await prepareMachine(host, async () => false);
  const shape = { id: 'dual', workers: 2, ipFamily: 'dual', podNetwork: 'kindnet' } as const;
  const group = { shape, proxyMode: mode, podNetwork: 'kindnet' as const, images: ['agnhost'] };
  const acquired = await acquireCluster(host, cleanup, await openJournal(cleanup), machine, group, false);
  try {
    await applyWorkload(host.exec, acquired.cluster);
    return await runCells(host.exec, acquired.cluster, mode, cells, tell);
  } finally {
    await acquired.release('remove');
  }
}

/** Applies the workload, and waits until every node's rules have all of it. */
export async function applyWorkload(exec: Exec, cluster: Cluster): Promise<void> {
  const kubectl = async (...args: string[]) => (await exec(kubectlArgv(cluster, args))).stdout;
  const inNamespace = '--namespace=matrix';
  await kubectl('apply', '-f', workloadFile);
  for (const [name, ip] of Object.entries(loadBalancerIps)) {
    const patch = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip }] } } });
    await kubectl('patch', 'service', name, inNamespace, '--subresource=status', '--type=merge', '-p', patch);
  }
  const ready = ['one', 'two', 'asker', 'host'].map((name) => `pod/${name}`);
  await kubectl('wait', inNamespace, '--for=condition=Ready', '--timeout=120s', ...ready);
  const running = '--for=jsonpath={.status.phase}=Running';
  await kubectl('wait', inNamespace, running, '--timeout=60s', 'pod/unready');
  const apply = (objects: object) =>
    exec(kubectlArgv(cluster, ['apply', '-f', '-']), { input: JSON.stringify(objects) });
  const one = await kubectl('get', 'pod', 'one', inNamespace, '-o', 'jsonpath={.status.podIP}');
  await apply(slicesByHand(one, clientAddress(cluster.network.subnet)));
  await apply(sentinel);
  const saves = { iptables: ['iptables-save', 'ip6tables-save'], nftables: ['nft list ruleset'] };
  const commands = cluster.proxyMode === 'nftables' ? saves.nftables : saves.iptables;
  const deadline = performance.now() + 60_000;
  for (const role of nodeRoles(cluster.shape)) {
    for (;;) {
      const script = commands.join('; ');
      const { stdout } = await exec(['docker', 'exec', nodeName(cluster, role), 'bash', '-c', script]);
      if (stdout.includes('192.0.2.77') && stdout.includes('2001:db8::77')) break;
      if (performance.now() > deadline) throw new Error(`${role} has no rules for the sentinel Service`);
      await setTimeout(200);
    }
  }
}

export async function runCells(
  exec: Exec,
  cluster: Cluster,
  mode: Mode,
  wanted: readonly Cell[],
  tell: (result: CellResult) => void,
): Promise<CellResult[]> {
  const traced = await findCluster(exec, cluster.name);
  const client = await findClient(exec, clientName(cluster), cluster.name);
  const state = await readClusterState(traced.kubectl);
  const nodeNames = (text: string) =>
    text.replace(
      /^(\w+:\/\/)?node\/([\w-]+)/,
      (_, scheme = '', role) => `${scheme}node/${nodeName(cluster, role)}`,
    );
  const results: CellResult[] = [];
  for (const cell of wanted) {
    const startedAt = performance.now();
    const text = nodeNames(cell.target);
    const probe: ProbeRequest = {
      protocol: cell.protocol ?? 'tcp',
      client: parseClient(nodeNames(cell.from)),
      target: parseTarget(text),
      text,
      family: cell.family ?? 'IPv4',
    };
    const route = await routeBy(exec, cluster, cell, state);
    const asking = probe.client.kind === 'outside' ? client : undefined;
    const { observed, comparison, problems } = await traceProbe(exec, traced, asking, state, {
      probe,
      count: cell.count ?? 1,
      timeoutS: 2,
    });
    await route.remove();
    const hops = observed.flatMap((trace) => trace.hops);
    const seen = hops.filter(({ grade }) => grade === 'observed').length;
    const ends = typeof cell.ends === 'string' ? cell.ends : cell.ends[mode];
    const request = observed[0];
    const sentences = [
      ...(comparison.divergence === undefined ? [] : [comparison.divergence.sentence]),
      ...(request?.end.kind === ends ? [] : [`it ended ${request?.end.kind}, not ${ends}`]),
      ...(seen === hops.length && seen > 0 ? [] : [`${seen} of ${hops.length} hops observed`]),
      // What leaves for nobody is not seen again, and the prediction says so too.
      ...problems
        .filter(({ kind, harm }) => harm === 'incomplete' && !(kind === 'missing-end' && ends === 'dropped'))
        .map((one) => one.text),
    ];
    const result: CellResult = {
      cell,
      mode,
      path: request?.path ?? '',
      hops: hops.length,
      observed: seen,
      problem: sentences.join('; '),
      seconds: (performance.now() - startedAt) / 1000,
    };
    results.push(result);
    tell(result);
  }
  return results;
}

/** A route in the client, for the time of one cell. */
async function routeBy(
  exec: Exec,
  cluster: Cluster,
  { via, target }: Cell,
  state: Awaited<ReturnType<typeof readClusterState>>,
): Promise<{ remove(): Promise<void> }> {
  if (via === undefined) return { remove: async () => undefined };
  const gateway = state.nodeNamed(nodeName(cluster, via))?.addresses[0] ?? '';
  const ip = (...words: string[]) => exec(['docker', 'exec', clientName(cluster), 'ip', 'route', ...words]);
  const everything =
    target.includes('203.0.113.') || target.includes('lb/') ? '203.0.113.0/24' : '10.0.0.0/8';
  await ip('replace', everything, 'via', gateway);
  return { remove: async () => void (await ip('del', everything)) };
}

/** One line a cell. */
export function formatResult({ cell, mode, path, hops, observed, problem, seconds }: CellResult): string {
  return [
    mode.padEnd(8),
    (cell.protocol ?? 'tcp').padEnd(3),
    cell.family ?? 'IPv4',
    `${cell.from}${cell.via === undefined ? '' : ` by ${cell.via}`}`.padEnd(18),
    cell.target.padEnd(42),
    path.padEnd(24),
    `${observed}/${hops}`.padStart(5),
    `${seconds.toFixed(1)} s`.padStart(6),
    problem === '' ? 'equal' : `NOT EQUAL: ${problem}`,
  ].join('  ');
}

export const formatTotal = (results: readonly CellResult[]): string =>
  `cells: ${results.filter(({ problem }) => problem === '').length} equal of ${results.length}`;
