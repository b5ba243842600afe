/** What a person is told when a command of ours broke off: the reason behind the error. */
import { explainDocker } from './docker-problems.ts';
import { CleanupError, MachineError, ReportedError } from './errors.ts';
import { CommandError } from './exec.ts';
import { fullDisk } from './full-disk.ts';

/**
 * After Ctrl-C whatever broke is a consequence of it; only what could not be removed is still worth telling. A docker
 * command that finds no engine speaks of this machine, not of what it was to do.
 */
export function causeOf(signal: AbortSignal, error: unknown): unknown {
  const isStopped = signal.aborted && signal.reason instanceof ReportedError;
  if (isStopped && !(error instanceof CleanupError)) return signal.reason;
  if (!(error instanceof CommandError) || error.argv[0] !== 'docker') return fullDisk(error);
  if (error.outcome === 'not found')
    return new MachineError('there is no docker command', 'npm run lab doctor', { cause: error });
  const said = noEngine(error);
  const remedy = remedyIn(error);
  if (said === undefined || remedy === undefined) return error;
  return new MachineError(`Docker can't be used: ${said.trim()}`, remedy, { cause: error });
}

/** The line in which the docker command says that it has no engine. */
const noEngine = ({ stderr }: CommandError) =>
  stderr.split('\n').find((line) => explainDocker(line) !== undefined);

const remedyIn = (error: CommandError) => explainDocker(noEngine(error) ?? '')?.remedy;

/**
 * Removes something. A command that fails in it leaves that thing behind, which is to be told also after a Ctrl-C.
 *
 * @param what names it for the person
 * @throws CleanupError
 */
export async function removing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    const remedy = remedyIn(error);
    throw new CleanupError(`${what} could not be removed. ${error.message}`, [what], {
      cause: error,
      ...(remedy === undefined ? {} : { remedy: `${remedy}; then \`npm run lab gc\`` }),
    });
  }
}

/**
 * Cleans up after `failure` and throws it. Where that fails as well, what is left decides the exit code, and both are told.
 *
 * @param signal of the host that does the work: after Ctrl-C the failure is told as that
 */
export async function cleanUpAfter(
  failure: unknown,
  signal: AbortSignal,
  cleanUp: () => Promise<void>,
): Promise<never> {
  try {
    await cleanUp();
  } catch (error) {
    // By a Ctrl-C: then the failure is told as that.
    if (error instanceof CommandError && error.outcome === 'cancelled') throw failure;
    const said = messageOf(causeOf(signal, failure));
    if (error instanceof CleanupError) {
      const { left, remedy } = error;
      throw new CleanupError(`${said}\n${error.message}`, left, { cause: failure, remedy });
    }
    const message = `${said}\ncleaning up after it broke off: ${messageOf(fullDisk(error))}`;
    throw new CleanupError(message, [], { cause: new AggregateError([failure, error]) });
  }
  throw failure;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
