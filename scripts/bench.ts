/**
 * `npm run bench`: the core check of 03-nodeport, from warm images, against a bare bash script, in turns.
 *
 * Options: --pairs N (default 5). Prints the times, the median ratio and our own share of a run.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shapes } from '../labs/common/shapes.ts';
import { kindConfig } from '../src/cluster/shape.ts';
import { ensureBuiltNode } from '../src/host/images/built-node.ts';
import { workload } from '../src/host/images/node-image.ts';
import { inWorkFolder } from '../src/host/images/store.ts';
import { workloadArchives } from '../src/host/images/workloads.ts';
import { type Span, uncovered } from '../src/host/own-share.ts';
import { prepareMachine } from '../src/lab/run/machine.ts';
import { createConsent } from './cli/consent.ts';
import { createHosts } from './hosts.ts';
import { printTasks } from './print-tasks.ts';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '5' }, yes: { type: 'boolean', default: false } },
});
const pairs = Number(values.pairs);
const { host } = createHosts({ env: process.env, notify: printTasks() });
const { project } = host.paths;
const target = { os: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'amd64' } as const;

const machine = await prepareMachine(host, createConsent({ yes: values.yes }));
await machine.nodeImage(['agnhost']);
const plainNode = await ensureBuiltNode(host, target);
const agnhost = workload('agnhost');
await inWorkFolder(host, async (work) => {
  const { archives } = await workloadArchives(host, work, [agnhost], target);
  for (const { tar } of archives) await host.exec(['docker', 'load', '--input', tar]);
});

const folder = await mkdtemp(join(tmpdir(), 'hop-bench-'));
const config = join(folder, 'kind.yaml');
await writeFile(config, kindConfig(shapes['three-nodes'], 'iptables', machine.patches));

const script = [
  join(import.meta.dirname, 'bench-baseline.sh'),
  machine.tools.kind,
  machine.tools.kubectl,
  plainNode.reference,
  agnhost.upstream.reference,
  config,
  join(project, 'labs/03-nodeport/manifests'),
] as const;
const spansFile = join(folder, 'spans.json');
const lab = [
  process.execPath,
  join(import.meta.dirname, 'lab.ts'),
  'run',
  '03-nodeport',
  '--until=ask-worker2',
  '--reporter=plain',
] as const;

async function seconds(argv: readonly [string, ...string[]]): Promise<number> {
  const { durationMs } = await host.exec(argv, {
    cwd: project,
    env: { LAB_SPANS: spansFile },
    timeoutMs: 600_000,
  });
  return durationMs / 1000;
}

async function ownShare(): Promise<number> {
  const { whole, spans } = JSON.parse(await readFile(spansFile, 'utf8')) as { whole: Span; spans: Span[] };
  return uncovered(whole, spans) / 1000;
}

const median = (numbers: readonly number[]) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle) - 1] ?? 0)) / 2;
};

try {
  const rows: { bash: number; lab: number; own: number }[] = [];
  console.log('pair   bash script   lab       ratio   of it our own');
  for (let pair = 1; pair <= pairs; pair++) {
    // Taking turns in who goes first: what warms up or wears out meets both.
    const order = pair % 2 === 1 ? ['bash', 'lab'] : ['lab', 'bash'];
    const times: Record<string, number> = {};
    for (const who of order) times[who] = await seconds(who === 'bash' ? script : lab);
    const row = { bash: times.bash ?? 0, lab: times.lab ?? 0, own: await ownShare() };
    rows.push(row);
    const cells = [
      String(pair).padEnd(7),
      `${row.bash.toFixed(1)} s`.padEnd(14),
      `${row.lab.toFixed(1)} s`.padEnd(10),
    ];
    console.log(`${cells.join('')}${(row.lab / row.bash).toFixed(2)}    ${row.own.toFixed(2)} s`);
  }
  const ratio = median(rows.map((row) => row.lab / row.bash));
  const own = median(rows.map((row) => row.own));
  console.log(
    `median ratio ${ratio.toFixed(2)} (wanted: at most 0.85), our own share ${own.toFixed(2)} s (wanted: under 2 s)`,
  );
} finally {
  await rm(folder, { recursive: true });
}
