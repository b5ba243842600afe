import { defineConfig } from 'vitest/config';

/** `npx vitest` runs the unit tests only. What makes clusters or opens a browser is in vitest.real.config.ts. */
export default defineConfig({
  test: {
    name: 'unit',
    include: ['{src,scripts,labs,images}/**/*.test.ts'],
    exclude: ['**/*.cluster.test.ts'],
  },
});
