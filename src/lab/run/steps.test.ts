/** Steps that must not pass for what their tools did not see. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleCluster } from '../../cluster/sample.ts';
import type { TracedProbe } from '../../cluster/trace-probe.ts';
import { type FakeHost, fakeHost } from '../../host/fakes.ts';
import type { CaptureProblem } from '../../trace/observe/capture.ts';
import type { Lab } from '../schema/lab.ts';
import { type Step, stepSchema } from '../schema/step.ts';
import { newSession } from './session.ts';
import { runStep } from './steps.ts';
import { traceFrom } from './trace.ts';

vi.mock('./trace.ts', async (original) => ({
  ...(await original<typeof import('./trace.ts')>()),
  traceFrom: vi.fn(),
}));

let fake: FakeHost;
beforeAll(async () => {
  fake = await fakeHost();
});
afterAll(() => fake[Symbol.asyncDispose]());

const lab = { id: '42-demo', namespace: 'shop' } as unknown as Lab;
const session = () =>
  newSession({
    host: fake.host,
    cluster: sampleCluster,
    lab,
    at: { lab: lab.id, cell: 'iptables' },
    report: () => {},
  });

describe('a trace step', () => {
  const step = stepSchema.parse({ kind: 'trace', id: 'way', from: 'client', url: 'http://172.31.77.2/' });
  const traced = (...kinds: CaptureProblem['kind'][]) =>
    vi.mocked(traceFrom).mockResolvedValue({
      predicted: [],
      observed: [],
      comparison: { verdict: 'equal' },
      problems: kinds.map((kind) => ({
        kind,
        harm: 'incomplete',
        place: 'worker',
        text: `${kind}!`,
        lines: [],
      })),
      captures: [],
    } satisfies TracedProbe);

  test('whose capture is not whole fails, though what was seen is as predicted', async () => {
    traced('lost-events');
    const run = session();
    await expect(runStep(run, step)).rejects.toThrow(
      /^step way: `npm run trace .*lost-events!; run the lab again/,
    );
    expect(run.traces).toEqual({});
  });

  test('whose packet nobody has seen again tells that', async () => {
    traced('missing-end');
    const run = session();
    await runStep(run, step);
    expect(Object.keys(run.traces)).toEqual(['way', 'way-predicted']);
  });
});

describe('a capture step', () => {
  const capture = (...watches: { command: string; during?: string; ends?: 'by-itself' }[]): Step =>
    stepSchema.parse({
      kind: 'capture',
      id: 'seen',
      watches: watches.map(({ command, ends }, index) => ({
        id: `watch-${index}`,
        on: 'you',
        command: ['bash', '-c', command],
        listening: '^listening',
        ...(ends === undefined ? {} : { ends }),
      })),
      during: [
        { kind: 'run', id: 'meanwhile', on: 'you', command: watches[0]?.during?.split(' ') ?? ['true'] },
      ],
    });

  test('has what was printed until it was stopped', async () => {
    const run = session();
    await runStep(run, capture({ command: 'echo listening; exec sleep 60' }));
    expect(run.steps.at(-1)).toMatchObject({ id: 'seen', value: { 'watch-0': ['listening'] } });
  });

  test('whose watch ended before it was stopped fails', async () => {
    const run = session();
    const step = capture({ command: 'echo listening; echo no device >&2; exit 1', during: 'sleep 1' });
    await expect(runStep(run, step)).rejects.toThrow(
      /^step seen: `bash .*`: it ended by itself with exit code 1: no device/,
    );
  });

  test('whose watch was to end by itself, and failed, fails', async () => {
    const step = capture({ command: 'echo listening; exit 1', ends: 'by-itself' });
    await expect(runStep(session(), step)).rejects.toThrow(/it ended by itself with exit code 1$/);
  });

  test('that fails for a step inside fails with that', async () => {
    const step = capture({ command: 'echo listening; exit 1', during: 'false' });
    await expect(runStep(session(), step)).rejects.toThrow(/^step meanwhile: `false` exited with 1/);
  });
});
