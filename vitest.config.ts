import { defineConfig } from 'vitest/config';

/** `npx vitest` runs the unit tests only. What makes clusters or opens a browser is in vitest.real.config.ts. */
export default defineConfig({
  test: {
    name: 'unit',
    include: ['{src,scripts,labs,images}/**/*.test.ts'],
    // What a test waits for comes when the machine has time for it.
    testTimeout: 20_000,
    expect: { poll: { timeout: 10_000 } },
    exclude: ['**/*.cluster.test.ts'],
  },
});
