/** A fault that does not prove itself fails, and says in which way. */
import { expect, test, vi } from 'vitest';
import type { TracedProbe } from '../../cluster/trace-probe.ts';
import type { Exec } from '../../host/exec.ts';
import type { Fault } from '../schema/fault.ts';
import type { Lab } from '../schema/lab.ts';
import { fakeCluster, fakeKept } from './fake-cluster.ts';
import { proveFault } from './faults.ts';
import { sampleFault } from './sample-fault.ts';
import { newSession } from './session.ts';
import { traceFrom } from './trace.ts';

vi.mock('./trace.ts', async (original) => ({
  ...(await original<typeof import('./trace.ts')>()),
  traceFrom: vi.fn(),
}));

const there = 'forward.pod.input.delivered';
const fault = sampleFault({
  inject: [],
  until: [],
  endsAt: there,
  undo: [],
  repaired: [],
});

/** What the client gets before the fault, with it, and after it; 0: nothing. The trace is a fourth request. */
interface Run {
  readonly statuses: readonly [before: number, broken: number, after: number];
  readonly traced?: number;
  readonly end?: string;
  readonly divergence?: string;
  readonly lost?: boolean;
  readonly expected?: unknown;
}

const result = (status: number) => ({
  exit: status === 0 ? 7 : 0,
  ...(status === 0 ? {} : { status }),
  lines: [],
});

function traceOf({ statuses, traced = statuses[1], end = there, divergence, lost }: Run): TracedProbe {
  return {
    predicted: [],
    observed: [{ hops: [{ id: end }] }, { hops: [] }],
    comparison:
      divergence === undefined
        ? { verdict: 'equal' }
        : { verdict: 'diverged', divergence: { hop: divergence, sentence: 'it did not' } },
    problems: lost
      ? [{ kind: 'lost-events', harm: 'incomplete', place: 'worker', text: 'lost', lines: [] }]
      : [],
    captures: [{ probe: { result: result(traced) } }],
  } as unknown as TracedProbe;
}

async function prove(run: Run) {
  const answers = [...run.statuses];
  const { signal } = new AbortController();
  const inner = fakeCluster('shop').exec(signal);
  const exec: Exec = async (argv, options) => {
    if (!argv.includes('curl')) return inner(argv, options);
    const { exit, status = 0 } = result(answers.shift() ?? 0);
    const stdout = `\n${String(status).padStart(3, '0')} 1.1.1.1:1 -> 2.2.2.2:2 (new connections: 1)\n`;
    return { argv, exitCode: exit, stdout, stderr: '', durationMs: 0 };
  };
  vi.mocked(traceFrom).mockResolvedValue(traceOf(run));
  const paths = { state: '/state', cache: '/cache', project: '/project' };
  const host = { exec, paths, notify: () => {}, signal, env: {}, childEnv: {} };
  const lab = { id: '42-demo', namespace: 'shop' } as unknown as Lab;
  const at = { lab: '42-demo', cell: 'iptables' };
  const session = newSession({ host, cluster: fakeKept.cluster, lab, at, report: () => {} });
  const { symptom } = fault;
  const judged = { ...fault, symptom: { ...symptom, expect: { equals: run.expected ?? 404 } } } as Fault;
  return proveFault(session, judged);
}

test.each<[string, Run]>([
  ['ends where the fault says', { statuses: [200, 404, 200] }],
  ['diverges where the fault says', { statuses: [200, 404, 200], end: 'forward.x', divergence: there }],
])('a fault whose trace %s passes', async (_, run) => {
  expect(await prove(run)).toEqual({
    id: 'not-found',
    verdict: 'passed',
    baseline: { exit: 0, status: 200, error: '' },
    symptom: { exit: 0, status: 404, error: '' },
    repaired: { exit: 0, status: 200, error: '' },
  });
});

test.each<[reason: string, Run]>([
  ['the probe was not answered before the fault was there', { statuses: [0, 404, 200] }],
  [
    'the symptom did not show: expected steps.symptom.value.status to be 404, saw 200',
    { statuses: [200, 200, 200] },
  ],
  ['the symptom is the same as the baseline', { statuses: [404, 404, 200] }],
  ['the probe was not answered after the undo', { statuses: [200, 404, 0] }],
  ['the symptom still showed after the undo', { statuses: [200, 404, 404] }],
  [
    'its trace ends at forward.x, not at forward.pod.input.delivered',
    { statuses: [200, 404, 200], end: 'forward.x' },
  ],
  [
    'its trace is not that of the symptom: the client got exit 0, HTTP status 200, and before it exit 0, HTTP status 404',
    { statuses: [200, 404, 200], traced: 200 },
  ],
  [
    'its trace proves nothing: nothing can be concluded from its capture, which is not whole: lost',
    { statuses: [200, 404, 200], lost: true },
  ],
])('a fault fails, and says: %s', async (reason, run) => {
  expect(await prove(run)).toMatchObject({ verdict: 'failed', reason });
});

test('one whose symptom is a refusal needs a trace that was refused', async () => {
  const refused: Run = { statuses: [200, 0, 200], expected: 0 };
  expect(await prove(refused)).toMatchObject({ verdict: 'passed' });
  expect(await prove({ ...refused, traced: 200 })).toMatchObject({
    reason: expect.stringContaining('the client got exit 0, HTTP status 200, and before it exit 7'),
  });
});
