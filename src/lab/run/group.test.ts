/** Which labs are asked whether they left their cluster as they found it, and what becomes of one that did not. */
import { beforeEach, expect, test, vi } from 'vitest';
import { fencedPackets } from '../../cluster/fence.ts';
import { CleanupError, ProvisioningError } from '../../host/errors.ts';
import { fakeHost } from '../../host/fakes.ts';
import type { Lab } from '../schema/lab.ts';
import { acquireCluster } from './acquire.ts';
import type { Cell } from './cells.ts';
import { fakeKept } from './fake-cluster.ts';
import { runGroup } from './group.ts';
import { runLab } from './lab.ts';
import { LeftoverError, leaveCluster, lookBefore } from './leave.ts';
import type { RunRequest } from './run.ts';

vi.mock('./acquire.ts');
vi.mock('./lab.ts');
vi.mock('./leave.ts', async (original) => ({
  ...(await original<typeof import('./leave.ts')>()),
  leaveCluster: vi.fn(),
  lookBefore: vi.fn(),
}));
vi.mock('../../cluster/fence.ts', () => ({ fencedPackets: vi.fn() }));
vi.mock('../../cluster/versions.ts', () => ({ readVersions: async () => ({}) }));

const order: string[] = [];
beforeEach(() => {
  vi.resetAllMocks();
  order.length = 0;
  vi.mocked(fencedPackets).mockResolvedValue(0);
  vi.mocked(acquireCluster).mockResolvedValue({
    cluster: fakeKept.cluster,
    reused: false,
    lab: undefined,
    release: async (outcome) => void order.push(outcome),
  });
  vi.mocked(lookBefore).mockImplementation(async () => {
    order.push('look');
    return {} as never;
  });
  vi.mocked(leaveCluster).mockImplementation(async () => void order.push('compare'));
  // As the real one: what `leave` throws is the lab's error.
  vi.mocked(runLab).mockImplementation(async ({ lab }, { leave }) => {
    order.push(lab.id);
    const error = await leave?.({} as never, 'passed').then(
      () => undefined,
      ({ message }: Error) => message,
    );
    const totals = { passed: 1, failed: 0, skipped: 0 };
    return {
      session: {} as never,
      totals,
      exitCode: error === undefined ? 0 : 1,
      error,
      stoppedEarly: false,
    };
  });
});

const cell = (id: string): Cell =>
  ({ lab: { id } as unknown as Lab, id: 'iptables', proxyMode: 'iptables', podNetwork: 'kindnet' }) as Cell;

async function run(tidy: RunRequest['tidy'], podNetwork: 'kindnet' | 'flannel-vxlan', ...ids: string[]) {
  await using fake = await fakeHost();
  const cells = ids.map(cell);
  const request: RunRequest = {
    cells,
    faults: () => [],
    keep: 'never',
    reuse: false,
    tidy,
    until: undefined,
    consent: async () => false,
    onResult: async () => void order.push('recorded'),
  };
  await runGroup(
    {
      hosts: { host: fake.host, cleanup: fake.host },
      machine: { tools: { kind: 'kind' }, nodeImage: async () => ({}) } as never,
      group: { shape: fakeKept.cluster.shape, proxyMode: 'iptables', podNetwork, cells, images: [] },
      request,
      report: () => {},
      onLab: () => {},
    },
    { stays: [], fenced: 0 },
  );
  return order;
}

test('one lab whose cluster goes with it is not asked', async () => {
  expect(await run('shared', 'kindnet', 'a')).toEqual(['a', 'recorded', 'remove']);
});

test('labs that share a cluster are', async () => {
  expect(await run('shared', 'kindnet', 'a', 'b')).toEqual([
    ...['look', 'a', 'compare', 'recorded'],
    ...['b', 'compare', 'recorded', 'remove'],
  ]);
});

test('one lab is asked before it is recorded', async () => {
  expect(await run('always', 'kindnet', 'a')).toEqual(['look', 'a', 'compare', 'recorded', 'remove']);
});

test('and is not recorded when it has left something', async () => {
  vi.mocked(leaveCluster).mockRejectedValue(new LeftoverError('a route'));
  expect(await run('always', 'kindnet', 'a')).toEqual(['look', 'a', 'remove']);
});

test('a lab that makes the network itself finds no cluster that has come to rest, so it is not asked', async () => {
  expect(await run('always', 'flannel-vxlan', 'a')).toEqual(['a', 'recorded', 'remove']);
});

test('a fence that is gone is told also where the cluster could not be removed after it', async () => {
  vi.mocked(fencedPackets).mockRejectedValue(new ProvisioningError('the fence is gone'));
  vi.mocked(acquireCluster).mockResolvedValue({
    cluster: fakeKept.cluster,
    reused: false,
    lab: undefined,
    release: () => Promise.reject(new CleanupError('a node is left', ['hop-3n-1111-worker'])),
  });
  await expect(run('shared', 'kindnet', 'a')).rejects.toMatchObject({
    message: 'the fence is gone\na node is left',
    left: ['hop-3n-1111-worker'],
  });
});
