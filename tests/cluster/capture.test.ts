/** A capture never loses or invents a hop, and leaves every node as it was. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
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

/**
 * What a script prints in every network namespace that a capture can touch: of the nodes and the client, and of the pods,
 * which are under /run/netns of their node (as agent.sh finds them).
 */
async function inNamespaces(script: string): Promise<string[]> {
  const pods = `for pod in /run/netns/*; do echo "namespace $pod"; nsenter --net="$pod" bash -c '${script}'; done`;
  const all = `set -e; shopt -s nullglob; echo "namespace self"; ${script}; ${pods}`;
  const texts = await Promise.all(
    containers().map((name) => exec(['docker', 'exec', name, 'bash', '-c', all])),
  );
  return texts.map(({ stdout }) => stdout);
}

/** Rules, without counters, of every namespace that a capture touches on its way. */
async function rulesets(): Promise<string[]> {
  const texts = await inNamespaces('iptables-save; nft -a list ruleset 2>/dev/null');
  return texts.map((text) =>
    text.replace(/^#.*$/gm, '').replace(/\[\d+:\d+\]|counter packets \d+ bytes \d+/g, ''),
  );
}

/** Requests to the same Service, three at a time, until `stop`. They end with the standard input of their shell. */
function startTraffic() {
  const input = new PassThrough();
  const first = Promise.withResolvers<void>();
  let answered = 0;
  const ask = `curl -s -m 5 -o /dev/null -w '%{http_code}\\n' ${url}`;
  const loops = `for i in 1 2 3; do while :; do ${ask}; done & done; cat; kill 0`;
  const client = clientName(acquired.cluster);
  const ended = exec(['docker', 'exec', '--interactive', client, 'bash', '-c', loops], {
    input,
    timeoutMs: 600_000,
    // The shell ends itself with SIGTERM.
    accept: 'any',
    onLine: (line) => {
      if (line !== '200') return;
      answered += 1;
      first.resolve();
    },
  });
  ended.then(({ stderr }) => first.reject(new Error(`no request was answered: ${stderr}`)), first.reject);
  return {
    first: first.promise,
    answered: () => answered,
    stop: async () => {
      input.end();
      await ended;
    },
  };
}

test('200 captures in a row, and 20 more beside other traffic to the same Service, show the same hops', async () => {
  const first = await outline();
  expect(first.split('\n')).toHaveLength(13);
  for (let round = 1; round < 200; round++) expect(await outline()).toBe(first);
  const traffic = startTraffic();
  try {
    await traffic.first;
    for (let round = 0; round < 20; round++) {
      const before = traffic.answered();
      expect(await outline()).toBe(first);
      expect(traffic.answered(), 'requests answered during the capture').toBeGreaterThan(before);
    }
  } finally {
    await traffic.stop();
  }
});

test('a capture leaves every ruleset as it was, also one that is killed with SIGKILL', async () => {
  const before = await rulesets();
  // Pods' namespaces are looked at, too: `one` is on worker2.
  expect(before[2]).toMatch(/^namespace \/run\/netns\//m);
  await capture();
  expect(await rulesets()).toEqual(before);

  const { name } = acquired.cluster;
  const target = `http://node/${nodeName(acquired.cluster, 'worker')}:30061/`;
  const script = join(projectRoot, 'scripts', 'trace.ts');
  const child = spawn(process.execPath, [script, '--cluster', name, '--timeout', '60', target], {
    stdio: 'ignore',
  });
  // Each place is cleaned by its own kernel, and not all of them at the same instant.
  const tables = async () => (await inNamespaces('nft list tables')).join('\n');
  const until = async (condition: (text: string) => boolean) => {
    // An agent whose client is killed while it starts may wait twice 30 s (await_marker and await_listening in agent.sh)
    // before it cleans up.
    for (const end = performance.now() + 90_000; !condition(await tables()); await setTimeout(50))
      if (performance.now() > end) throw new Error(`tables: ${await tables()}`);
  };
  // In a pod's namespace as well as in a node's or the client's.
  await until((text) => /^namespace \/.*\n(?:table .*\n)*table .* hop_/m.test(text));
  child.kill('SIGKILL');
  await until((text) => !text.includes('hop_'));
  expect(await rulesets()).toEqual(before);
});
