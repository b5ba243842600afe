/** The exit code of a run of several labs: what a person must act on first. */
import { beforeEach, expect, test, vi } from 'vitest';
import {
  CleanupError,
  type ExitCode,
  InterruptedError,
  MachineError,
  ProvisioningError,
} from '../../host/errors.ts';
import { fakeHost } from '../../host/fakes.ts';
import type { LabEvent } from '../events.ts';
import type { Lab } from '../schema/lab.ts';
import type { Cell } from './cells.ts';
import { runGroup } from './group.ts';
import { requireKernel } from './kernel-needs.ts';
import type { LabResult } from './lab.ts';
import { prepareMachine } from './machine.ts';
import { runLabs } from './run.ts';

vi.mock('./group.ts');
vi.mock('./kernel-needs.ts');
vi.mock('./machine.ts');
vi.mock('../../host/setup/undo.ts', () => ({ engineNote: async () => undefined }));
beforeEach(() => void vi.resetAllMocks());

/** One lab a group: each on a network of its own. */
const cell = (id: string): Cell => ({
  lab: { id, shape: 'three-nodes', images: [] } as unknown as Lab,
  id: 'flannel-vxlan-iptables',
  proxyMode: 'iptables',
  podNetwork: 'flannel-vxlan',
});

/** What happens to each group: labs that end with these codes, then an error if there is one. */
type Group = readonly (ExitCode | Error)[];

async function runWith(...groups: Group[]) {
  await using fake = await fakeHost();
  const stop = new AbortController();
  const host = { ...fake.host, signal: stop.signal };
  let next = 0;
  vi.mocked(runGroup).mockImplementation(async ({ onLab }) => {
    for (const outcome of groups[next++] ?? []) {
      if (outcome instanceof InterruptedError) stop.abort(outcome);
      if (outcome instanceof Error) throw outcome;
      onLab({
        totals: { passed: 2, failed: outcome === 0 ? 0 : 1, skipped: 0 },
        exitCode: outcome,
      } as LabResult);
    }
  });
  const events: LabEvent[] = [];
  const request = {
    cells: groups.map((_, index) => cell(`0${index}-lab`)),
    faults: () => [],
    keep: 'never',
    reuse: false,
    tidy: 'shared',
    until: undefined,
    consent: async () => false,
  } as const;
  const code = await runLabs({ host, cleanup: fake.host }, request, (event) => events.push(event));
  const end = events.at(-1);
  if (end?.type !== 'run-end') throw new Error('the run has not ended');
  expect(end.exitCode).toBe(code);
  return { code, end };
}

const provisioning = new ProvisioningError('no cluster');
const machine = new MachineError('no Docker', 'install it');
const cleanup = new CleanupError('not all is gone', ['cluster hop-3n-1a2b']);

test.each<[string, ExitCode, Group[]]>([
  ['all labs passed', 0, [[0], [0, 0]]],
  ['one of them failed, and later ones passed', 1, [[0], [1], [0]]],
  ['a cluster could not be had', 4, [[0], [provisioning]]],
  ['a check failed before a cluster could not be had', 4, [[1], [provisioning]]],
  ['this machine can’t', 3, [[1, machine]]],
  ['something of it stayed', 5, [[1], [0, cleanup]]],
  ['Ctrl-C stopped it, after a failure', 130, [[1, new InterruptedError('SIGINT')]]],
  ['SIGTERM stopped it', 143, [[0, new InterruptedError('SIGTERM')]]],
  ['it failed in a way that nobody has thought of', 4, [[0, new TypeError('x is undefined')]]],
])('a run of which %s: exit %i', async (_, code, groups) => {
  expect((await runWith(...groups)).code).toBe(code);
});

test('after an error no further lab is run, and the totals are those of the labs that ended', async () => {
  const { end } = await runWith([0, 1], [provisioning], [0]);
  expect(end).toMatchObject({ totals: { passed: 4, failed: 1, skipped: 0 }, error: 'no cluster' });
  expect(runGroup).toHaveBeenCalledTimes(2);
});

test('an error says what helps, and what is left', async () => {
  expect((await runWith([machine])).end.error).toBe('no Docker\nWhat helps: install it');
  expect((await runWith([cleanup])).end.error).toBe(
    'not all is gone. Left: cluster hop-3n-1a2b.\nWhat helps: `npm run lab gc` tries again',
  );
});

test.each([
  ['a kernel that lacks what a lab needs', () => vi.mocked(requireKernel).mockRejectedValue(machine)],
  ['a machine that can’t be set up', () => vi.mocked(prepareMachine).mockRejectedValue(machine)],
])('%s ends the run before a cluster is made', async (_, fail) => {
  fail();
  expect((await runWith([0])).code).toBe(3);
  expect(runGroup).not.toHaveBeenCalled();
});
