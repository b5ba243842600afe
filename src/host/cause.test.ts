import { describe, expect, test } from 'vitest';
import { causeOf, cleanUpAfter, removing } from './cause.ts';
import { CleanupError, exitCodes, InterruptedError, MachineError } from './errors.ts';
import { type Argv, CommandError, type CommandOutcome } from './exec.ts';

const running = new AbortController().signal;
const stopped = AbortSignal.abort(new InterruptedError('SIGINT'));
const failed = (argv: Argv, stderr: string, outcome: CommandOutcome = 'exited') =>
  new CommandError({ argv, outcome, exitCode: 1, stdout: '', stderr, timeoutMs: 1 });

test('after Ctrl-C a command that broke is told as the Ctrl-C; what could not be removed is told itself', () => {
  expect(causeOf(stopped, failed(['kind', 'create'], '', 'cancelled'))).toBe(stopped.reason);
  const left = new CleanupError('one container is left', ['hop-3n-1-client']);
  expect(causeOf(stopped, left)).toBe(left);
});

test.each([
  'Cannot connect to the Docker daemon at unix:///nonexistent. Is the docker daemon running?\nmore of it',
  "docker: failed to connect to the docker API at unix:///nonexistent; check if the path is correct and if the daemon is running: dial unix /nonexistent: connect: no such file or directory\n\nRun 'docker run --help' for more information",
])(
  'a docker command without an engine is about this machine, with its own first sentence and a remedy',
  (stderr) => {
    const cause = causeOf(running, failed(['docker', 'ps'], stderr));
    expect(cause).toBeInstanceOf(MachineError);
    expect((cause as MachineError).message).toBe(`Docker can't be used: ${stderr.split('\n')[0]}`);
    expect(causeOf(running, failed(['docker', 'ps'], '', 'not found'))).toBeInstanceOf(MachineError);
  },
);

test('every other error is its own cause', () => {
  for (const error of [failed(['docker', 'run'], 'no such image'), failed(['kind'], 'x'), new Error('bug')])
    expect(causeOf(running, error)).toBe(error);
});

/** What `work` throws. */
const thrown = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a removal of which a command failed', () => {
  const stuck = failed(['docker', 'network', 'rm', 'x'], 'network x has active endpoints');
  const removal = () => removing('cluster hop-3n-1111', () => Promise.reject(stuck));

  test('names what is left and what helps, also after Ctrl-C', async () => {
    const error = await thrown(removal());
    expect(error).toBeInstanceOf(CleanupError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^cluster hop-3n-1111 could not be removed.*active endpoints/s),
      left: ['cluster hop-3n-1111'],
      remedy: expect.stringContaining('npm run lab gc'),
    });
    expect(causeOf(stopped, error)).toBe(error);
  });

  test('says how to get the engine back where there is none', async () => {
    const noEngine = failed(['docker', 'ps'], 'Cannot connect to the Docker daemon at unix:///x.');
    expect(await thrown(removing('cluster hop-3n-1111', () => Promise.reject(noEngine)))).toMatchObject({
      exitCode: exitCodes.cleanupIncomplete,
      remedy: expect.stringMatching(/^start the Docker engine.*; then `npm run lab gc`$/),
    });
  });

  test('hides neither a Ctrl-C of its own nor a mistake of ours', async () => {
    for (const error of [failed(['docker', 'rm'], '', 'cancelled'), new Error('bug')])
      expect(await thrown(removing('x', () => Promise.reject(error)))).toBe(error);
  });

  test('does not hide the error after which it was needed', async () => {
    const first = new Error('kind has failed');
    const both = await thrown(cleanUpAfter(first, running, removal));
    expect(both).toMatchObject({
      exitCode: exitCodes.cleanupIncomplete,
      left: ['cluster hop-3n-1111'],
      message: expect.stringMatching(/^kind has failed\ncluster hop-3n-1111/),
    });
    expect(await thrown(cleanUpAfter(first, stopped, removal))).toMatchObject({
      message: expect.stringMatching(/^stopped by SIGINT\n/),
    });
    expect(await thrown(cleanUpAfter(first, running, async () => {}))).toBe(first);
    const denied = () => Promise.reject(Object.assign(new Error('EACCES: /state'), { code: 'EACCES' }));
    expect(await thrown(cleanUpAfter(first, running, denied))).toMatchObject({
      exitCode: exitCodes.cleanupIncomplete,
      left: [],
      message: 'kind has failed\ncleaning up after it broke off: EACCES: /state',
    });
    const cancelled = () => Promise.reject(failed(['docker', 'rm'], '', 'cancelled'));
    expect(await thrown(cleanUpAfter(first, running, cancelled))).toBe(first);
  });
});
