import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** The files that take longest, by processor time: first, so that both processes end together. */
const LONGEST = [
  'cli/memory',
  'readme',
  'bench/topics',
  'hostile/hostile-files',
  'reports/figure-geometry',
  'cli/filter-study',
  'cli/study',
  'cli/cluster',
  'cli/report-folders',
  'sample-size-study/study-truth',
  'library',
  'cli/explain-difference',
  'reports/page-controls',
  'cli/interrupts',
  'reports/pages',
  'reports/awkward-pages',
  'numerics/series-sums',
  'cli/track',
  'command',
  'cli/generate',
  'cli/diffusion-to-verdict',
  'metrics/growing-blur',
  'fuzz/fuzz',
];

class LongestFirst extends BaseSequencer {
  async sort(files) {
    const rank = ({ moduleId }) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`/dist/test/${name}.test.js`));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

// The tests run on what ships: tsc builds them beside the product in dist/, worker threads included.
export default defineConfig({
  test: {
    include: ['dist/test/**/*.test.js'],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Node imports what is built already; Vite would transform a thousand files again in each process.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // No limit that a busy machine can reach: a hang is found by the limit of the whole run, in .ci/test.mjs.
    testTimeout: 0,
    hookTimeout: 0,
  },
});
