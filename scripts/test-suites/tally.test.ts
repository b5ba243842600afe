import { expect, test } from 'vitest';
import { addModule, type Counted, createTally, formatTally, hasFailed } from './tally.ts';

const reported = (parts: {
  readonly state?: ReturnType<Counted['state']>;
  readonly errors?: readonly string[];
  readonly groups?: readonly { readonly fullName: string; readonly errors: readonly string[] }[];
  readonly tests?: readonly { readonly fullName: string; readonly state: string; readonly error?: string }[];
}) =>
  ({
    relativeModuleId: 'a.test.ts',
    state: () => parts.state ?? 'passed',
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

test('what was skipped and what failed is named after everything else, with what it said', () => {
  expect(
    summed({
      tests: [
        { fullName: 'one', state: 'passed' },
        { fullName: 'two', state: 'failed', error: 'expected 1 to be 2\n\nat line 3' },
        { fullName: 'three', state: 'skipped' },
      ],
    }),
  ).toBe(
    [
      'skipped: a.test.ts > three',
      'failed: a.test.ts > two: expected 1 to be 2\n  at line 3',
      '1 passed, 1 failed, 1 skipped',
    ].join('\n'),
  );
});

test('a group that could not be prepared is a failure, though its tests are reported as skipped', () => {
  expect(
    summed({
      groups: [{ fullName: 'on a cluster', errors: ['no cluster'] }],
      tests: [{ fullName: 'on a cluster > answers', state: 'skipped' }],
    }),
  ).toBe(
    [
      'skipped: a.test.ts > on a cluster > answers',
      'failed: a.test.ts > on a cluster: no cluster',
      '0 passed, 1 failed, 1 skipped',
    ].join('\n'),
  );
});

test('a module that does not load is a failure', () => {
  expect(summed({ errors: ['cannot find x'] })).toBe(
    'failed: a.test.ts: cannot find x\n0 passed, 1 failed, 0 skipped',
  );
});

test.each(['queued', 'pending'] as const)('a module that is %s when all is over is a failure', (state) => {
  expect(summed({ state })).toBe(
    'failed: a.test.ts: it was not run to its end\n0 passed, 1 failed, 0 skipped',
  );
});

test('a skipped test fails the whole only where none may be skipped, a failed one always', () => {
  const skipped = { passed: 1, skipped: ['a > b'], failed: [] };
  expect([true, false].map((maySkip) => hasFailed(skipped, maySkip))).toEqual([false, true]);
  const failed = { passed: 1, skipped: [], failed: ['a > b'] };
  expect([true, false].map((maySkip) => hasFailed(failed, maySkip))).toEqual([true, true]);
  expect(hasFailed({ passed: 1, skipped: [], failed: [] }, false)).toBe(false);
});
