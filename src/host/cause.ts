/** What a person is told when a command of ours broke off: the reason behind the error. */
import { explainDocker } from './docker-problems.ts';
import { CleanupError, MachineError, ReportedError } from './errors.ts';
import { CommandError } from './exec.ts';

/**
 * After Ctrl-C whatever broke is a consequence of it; only what could not be removed is still worth telling. A docker
 * command that finds no engine speaks of this machine, not of what it was to do.
 */
export function causeOf(signal: AbortSignal, error: unknown): unknown {
  const isStopped = signal.aborted && signal.reason instanceof ReportedError;
  if (isStopped && !(error instanceof CleanupError)) return signal.reason;
  if (!(error instanceof CommandError) || error.argv[0] !== 'docker') return error;
  if (error.outcome === 'not found')
    return new MachineError('there is no docker command', 'npm run lab doctor', { cause: error });
  const said = error.stderr.split('\n').find((line) => explainDocker(line) !== undefined);
  const remedy = explainDocker(said ?? '')?.remedy;
  if (said === undefined || remedy === undefined) return error;
  return new MachineError(`Docker can't be used: ${said.trim()}`, remedy, { cause: error });
}
