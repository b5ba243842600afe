/** Work beside a container that is made for it and goes with it. */
import { cleanUpAfter, removing } from './cause.ts';
import { type Argv, CommandError } from './exec.ts';
import type { Host } from './host.ts';
import type { Journal } from './journal.ts';

/** By what it is made, and what removes it. */
export interface BesideHosts {
  readonly host: Pick<Host, 'signal'>;
  /** A host that the first Ctrl-C does not stop. */
  readonly cleanup: Pick<Host, 'exec'>;
  readonly journal: Journal;
}

/**
 * Starts a container of this name, calls `work`, and removes it. It is in the journal before it is made.
 *
 * Ctrl-C does not stop the command that starts it: Docker would go on with a container that nobody can see yet. Where
 * that command has not come back by itself, the entry stays in the journal, and `lab gc` looks for the container.
 */
export async function besideContainer<T>(
  { host, cleanup, journal }: BesideHosts,
  name: string,
  start: Argv,
  work: () => Promise<T>,
): Promise<T> {
  host.signal.throwIfAborted();
  const entry = await journal.record({ kind: 'container', name });
  let inDoubt = false;
  const remove = async () => {
    await removing(`container ${name}`, () => cleanup.exec(['docker', 'rm', '--force', '--volumes', name]));
    if (!inDoubt) await journal.forget(entry);
  };
  let result: T;
  try {
    await cleanup.exec(start).catch((error: unknown) => {
      inDoubt = error instanceof CommandError && ['timed out', 'killed'].includes(error.outcome);
      throw error;
    });
    host.signal.throwIfAborted();
    result = await work();
  } catch (error) {
    return cleanUpAfter(error, host.signal, remove);
  }
  await remove();
  return result;
}
