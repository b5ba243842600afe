/** What the entry points of trace and predict share: errors become one sentence and an exit code. */
import { type ExitCode, exitCodes, MachineError, ReportedError } from '../../src/host/errors.ts';
import { CommandError } from '../../src/host/exec.ts';
import { PredictionError } from '../../src/trace/predict/errors.ts';

export async function exitWith(work: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    process.exitCode = codeOf(error);
    process.stderr.write(`${(error as Error).message}\n`);
    if (error instanceof MachineError) process.stderr.write(`What helps: ${error.remedy}\n`);
  }
}

/** What was asked for is not there: 2. A command failed on the way: this machine can't. The rest is a bug of ours. */
export function codeOf(error: unknown): ExitCode {
  if (error instanceof PredictionError) return exitCodes.usage;
  if (error instanceof ReportedError) return error.exitCode;
  if (error instanceof CommandError) return exitCodes.machine;
  throw error;
}
