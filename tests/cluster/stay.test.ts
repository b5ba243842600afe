/** A cluster that stays, as a learner uses it: up, check, break, hint, answer, fix, and down. Each test goes on from the former. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubectlArgv } from '../../src/cluster/cluster.ts';
import { createExec } from '../../src/host/exec.ts';
import { loadLab } from '../../src/lab/load.ts';
import { lab as start } from '../faults/lab-process.ts';
import { fence } from '../faults/machine-state.ts';
import { projectRoot } from './machine.ts';

const exec = createExec({ signal: new AbortController().signal });
const id = '03-nodeport';
const fault = (await loadLab(projectRoot, id)).faults.find((one) => one.id === 'first-refusal');

let home: string;
/** State of its own: no cluster that a person keeps on this machine is seen from here. */
const lab = (...args: string[]) => start(args, { XDG_STATE_HOME: home });
let cluster: { name: string; kubectl: string; kubeconfig: string };

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hop-stay-'));
});
afterAll(async () => {
  await lab('down', id);
  await rm(home, { recursive: true, force: true });
});

/** Ids of the checks with this verdict, from what `--reporter jsonl` printed. */
function checks(stdout: string, verdict: 'passed' | 'failed' | 'skipped'): string[] {
  const events = stdout.split('\n').filter((line) => line.startsWith('{'));
  return events
    .map((line) => JSON.parse(line) as { type: string; record?: { id: string; verdict: string } })
    .flatMap(({ type, record }) => (type === 'check' && record?.verdict === verdict ? [record.id] : []));
}

const selector = async () => {
  const argv = kubectlArgv(cluster, ['get', 'service', 'cart', '-o', 'jsonpath={.spec.selector.app}']);
  return (await exec(argv)).stdout;
};

async function passes(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await lab(...args, '--reporter', 'jsonl');
  expect(exitCode, `${stdout.slice(-2000)}${stderr}`).toBe(0);
  expect(checks(stdout, 'passed')).toContain('every-node-answers');
  return stdout;
}

test('up makes a cluster and says how to look into it', async () => {
  const { exitCode, stdout, stderr } = await lab('up', id);
  expect(exitCode, stderr).toBe(0);
  const name = /cluster (hop-\S+) is up/.exec(stdout)?.[1] ?? '';
  const file = join(home, 'hop-by-hop', 'clusters', name, 'cluster.json');
  ({ cluster } = JSON.parse(await readFile(file, 'utf8')));
  expect(stdout).toContain(`export KUBECONFIG=${cluster.kubeconfig}`);
});

test('up again takes the same cluster', async () => {
  expect((await lab('up', id)).exitCode).toBe(0);
  expect(await readdir(join(home, 'hop-by-hop', 'clusters'))).toEqual([cluster.name]);
});

test('check runs all steps of the lab on it, and passes', async () => {
  const { exitCode, stdout, stderr } = await lab('check', id, '--reporter', 'jsonl');
  expect(checks(stdout, 'failed'), stderr).toEqual([]);
  expect(checks(stdout, 'skipped')).toEqual([]);
  expect(exitCode).toBe(0);
});

test('check refuses to stop after a step that the lab does not have', async () => {
  const { exitCode, stderr } = await lab('check', id, '--until', 'ask-worker3');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('ask-worker2');
});

test('break tells the symptom, and neither where it is nor why', async () => {
  const { exitCode, stdout } = await lab('break', id, 'first-refusal');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(fault?.symptom.text);
  expect(stdout).not.toContain('kart');
  expect(await selector()).toBe('kart');
});

test('check fails at the check that sees the fault, and repairs nothing', async () => {
  const { exitCode, stdout } = await lab('check', id, '--reporter', 'jsonl');
  expect(exitCode).toBe(1);
  expect(checks(stdout, 'failed')).toContain('every-node-answers');
  expect(checks(stdout, 'skipped')).toContain('frozen-still-forwards');
  expect(stdout).toContain('npm run lab fix');
  expect(await selector()).toBe('kart');
});

test('a second fault is refused', async () => {
  expect((await lab('break', id, 'wrong-door')).exitCode).toBe(2);
});

test('hint shows one hint more each time, and answer the cause', async () => {
  const [first, second] = fault?.hints ?? [];
  const once = await lab('hint');
  expect(once.stdout).toContain(first);
  expect(once.stdout).not.toContain(second);
  expect((await lab('hint')).stdout).toContain(second);
  const { exitCode, stdout } = await lab('answer');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(fault?.answer);
});

test('fix undoes it, and the lab passes again', async () => {
  const { exitCode, stdout } = await lab('fix');
  expect(stdout).toContain('repaired: HTTP 200');
  expect(exitCode).toBe(0);
  await passes('check', id);
  expect((await lab('hint')).exitCode).toBe(2);
});

test('a run takes the cluster with --reuse and leaves its lab there', async () => {
  const stdout = await passes('run', id, '--reuse');
  expect(stdout).toContain(`cluster ${cluster.name} goes on`);
  expect(await readdir(join(home, 'hop-by-hop', 'clusters'))).toEqual([cluster.name]);
});

test('a check that stops early says that no run takes the cluster any more', async () => {
  const stdout = await passes('check', id, '--until', 'ask-worker2');
  expect(stdout).toContain(`no run takes it, and \`npm run lab down ${id}\` removes it`);
});

test('down removes the cluster, and nothing of it is left', async () => {
  const { exitCode, stdout } = await lab('down', id);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`removed cluster ${cluster.name}`);
  const looks = [
    ['docker', 'ps', '--all', '--format={{.Names}}'],
    ['docker', 'network', 'ls', '--format={{.Name}}'],
  ] as const;
  for (const argv of looks) expect((await exec(argv)).stdout).not.toContain(cluster.name);
  expect(await fence()).not.toContain(cluster.name);
  expect(await readdir(join(home, 'hop-by-hop'))).toEqual([]);
  expect((await lab('check', id)).exitCode).toBe(2);
});
