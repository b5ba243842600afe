import { expect, test } from 'vitest';
import { causeOf } from './cause.ts';
import { CleanupError, InterruptedError, MachineError } from './errors.ts';
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
