/** The core check of 03-nodeport, from warm images, against a bare bash script, in turns. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node } from '../../images/catalogue.ts';
import { shapes } from '../../labs/common/shapes.ts';
import { kindConfig } from '../../src/cluster/shape.ts';
import type { Host } from '../../src/host/host.ts';
import { ensureBuiltNode } from '../../src/host/images/built-node.ts';
import { plainNode, workload } from '../../src/host/images/node-image.ts';
import { inWorkFolder } from '../../src/host/images/store.ts';
import { workloadArchives } from '../../src/host/images/workloads.ts';
import { type Span, uncovered } from '../../src/host/own-share.ts';
import type { Machine } from '../../src/lab/run/machine.ts';
import { median } from './median.ts';

/** Prints a row a pair, then the median ratio and our own share of a run. */
export async function benchLab(host: Host, machine: Machine, pairs: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hop-bench-'));
  try {
    const script = await bareScript(host, machine, join(folder, 'kind.yaml'));
    const spans = join(folder, 'spans.json');
    const rows: { bash: number; lab: number; own: number }[] = [];
    console.log('pair   bash script   lab       ratio   of it our own');
    for (let pair = 1; pair <= pairs; pair++) {
      // Taking turns in who goes first: what warms up or wears out meets both.
      const order = pair % 2 === 1 ? (['bash', 'lab'] as const) : (['lab', 'bash'] as const);
      const times = { bash: 0, lab: 0 };
      for (const who of order) times[who] = await seconds(host, who === 'bash' ? script : labArgv, spans);
      const row = { ...times, own: await ownShare(spans) };
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
}

const labArgv = [
  process.execPath,
  join(import.meta.dirname, '..', 'lab.ts'),
  'run',
  '03-nodeport',
  '--until=ask-worker2',
  '--reporter=plain',
] as const;

/** What a person would do by hand starts from a node image without workloads, and from the workload in Docker. */
async function bareScript(host: Host, machine: Machine, config: string) {
  const target = { os: 'linux', arch: process.arch === 'arm64' ? 'arm64' : 'amd64' } as const;
  const { provenance } = await machine.nodeImage(['agnhost']);
  // That image may be of a former run, and its node have come another way than one would come today.
  const built = provenance[0]?.source === 'built';
  const { reference } = built
    ? await ensureBuiltNode(host, target)
    : await plainNode(host, node.upstream, target);
  const agnhost = workload('agnhost');
  await inWorkFolder(host, async (work) => {
    const { archives } = await workloadArchives(host, work, [agnhost], target);
    for (const { tar } of archives) await host.exec(['docker', 'load', '--input', tar]);
  });
  await writeFile(config, kindConfig(shapes['three-nodes'], 'iptables', machine.patches));
  return [
    join(import.meta.dirname, 'baseline.sh'),
    machine.tools.kind,
    machine.tools.kubectl,
    reference,
    agnhost.upstream.reference,
    config,
    join(host.paths.project, 'labs/03-nodeport/manifests'),
  ] as const;
}

async function seconds(host: Host, argv: readonly [string, ...string[]], spans: string): Promise<number> {
  const { durationMs } = await host.exec(argv, {
    cwd: host.paths.project,
    env: { LAB_SPANS: spans },
    timeoutMs: 600_000,
  });
  return durationMs / 1000;
}

async function ownShare(file: string): Promise<number> {
  const { whole, spans } = JSON.parse(await readFile(file, 'utf8')) as { whole: Span; spans: Span[] };
  return uncovered(whole, spans) / 1000;
}
