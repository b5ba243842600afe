import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Kept } from '../../src/cluster/kept.ts';
import { loadLab } from '../../src/lab/load.ts';
import { parseArguments } from '../cli/parse.ts';
import { chooseFault } from './choose-fault.ts';
import type { CommandContext } from './context.ts';
import { afterFix, breakLab } from './drill.ts';

const kept = { lab: '03-nodeport', fault: 'first-refusal', hintsShown: 2 } as unknown as Kept;
const projectRoot = join(import.meta.dirname, '..', '..');

test('a fault that is repaired is forgotten, with its hints', () => {
  expect(afterFix(kept, true)).toEqual({ lab: '03-nodeport', hintsShown: 0 });
});

test('while it is not, the fault stays known: fix can be tried again', () => {
  expect(afterFix(kept, false)).toEqual(kept);
});

test.each([
  [
    ['05-cross-node', 'ready-and-silent'],
    'the fault ready-and-silent is for another cluster than one with kindnet in iptables mode; add `-- --network flannel-vxlan`',
  ],
  [
    ['05-cross-node', 'near-yes-far-on'],
    'lab 05-cross-node has no fault "near-yes-far-on"; did you mean near-yes-far-no?',
  ],
])('break %s says so before a cluster is made', async ([lab = '', fault], message) => {
  const state = await mkdtemp(join(tmpdir(), 'hop-drill-'));
  const invocation = parseArguments(['break', lab, fault ?? ''], {});
  if (!('options' in invocation)) throw new Error('no command');
  // Nothing that could make a cluster is there.
  const hosts = { host: { paths: { state } } };
  const context = { hosts, options: invocation.options, projectRoot } as unknown as CommandContext;
  try {
    await expect(breakLab(context, lab, fault)).rejects.toThrow(message);
  } finally {
    await rm(state, { recursive: true });
  }
});

test('a fault is looked for among those of the cluster that is there', async () => {
  const lab = await loadLab(projectRoot, '05-cross-node');
  const fault = chooseFault(
    lab,
    { proxyMode: 'iptables', podNetwork: 'flannel-vxlan' },
    'large-answers-hang',
  );
  expect(fault.when).toEqual({ podNetwork: 'flannel-vxlan' });
});
