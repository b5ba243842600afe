#!/usr/bin/env node
/** `npm run predict`: all paths that a request may take, from read access to the API or a dump of it alone. */
import { type Kubectl, readClusterState } from '../src/cluster/cluster-state.ts';
import { readKept } from '../src/cluster/kept.ts';
import { type ExitCode, exitCodes, MachineError } from '../src/host/errors.ts';
import { CommandError } from '../src/host/exec.ts';
import type { Host } from '../src/host/host.ts';
import { predict } from '../src/trace/predict/predict.ts';
import type { ProbeRequest } from '../src/trace/predict/probe.ts';
import { exitWith } from './cli/exit-with.ts';
import { createHosts } from './hosts.ts';
import { printTasks } from './print-tasks.ts';
import { withDump } from './trace/dump.ts';
import { formatPaths } from './trace/print.ts';
import { help, readTraceWords, type TraceWords } from './trace/words.ts';

const { host } = createHosts({ env: process.env, notify: printTasks(), kuberc: 'user' });

await exitWith(async (): Promise<ExitCode> => {
  const words = readTraceWords('predict', process.argv.slice(2), process.env);
  if (words === undefined) {
    process.stdout.write(`${help.predict}\n`);
    return exitCodes.passed;
  }
  const probe = withAddress(words.probe);
  const predicted =
    words.dump.length > 0
      ? await withDump({ lists: words.dump, kubeProxy: words.kubeProxyConfig }, (state) =>
          predict(state, probe),
        )
      : predict(await readClusterState(await kubectl(host, words)), probe);
  const options = { cluster: words.cluster ?? '', wide: words.wide, color: words.color };
  process.stdout.write(
    `${words.json ? JSON.stringify(predicted, null, 2) : formatPaths(predicted, options)}\n`,
  );
  return exitCodes.passed;
}, host.signal);

/** Nobody is there yet: documentation addresses (RFC 5737, RFC 3849) stand for the one who will ask. */
function withAddress(probe: ProbeRequest): ProbeRequest {
  if (probe.client.kind !== 'outside') return probe;
  return { ...probe, client: { kind: 'outside', ips: ['192.0.2.1', '2001:db8::1'] } };
}

async function kubectl(host: Host, { cluster, context, kubeconfig }: TraceWords): Promise<Kubectl> {
  const ours = (await readKept(host.paths)).find((kept) => kept.cluster.name === cluster)?.cluster;
  const program = ours?.kubectl ?? 'kubectl';
  const flags =
    ours !== undefined
      ? ['--kubeconfig', ours.kubeconfig]
      : [
          ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
          ...(context === undefined ? [] : ['--context', context]),
          ...(cluster === undefined ? [] : ['--context', `kind-${cluster}`]),
        ];
  return async (args) => {
    try {
      return (await host.exec([program, ...flags, ...args])).stdout;
    } catch (error) {
      if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
      const reason =
        error.outcome === 'not found' ? error.message : (error.stderr.trim().split('\n').at(-1) ?? '');
      throw new MachineError(
        `the cluster's API can't be read: ${reason}`,
        'name a context of your kubeconfig with --context, or a kind cluster with --cluster',
        { cause: error },
      );
    }
  };
}
