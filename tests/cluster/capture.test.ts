/** A capture never loses or invents a hop, and leaves every node as it was. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHosts } from '../../scripts/hosts.ts';
import { captureProbe } from '../../src/cluster/capture/capture.ts';
import { planCapture } from '../../src/cluster/capture/plan.ts';
import { clientName, nodeName } from '../../src/cluster/cluster.ts';
import { readClusterState } from '../../src/cluster/cluster-state.ts';
import { findClient, findCluster } from '../../src/cluster/traced-cluster.ts';
import { openJournal } from '../../src/host/journal.ts';
import { type Acquired, acquireCluster } from '../../src/lab/run/acquire.ts';
import { prepareMachine } from '../../src/lab/run/machine.ts';
import { observe } from '../../src/trace/observe/observe.ts';
import { projectRoot } from './machine.ts';
import { applyWorkload } from './matrix/run.ts';

const { host, cleanup } = createHosts({ env: process.env, notify: () => undefined });
const { exec } = host;
let acquired: Acquired;
/** One capture of a request to a node without the pod. */
let capture: () => ReturnType<typeof captureProbe>;
let url: string;

beforeAll(async () => {
  const machine = await prepareMachine(host, async () => false);
  const shape = { id: 'dual', workers: 2, ipFamily: 'dual', podNetwork: 'kindnet' } as const;
  const group = { shape, proxyMode: 'iptables', podNetwork: 'kindnet', images: ['agnhost'] } as const;
  acquired = await acquireCluster(host, cleanup, await openJournal(cleanup), machine, group, false);
  const { cluster } = acquired;
  await applyWorkload(exec, cluster);
  const traced = await findCluster(exec, cluster.name);
  const client = await findClient(exec, clientName(cluster), cluster.name);
  if (client === undefined) throw new Error('the cluster has no client');
  const state = await readClusterState(traced.kubectl);
  const ip = state.nodeNamed(nodeName(cluster, 'worker'))?.addresses[0] ?? '';
  url = `http://${ip}:30060/hostname`;
  const request = {
    protocol: 'tcp',
    client: { kind: 'outside', ips: client.ips, name: client.name },
    target: { kind: 'address', ip, port: 30060 },
    text: url,
  } as const;
  const plan = planCapture(state, traced, client, request, { ip, port: 30060, asked: undefined }, 2);
  capture = () => captureProbe(exec, plan);
});

afterAll(async () => {
  await acquired?.release('remove');
});

/** Ids and grades of all hops, and every problem: the same for each capture of the same request. */
async function outline(): Promise<string> {
  const { traces, problems } = observe(await capture());
  const hops = traces.flatMap((trace) => trace.hops.map(({ id, grade }) => `${id} ${grade}`));
  return [...hops, ...problems.map(({ text }) => text)].join('\n');
}

const containers = () => [
  ...['control-plane', 'worker', 'worker2'].map((role) => nodeName(acquired.cluster, role)),
  clientName(acquired.cluster),
];

/** Rules, without counters, of every namespace that a capture touches on its way. */
async function rulesets(): Promise<string[]> {
  const script = 'iptables-save; nft -a list ruleset 2>/dev/null';
  const texts = await Promise.all(
    containers().map((name) => exec(['docker', 'exec', name, 'bash', '-c', script])),
  );
  return texts.map(({ stdout }) =>
    stdout.replace(/^#.*$/gm, '').replace(/\[\d+:\d+\]|counter packets \d+ bytes \d+/g, ''),
  );
}

test('200 captures in a row, and 20 more beside other traffic to the same Service, show the same hops', async () => {
  const first = await outline();
  expect(first.split('\n')).toHaveLength(13);
  for (let round = 1; round < 200; round++) expect(await outline()).toBe(first);
  const stop = new AbortController();
  const loop = `for i in 1 2 3; do while :; do curl -s -o /dev/null ${url}; done & done; cat; kill 0`;
  const traffic = exec(['docker', 'exec', clientName(acquired.cluster), 'bash', '-c', loop], {
    signal: stop.signal,
    accept: 'any',
  });
  try {
    for (let round = 0; round < 20; round++) expect(await outline()).toBe(first);
  } finally {
    // Only the loop's own shell has this word in its command line.
    await exec(['docker', 'exec', clientName(acquired.cluster), 'pkill', '-f', 'while :; do curl'], {
      accept: 'any',
    });
    stop.abort();
    await traffic.catch(() => undefined /* being stopped is how it ends */);
  }
});

test('a capture leaves every ruleset as it was, also one that is killed with SIGKILL', async () => {
  const before = await rulesets();
  await capture();
  expect(await rulesets()).toEqual(before);

  const { name } = acquired.cluster;
  const target = `http://node/${nodeName(acquired.cluster, 'worker')}:30061/`;
  const script = join(projectRoot, 'scripts', 'trace.ts');
  const child = spawn(process.execPath, [script, '--cluster', name, '--timeout', '60', target], {
    stdio: 'ignore',
  });
  // Each place is cleaned by its own kernel, and not all of them at the same instant.
  const tables = async () => {
    const lists = containers().map((container) =>
      exec(['docker', 'exec', container, 'nft', 'list', 'tables']),
    );
    return (await Promise.all(lists)).map(({ stdout }) => stdout).join('\n');
  };
  const until = async (condition: (text: string) => boolean) => {
    // An agent whose client is killed while it starts may wait twice 30 s (await_marker and await_listening in agent.sh)
    // before it cleans up.
    for (const end = performance.now() + 90_000; !condition(await tables()); await setTimeout(50))
      if (performance.now() > end) throw new Error(`tables: ${await tables()}`);
  };
  await until((text) => text.includes('hop_'));
  child.kill('SIGKILL');
  await until((text) => !text.includes('hop_'));
  expect(await rulesets()).toEqual(before);
});
