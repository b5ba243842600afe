/** The one boundary through which this project starts other programs. */
import type { Readable } from 'node:stream';
import { execa } from 'execa';

export type Argv = readonly [command: string, ...args: string[]];

export interface ExecOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text or a stream for standard input; without it standard input is closed. */
  readonly input?: string | Uint8Array | Readable;
  /** Read standard input from this file. */
  readonly inputFile?: string;
  /** Write standard output to this file instead of returning it. */
  readonly outputFile?: string;
  /** Milliseconds; default 120,000. A program that has not ended by then is an error, whatever it exits with. */
  readonly timeoutMs?: number;
  /** Stops this command only; the signal given to {@link createExec} stops it as well. */
  readonly signal?: AbortSignal;
  /** Exit codes that are not an error; default `[0]`. `'any'` returns whatever came. */
  readonly accept?: readonly number[] | 'any';
  /** Called for each line of standard output and standard error as it arrives. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

export interface ExecResult {
  readonly argv: Argv;
  readonly exitCode: number;
  /** Without the final newline. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Runs one program with an argv array, never through a shell. */
export type Exec = (argv: Argv, options?: ExecOptions) => Promise<ExecResult>;

export type CommandOutcome = 'exited' | 'timed out' | 'cancelled' | 'not found' | 'killed';

/** A program that could not be run, or ended with an exit code that was not accepted. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly argv: Argv;
  readonly outcome: CommandOutcome;
  /** `undefined` when the program never ran or was killed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(failure: {
    argv: Argv;
    outcome: CommandOutcome;
    exitCode: number | undefined;
    stdout: string;
    stderr: string;
    timeoutMs: number;
  }) {
    super(describeFailure(failure));
    this.argv = failure.argv;
    this.outcome = failure.outcome;
    this.exitCode = failure.exitCode;
    this.stdout = failure.stdout;
    this.stderr = failure.stderr;
  }
}

const defaultTimeoutMs = 120_000;
/** Lines of standard error that an error message carries. */
const stderrTail = 8;

function describeFailure(failure: {
  argv: Argv;
  outcome: CommandOutcome;
  exitCode: number | undefined;
  stderr: string;
  timeoutMs: number;
}): string {
  const command = formatCommand(failure.argv);
  const what = {
    exited: `exited with ${failure.exitCode}`,
    'timed out': `did not end within ${failure.timeoutMs / 1000} s`,
    cancelled: 'was stopped',
    'not found': 'was not found on this machine',
    killed: 'was killed',
  }[failure.outcome];
  const tail = failure.stderr.split('\n').filter(Boolean).slice(-stderrTail).join('\n  ');
  return tail === '' ? `\`${command}\` ${what}` : `\`${command}\` ${what}:\n  ${tail}`;
}

/** The command as a person would type it in a POSIX shell. */
export function formatCommand(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** When a command started and ended, for whoever keeps account of the time (see `npm run bench`). */
export interface CommandSpan {
  readonly argv: Argv;
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * Children get a process group of their own, so that Ctrl-C on the terminal reaches us and not them, and so
 * that a cancelled command takes its own children with it.
 */
export function createExec(context: {
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly observe?: (span: CommandSpan) => void;
}): Exec {
  return async (argv, options = {}) => {
    const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    const signal = options.signal ? AbortSignal.any([context.signal, options.signal]) : context.signal;
    const [file, ...args] = argv;
    const startedAt = performance.now();
    const child = execa(file, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...context.env, ...options.env },
      ...(options.input !== undefined
        ? { input: options.input }
        : options.inputFile !== undefined
          ? { inputFile: options.inputFile }
          : { stdin: 'ignore' as const }),
      ...(options.outputFile === undefined ? {} : { stdout: { file: options.outputFile } }),
      timeout: timeoutMs,
      cancelSignal: signal,
      killDescendants: true,
      forceKillAfterDelay: 5_000,
      reject: false,
      maxBuffer: 512 * 1024 * 1024,
    });
    const { onLine } = options;
    const lines = onLine
      ? Promise.all(
          (['stdout', 'stderr'] as const).map(async (from) => {
            if (from === 'stdout' && options.outputFile !== undefined) return;
            for await (const line of child.iterable({ from })) onLine(String(line), from);
          }),
        )
      : Promise.resolve();
    const [result] = await Promise.all([child, lines.catch(() => undefined /* the result has the error */)]);
    const endedAt = performance.now();
    context.observe?.({ argv, startedAt, endedAt });

    const stdout = typeof result.stdout === 'string' ? result.stdout : '';
    const stderr = typeof result.stderr === 'string' ? result.stderr : '';
    const accept = options.accept ?? [0];
    // Many programs exit in good order when they are told to end: that is no answer.
    if (
      !result.timedOut &&
      result.exitCode !== undefined &&
      (accept === 'any' || accept.includes(result.exitCode))
    ) {
      return { argv, exitCode: result.exitCode, stdout, stderr, durationMs: endedAt - startedAt };
    }
    const outcome: CommandOutcome = result.timedOut
      ? 'timed out'
      : result.isCanceled
        ? 'cancelled'
        : result.code === 'ENOENT'
          ? 'not found'
          : result.exitCode === undefined
            ? 'killed'
            : 'exited';
    throw new CommandError({ argv, outcome, exitCode: result.exitCode, stdout, stderr, timeoutMs });
  };
}
