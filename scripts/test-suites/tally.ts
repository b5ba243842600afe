/** What the suites came to: how many passed and were skipped, and each failure by its name. */
import type { TestModule } from 'vitest/node';

/** The parts of a module's report that are counted. */
export type Counted = Pick<TestModule, 'relativeModuleId' | 'errors' | 'children'>;

export interface Tally {
  passed: number;
  skipped: number;
  /** Where it failed and with which message, a line each. */
  readonly failed: string[];
}

export const createTally = (): Tally => ({ passed: 0, skipped: 0, failed: [] });

/**
 * Adds a module's tests. A module that does not load has no tests, and the tests of a group whose `beforeAll` throws are
 * reported as skipped: both are failures.
 */
export function addModule(tally: Tally, module: Counted): void {
  const file = module.relativeModuleId;
  for (const error of module.errors()) tally.failed.push(line(file, error));
  for (const group of module.children.allSuites()) {
    for (const error of group.errors()) tally.failed.push(line(`${file} > ${group.fullName}`, error));
  }
  for (const test of module.children.allTests()) {
    const { state, errors } = test.result();
    if (state === 'passed') tally.passed += 1;
    else if (state === 'skipped') tally.skipped += 1;
    else tally.failed.push(line(`${file} > ${test.fullName}`, errors?.[0]));
  }
}

/** The last lines of a run: what failed, said once more where a reader of a long log looks, and the numbers. */
export const formatTally = ({ passed, skipped, failed }: Tally): string =>
  [
    ...failed.map((one) => `failed: ${one}`),
    `${passed} passed, ${failed.length} failed, ${skipped} skipped`,
  ].join('\n');

const line = (where: string, error: { readonly message: string } | undefined): string =>
  `${where}: ${firstLines(error?.message ?? 'it did not end')}`;

/** Enough to know what it is about; the whole stands further up. */
function firstLines(message: string): string {
  const lines = message.split('\n').filter((one) => one.trim() !== '');
  return lines.length > shown ? `${lines.slice(0, shown).join('\n  ')}\n  …` : lines.join('\n  ');
}

const shown = 12;
