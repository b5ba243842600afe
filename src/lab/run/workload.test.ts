import { expect, test } from 'vitest';
import { ProvisioningError, UsageError } from '../../host/errors.ts';
import { ExpressionError } from '../expression.ts';
import type { Gate } from '../schema/gate.ts';
import type { Lab } from '../schema/lab.ts';
import { fakeCluster, fakeKept } from './fake-cluster.ts';
import { runLab } from './lab.ts';
import { openSession } from './session.ts';
import { applyWorkload, takeWorkload } from './workload.ts';

const check = {
  id: 'there-is-a-pod',
  claim: 'There is a pod.',
  value: '$count(pods)',
  expect: { equals: 1 },
  scope: 'always',
};
const steps = [
  { kind: 'say', id: 'first', say: 'First.', checks: [{ ...check, id: 'true', expect: { equals: 0 } }] },
  { kind: 'say', id: 'second', say: 'Second.', checks: [check] },
  { kind: 'say', id: 'third', say: 'Third.', checks: [{ ...check, id: 'later' }] },
];
const lab = {
  id: '42-demo',
  title: 'Demo',
  question: 'Is it there?',
  namespace: 'shop',
  manifests: ['shop.yaml'],
  readiness: [] as Gate[],
  steps,
  faults: [],
} as unknown as Lab;

function start(fake: ReturnType<typeof fakeCluster>, one: Lab = lab) {
  const { signal } = new AbortController();
  const paths = { state: '/state', cache: '/cache', project: '/project' };
  const host = { exec: fake.exec(signal), paths, notify: () => {}, signal, env: {}, childEnv: {} };
  return {
    host,
    cluster: fakeKept.cluster,
    lab: one,
    at: { lab: one.id, cell: 'iptables' },
    report: () => {},
  };
}

const changes = ({ commands }: ReturnType<typeof fakeCluster>) =>
  commands.filter((command) => /^(create|delete|apply|patch)/.test(command));
const applied = 'apply -f labs/42-demo/manifests/shop.yaml';

test('the namespace is made where it is not there', async () => {
  const fake = fakeCluster();
  await applyWorkload(await openSession(start(fake)));
  expect(changes(fake)).toEqual(['create namespace shop', applied]);
});

test('what is there is applied again', async () => {
  const fake = fakeCluster('shop');
  await applyWorkload(await openSession(start(fake)));
  expect(changes(fake)).toEqual([applied]);
});

test('a namespace that a stopped run was removing is awaited and made anew', async () => {
  const fake = fakeCluster('shop');
  fake.going.add('shop');
  await applyWorkload(await openSession(start(fake)));
  expect(changes(fake)).toEqual([
    expect.stringMatching(/^delete namespace shop .*--wait=true/),
    'create namespace shop',
    applied,
  ]);
});

test('with a fault in place nothing is applied, and the first check that fails ends the run', async () => {
  const fake = fakeCluster('shop');
  const { exitCode, session } = await runLab(start(fake), {
    faults: [],
    until: undefined,
    workload: 'broken',
  });
  expect(exitCode).toBe(1);
  expect(changes(fake)).toEqual([]);
  expect(session.checks.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual([
    'true passed',
    'there-is-a-pod failed',
    'later skipped',
  ]);
});

test('without one every check is judged', async () => {
  const { session } = await runLab(start(fakeCluster('shop')), {
    faults: [],
    until: undefined,
    workload: 'there',
  });
  expect(session.checks.map(({ verdict }) => verdict)).toEqual(['passed', 'failed', 'failed']);
});

test('a gate that a fault keeps shut is not told: it would say where to look', async () => {
  const gate = {
    kind: 'pods',
    id: 'pod',
    claim: 'The pod runs.',
    selector: 'app=cart',
    ready: 1,
    timeoutS: 1,
  };
  const shut = { ...lab, readiness: [gate as Gate] };
  const fake = fakeCluster('shop');
  const told: string[] = [];
  const { totals } = await runLab(
    { ...start(fake, shut), report: (event) => told.push(event.type) },
    { faults: [], until: undefined, workload: 'broken' },
  );
  expect(told).not.toContain('gate');
  expect(totals).toEqual({ passed: 1, failed: 1, skipped: 1 });
});

test.each([
  ['an image that can’t be had', new ProvisioningError('pod cart can’t start: its image can’t be had')],
  ['a pod that is gone', new UsageError('there is no pod "cart"')],
  ['a fact that is not there', new ExpressionError('pods[0] is not there')],
])('%s that a gate stumbles on is left to the checks, too', async (_, error) => {
  const gate = { kind: 'pods', id: 'pod', claim: 'It runs.', selector: 'app=cart', ready: 1, timeoutS: 1 };
  const fake = fakeCluster('shop');
  fake.before = (command) => {
    if (command.includes('--selector=app=cart')) throw error;
  };
  const session = await openSession(start(fake, { ...lab, readiness: [gate as Gate] }));
  await takeWorkload(session);
  const stopped = { ...session, host: { ...session.host, signal: AbortSignal.abort() } };
  await expect(takeWorkload(stopped)).rejects.toThrow(error);
});
