/** Counts what one run of vitest came to, also one that broke off before any test could say so. */
import type { Vitest } from 'vitest/node';
import { addModule, type Counted, type Tally } from './tally.ts';

/** The parts of vitest that are asked when its run has ended. */
export interface Ended {
  readonly state: {
    getTestModules(): readonly Counted[];
    getUnhandledErrors: Vitest['state']['getUnhandledErrors'];
  };
  readonly close: () => Promise<void>;
}

/**
 * vitest says by the exit code of this process that it could not start, or not close; the code of the whole is made of the
 * tally, and would hide it.
 */
export async function countRun(tally: Tally, suite: string, start: () => Promise<Ended>): Promise<void> {
  const fail = (why: string) => failSuite(tally, suite, why);
  const before = tally.failed.length;
  process.exitCode = undefined;
  const vitest = await start();
  const modules = vitest.state.getTestModules();
  for (const module of modules) addModule(tally, module);
  for (const error of vitest.state.getUnhandledErrors()) fail(`outside of any test: ${messageOf(error)}`);
  if (modules.length === 0) fail('it has no tests');
  await vitest.close();
  if (process.exitCode && tally.failed.length === before)
    fail(`vitest ended with exit code ${process.exitCode}, and no test says why; its own message is above`);
  process.exitCode = undefined;
}

/** Told at once, and once more at the end. */
export function failSuite(tally: Tally, suite: string, why: string): void {
  console.error(`suite ${suite}: FAILED, ${why}`);
  tally.failed.push(`suite ${suite}: ${why}`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
