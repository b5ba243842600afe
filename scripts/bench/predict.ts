/** One Service predicted in a large cluster, from a dump on disk: a process of its own, reading included. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Host } from '../../src/host/host.ts';
import { largeCluster, syntheticDump } from '../../src/trace/predict/synthetic.ts';
import { median } from './median.ts';

/** A Service in the middle of the list: not the first that a search meets. */
const target = 'http://svc/team-77/app-2577:80/';

/** Prints time and peak memory of `npm run predict`'s own process, the median of some runs. */
export async function benchPredict(host: Host, rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'hop-bench-'));
  try {
    const dump = syntheticDump(largeCluster);
    const files: string[] = [];
    let bytes = 0;
    for (const [kind, texts] of Object.entries(dump)) {
      const file = join(folder, `${kind}.json`);
      await pipeline(Readable.from(texts as Iterable<string>), createWriteStream(file));
      files.push(file);
      bytes += (await stat(file)).size;
    }
    const { services, endpoints, nodes } = largeCluster;
    console.log(
      `predict one Service of ${services}, with ${endpoints} endpoints and pods and ${nodes} nodes: ${Math.round(bytes / 1e6)} MB of JSON`,
    );
    const runs = [];
    for (let round = 0; round < rounds; round++) runs.push(await predictOnce(host, files));
    const seconds = median(runs.map((run) => run.seconds));
    const megabytes = median(runs.map((run) => run.megabytes));
    console.log(
      `predict: ${seconds.toFixed(2)} s (wanted: at most 1.5 s), ${Math.round(megabytes)} MB (wanted: at most 700 MB), median of ${rounds}`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The process tells its own peak: `process.resourceUsage().maxRSS`, in kilobytes (Node.js, process.html). */
const reportPeak = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\npeak '+process.resourceUsage().maxRSS))`;

async function predictOnce(host: Host, files: readonly string[]) {
  const { durationMs, stderr, stdout } = await host.exec(
    [
      process.execPath,
      `--import=${reportPeak}`,
      join(import.meta.dirname, '..', 'predict.ts'),
      ...files.flatMap((file) => ['--dump', file]),
      '--json',
      target,
    ],
    { timeoutMs: 120_000 },
  );
  if ((JSON.parse(stdout) as unknown[]).length === 0) throw new Error(`nothing was predicted for ${target}`);
  return { seconds: durationMs / 1000, megabytes: Number(/^peak (\d+)/m.exec(stderr)?.[1]) / 1024 };
}
