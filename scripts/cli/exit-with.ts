/** What the entry points share: errors become one sentence and an exit code. */
import { causeOf } from '../../src/host/cause.ts';
import {
  CleanupError,
  type ExitCode,
  exitCodes,
  MachineError,
  ReportedError,
} from '../../src/host/errors.ts';
import { CommandError } from '../../src/host/exec.ts';
import { PredictionError } from '../../src/trace/predict/errors.ts';

/** @param signal of the host that does the work: after Ctrl-C an error is told as that. */
export async function exitWith(
  work: () => Promise<ExitCode>,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  outliveReaders();
  try {
    // What could not be printed has set one already, and is no pass.
    process.exitCode = (await work()) || process.exitCode || exitCodes.passed;
  } catch (error) {
    tell(causeOf(signal, error));
  }
}

/** What `make` makes, before there is a signal for `exitWith`. Where that fails, the process ends here. */
export function madeOrExit<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    tell(error);
    return process.exit();
  }
}

function tell(cause: unknown): void {
  process.exitCode = codeOf(cause);
  process.stderr.write(`${(cause as Error).message}\n`);
  if (cause instanceof CleanupError && cause.left.length > 0)
    process.stderr.write(`Left: ${cause.left.join(', ')}\n`);
  if (cause instanceof MachineError || cause instanceof CleanupError)
    process.stderr.write(`What helps: ${cause.remedy}\n`);
}

/**
 * What was asked for is not there: 2. A command failed while a cluster was made or used: 4, and not 3, for which a remedy
 * is printed. The rest is a bug of ours.
 */
export function codeOf(error: unknown): ExitCode {
  if (error instanceof PredictionError) return exitCodes.usage;
  if (error instanceof ReportedError) return error.exitCode;
  if (error instanceof CommandError) return exitCodes.provisioning;
  throw error;
}

/**
 * Whoever read our output has gone, as with `| head` or a terminal that was closed, or the disk of the log is full. The
 * work goes on to its end: what it made is still removed.
 */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    let told = false;
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      const isReaderGone = code === 'EPIPE' || (code === 'EIO' && stream.isTTY);
      if (isReaderGone || told) return;
      told = true;
      process.exitCode ||= exitCodes.machine;
      if (stream === process.stdout)
        process.stderr.write(
          `what is printed can't be written any more, and the rest of it is lost: ${message}\n`,
        );
    });
  }
}
