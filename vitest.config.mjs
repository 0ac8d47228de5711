import { defineConfig } from 'vitest/config';

// The tests run on what ships: tsc builds them beside the product in dist/, worker threads included.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    // No limit that a busy machine can reach: a hang is found by the limit of the whole run, in .ci/test.mjs.
    testTimeout: 0,
    hookTimeout: 0,
  },
});
