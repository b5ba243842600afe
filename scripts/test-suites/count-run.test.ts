import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countRun, type Ended } from './count-run.ts';
import { type Counted, createTally } from './tally.ts';

const module = {
  relativeModuleId: 'a.test.ts',
  state: () => 'passed',
  errors: () => [],
  children: { allSuites: () => [], allTests: () => [] },
} as unknown as Counted;

const ended = (modules: readonly Counted[], errors: readonly Error[] = []): Ended => ({
  state: { getTestModules: () => modules, getUnhandledErrors: () => [...errors] },
  close: async () => undefined,
});

const before = process.exitCode;
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined));
afterEach(() => {
  process.exitCode = before;
  vi.restoreAllMocks();
});

async function failedAfter(run: Ended, exitCode?: number): Promise<readonly string[]> {
  const tally = createTally();
  await countRun(tally, 'unit', async () => {
    process.exitCode = exitCode;
    return run;
  });
  expect(process.exitCode).toBeUndefined();
  return tally.failed;
}

test('a run that ended well fails nothing, whatever a run before it said', async () => {
  process.exitCode = 1;
  expect(await failedAfter(ended([module]))).toEqual([]);
});

test('a run that broke off fails, though no test of it did', async () => {
  expect(await failedAfter(ended([module]), 1)).toEqual([
    'suite unit: vitest ended with exit code 1, and no test says why; its own message is above',
  ]);
});

test('what is named already is not told twice', async () => {
  expect(await failedAfter(ended([module], [new Error('lost')]), 1)).toEqual([
    'suite unit: outside of any test: lost',
  ]);
});

test('a suite without tests fails', async () => {
  expect(await failedAfter(ended([]))).toEqual(['suite unit: it has no tests']);
});
