/** What may be shown, and what ends the build: on copies of a real lab, each with one thing changed. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { networkOf, onNetwork, readRecordedLab, withAddresses } from './lab.ts';

vi.setConfig({ testTimeout: 60_000 });

const project = join(import.meta.dirname, '..', '..', '..');
const id = '03-nodeport';
let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hop-lab-'));
  await cp(join(project, 'labs'), join(root, 'labs'), { recursive: true });
  for (const name of ['src', 'images', 'node_modules', 'package.json']) {
    await symlink(join(project, name), join(root, name));
  }
});
afterEach(() => rm(root, { recursive: true, force: true }));

const edit = async (file: string, replace: (text: string) => string) => {
  const path = join(root, 'labs', id, file);
  await writeFile(path, replace(await readFile(path, 'utf8')));
};

test('evidence that holds is shown, in the order of the matrix', async () => {
  const { cells } = await readRecordedLab(root, id, 'published');
  expect(cells.map(({ cell }) => cell)).toEqual(['iptables', 'nftables']);
});

test('a lab that changed since makes its evidence too old', async () => {
  await edit('manifests/cart.yaml', (text) => `${text}# changed\n`);
  await expect(readRecordedLab(root, id, 'published')).rejects.toThrow(/has changed since; record again/);
});

test('an address that was exchanged is found', async () => {
  await edit('evidence/iptables.json', (text) => {
    const { facts } = JSON.parse(text);
    const [one, other] = [facts.client.ip, facts.nodes.worker.ip];
    return text.replace(`src=${one} dst=${other}`, `src=${other} dst=${one}`);
  });
  await expect(readRecordedLab(root, id, 'published')).rejects.toThrow(/evidence\/iptables\.json/);
});

test('a check that is missing is found', async () => {
  await edit('evidence/nftables.json', (text) => {
    const evidence = JSON.parse(text);
    evidence.checks.pop();
    return JSON.stringify(evidence);
  });
  await expect(readRecordedLab(root, id, 'published')).rejects.toThrow(
    /the lab has it, the evidence does not/,
  );
});

test('a check that failed is not shown', async () => {
  await edit('evidence/iptables.json', (text) => text.replace('"verdict": "passed"', '"verdict": "failed"'));
  await expect(readRecordedLab(root, id, 'published')).rejects.toThrow(/failed/);
});

test('a mode that was not recorded is missing', async () => {
  await rm(join(root, 'labs', id, 'evidence/nftables.json'));
  await expect(readRecordedLab(root, id, 'published')).rejects.toThrow('has no recording of nftables;');
});

test('a draft shows nothing instead', async () => {
  await rm(join(root, 'labs', id, 'evidence'), { recursive: true });
  expect((await readRecordedLab(root, id, 'draft')).cells).toEqual([]);
});

test('a file that is no evidence is named', async () => {
  await edit('evidence/iptables.json', () => '{"schema": 1}');
  await expect(readRecordedLab(root, id, 'published')).rejects.toThrow(
    /labs\/03-nodeport\/evidence\/iptables\.json is no evidence: lab: expected string, there is nothing/,
  );
});

test('a page shows the addresses that pods got later, where they had none when the steps began', async () => {
  const [cell] = (await readRecordedLab(root, id, 'published')).cells;
  if (cell === undefined) throw new Error('no recording');
  const pods = cell.facts.pods.map((pod) => ({ ...pod, ip: '', node: '' }));
  const later = cell.steps.map((step, index) => (index === 1 ? { ...step, facts: cell.facts } : step));
  const before = { ...cell, facts: { ...cell.facts, pods } };
  expect(withAddresses({ ...before, steps: later }).facts).toEqual(cell.facts);
  expect(withAddresses({ ...before, steps: [] }).facts).toEqual(before.facts);
  expect(withAddresses(cell)).toBe(cell);
});

test('a page shows the recordings of one pod network, the first of the lab without a name', async () => {
  const { lab, cells } = await readRecordedLab(root, id, 'published');
  const matrix = { ...lab.matrix, podNetwork: ['kindnet' as const, 'flannel-vxlan' as const] };
  const other = cells.map((one) => ({ ...one, cell: `flannel-vxlan-${one.cell}` }));
  const recorded = { lab: { ...lab, matrix }, cells: [...cells, ...other] };
  const ids = (network?: string) => onNetwork(recorded, network).cells.map(({ cell }) => cell);
  expect(ids()).toEqual(['iptables', 'nftables']);
  expect(ids('flannel-vxlan')).toEqual(['flannel-vxlan-iptables', 'flannel-vxlan-nftables']);
  expect(recorded.cells.map(networkOf)).toEqual(['kindnet', 'kindnet', 'flannel-vxlan', 'flannel-vxlan']);
  expect(() => ids('bgp')).toThrow(
    `${id} does not run on the pod network "bgp"; it runs on kindnet, flannel-vxlan`,
  );
});
