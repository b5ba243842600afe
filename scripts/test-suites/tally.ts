/** What the suites came to: how many passed, and by its name what failed or was skipped. */
import type { TestModule } from 'vitest/node';

/** The parts of a module's report that are counted. */
export type Counted = Pick<TestModule, 'relativeModuleId' | 'state' | 'errors' | 'children'>;

export interface Tally {
  passed: number;
  /** Where, a line each. */
  readonly skipped: string[];
  /** Where it failed and with which message, a line each. */
  readonly failed: string[];
}

export const createTally = (): Tally => ({ passed: 0, skipped: [], failed: [] });

/**
 * Adds a module's tests. A module that does not load or never began has no tests, and the tests of a group whose
 * `beforeAll` throws are reported as skipped: both are failures.
 */
export function addModule(tally: Tally, module: Counted): void {
  const file = module.relativeModuleId;
  const state = module.state();
  if (state === 'queued' || state === 'pending') tally.failed.push(`${file}: it was not run to its end`);
  for (const error of module.errors()) tally.failed.push(line(file, error));
  for (const group of module.children.allSuites()) {
    for (const error of group.errors()) tally.failed.push(line(`${file} > ${group.fullName}`, error));
  }
  for (const test of module.children.allTests()) {
    const { state, errors } = test.result();
    if (state === 'passed') tally.passed += 1;
    else if (state === 'skipped') tally.skipped.push(`${file} > ${test.fullName}`);
    else tally.failed.push(line(`${file} > ${test.fullName}`, errors?.[0]));
  }
}

/** The last lines of a run: what it left out, what failed, said once more where a reader looks, and the numbers. */
export const formatTally = ({ passed, skipped, failed }: Tally): string =>
  [
    ...skipped.map((one) => `skipped: ${one}`),
    ...failed.map((one) => `failed: ${one}`),
    `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ].join('\n');

/** @param maySkip false under CI=true, where nobody reads what was left out. */
export const hasFailed = ({ skipped, failed }: Tally, maySkip: boolean): boolean =>
  failed.length > 0 || (!maySkip && skipped.length > 0);

const line = (where: string, error: { readonly message: string } | undefined): string =>
  `${where}: ${firstLines(error?.message ?? 'it did not end')}`;

/** Enough to know what it is about; the whole stands further up. */
function firstLines(message: string): string {
  const lines = message.split('\n').filter((one) => one.trim() !== '');
  return lines.length > shown ? `${lines.slice(0, shown).join('\n  ')}\n  …` : lines.join('\n  ');
}

const shown = 12;
