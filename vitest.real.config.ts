import { defineConfig } from 'vitest/config';

/** What needs a cluster or a browser takes turns: one such file at a time, and nothing retries. */
const real = { fileParallelism: false, testTimeout: 1_800_000, hookTimeout: 1_800_000, retry: 0 };

/** `npm test -- --suite cluster` sets up what the suite needs and runs it. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'site', include: ['tests/site/**/*.test.ts'], ...real } },
      { test: { name: 'faults', include: ['tests/faults/**/*.test.ts'], ...real } },
      {
        test: {
          name: 'cluster',
          include: [
            'tests/cluster/again.test.ts',
            'tests/cluster/labs.test.ts',
            'tests/cluster/sharing.test.ts',
            'tests/cluster/stay.test.ts',
            'src/**/*.cluster.test.ts',
          ],
          ...real,
        },
      },
      {
        test: {
          name: 'matrix',
          include: ['tests/cluster/capture.test.ts', 'tests/cluster/matrix.test.ts'],
          ...real,
        },
      },
    ],
  },
});
