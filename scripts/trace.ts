#!/usr/bin/env node
/** `npm run trace`: follows one request over every hop of any kind cluster on this machine's Docker engine. */
import { readClusterState } from '../src/cluster/cluster-state.ts';
import { withProbeClient } from '../src/cluster/probe-client.ts';
import { traceProbe } from '../src/cluster/trace-probe.ts';
import { clusterNames, findCluster, type TracedClient } from '../src/cluster/traced-cluster.ts';
import { requireFenced } from '../src/cluster/whole.ts';
import { type ExitCode, exitCodes, UsageError } from '../src/host/errors.ts';
import type { Host } from '../src/host/host.ts';
import { openJournal } from '../src/host/journal.ts';
import { exitWith, madeOrExit } from './cli/exit-with.ts';
import { createHosts } from './hosts.ts';
import { printTasks } from './print-tasks.ts';
import { judgeTrace } from './trace/judge.ts';
import { formatPaths, formatVerdict, reportOf } from './trace/print.ts';
import { help, readTraceWords } from './trace/words.ts';

const { host, cleanup } = madeOrExit(() => createHosts({ env: process.env, notify: printTasks() }));

await exitWith(async (): Promise<ExitCode> => {
  const words = readTraceWords('trace', process.argv.slice(2), process.env);
  if (words === undefined) {
    process.stdout.write(`${help.trace}\n`);
    return exitCodes.passed;
  }
  const cluster = await findCluster(host.exec, words.cluster ?? (await onlyCluster(host)));
  await requireFenced(host, cluster.name);
  const state = await readClusterState(cluster.kubectl);
  const trace = (client?: TracedClient) => traceProbe(host.exec, cluster, client, state, words);
  const traced =
    words.probe.client.kind === 'outside'
      ? await withProbeClient(host, cleanup, await openJournal(cleanup), cluster, trace)
      : await trace();
  if (words.json) process.stdout.write(`${JSON.stringify(reportOf(traced), null, 2)}\n`);
  else {
    const options = { cluster: cluster.name, wide: words.wide, color: words.color };
    process.stdout.write(`${formatPaths(traced.observed, options)}\n\n${formatVerdict(traced, options)}\n`);
  }
  return judgeTrace(traced, (text) => process.stderr.write(`${text}\n`));
}, host.signal);

async function onlyCluster(host: Host): Promise<string> {
  const names = await clusterNames(host.exec);
  const [name] = names;
  if (name !== undefined && names.length === 1) return name;
  throw new UsageError(
    name === undefined
      ? 'there is no kind cluster on this Docker engine'
      : `which cluster? --cluster ${names.join(' or --cluster ')}`,
  );
}
