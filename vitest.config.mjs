import { defineConfig } from 'vitest/config';

// The tests run on what ships: tsc builds them beside the product in dist/, worker threads included.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
