import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/proof/**'],
    reporters: ['default', './test/support/tally-reporter.ts'],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
});
