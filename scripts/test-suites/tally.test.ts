import { expect, test } from 'vitest';
import { addModule, type Counted, createTally, formatTally } from './tally.ts';

const reported = (parts: {
  readonly errors?: readonly string[];
  readonly groups?: readonly { readonly fullName: string; readonly errors: readonly string[] }[];
  readonly tests?: readonly { readonly fullName: string; readonly state: string; readonly error?: string }[];
}) =>
  ({
    relativeModuleId: 'a.test.ts',
    errors: () => (parts.errors ?? []).map((message) => ({ message })),
    children: {
      allSuites: () =>
        (parts.groups ?? []).map(({ fullName, errors }) => ({
          fullName,
          errors: () => errors.map((message) => ({ message })),
        })),
      allTests: () =>
        (parts.tests ?? []).map(({ fullName, state, error }) => ({
          fullName,
          result: () => ({ state, errors: error === undefined ? undefined : [{ message: error }] }),
        })),
    },
  }) as unknown as Counted;

const summed = (...parts: Parameters<typeof reported>) => {
  const tally = createTally();
  addModule(tally, reported(...parts));
  return formatTally(tally);
};

test('a failed test is named after everything else, with what it said', () => {
  expect(
    summed({
      tests: [
        { fullName: 'one', state: 'passed' },
        { fullName: 'two', state: 'failed', error: 'expected 1 to be 2\n\nat line 3' },
        { fullName: 'three', state: 'skipped' },
      ],
    }),
  ).toBe('failed: a.test.ts > two: expected 1 to be 2\n  at line 3\n1 passed, 1 failed, 1 skipped');
});

test('a group that could not be prepared is a failure, though its tests are reported as skipped', () => {
  expect(
    summed({
      groups: [{ fullName: 'on a cluster', errors: ['no cluster'] }],
      tests: [{ fullName: 'on a cluster > answers', state: 'skipped' }],
    }),
  ).toBe('failed: a.test.ts > on a cluster: no cluster\n0 passed, 1 failed, 1 skipped');
});

test('a module that does not load is a failure', () => {
  expect(summed({ errors: ['cannot find x'] })).toBe(
    'failed: a.test.ts: cannot find x\n0 passed, 1 failed, 0 skipped',
  );
});
