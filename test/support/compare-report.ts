import type { CompareReport } from '../../filtering/compare-report.js';
import { DEFAULT_PLAN } from '../../filtering/comparison-plan.js';
import type { FilterEffect } from '../../filtering/filter-effect.js';
import { randomizationTest } from '../../filtering/randomization-test.js';
import { TEST_ENCODER } from './embedded-set.js';

/** Values of random subsets that lie evenly from 17 to 19. */
const RANDOM = Array.from({ length: 99 }, (_, i) => 17 + i / 49);

function effectOf({
  score,
  metric,
  control,
}: {
  readonly score: string;
  readonly metric: string;
  readonly control: string;
}): FilterEffect {
  const interval = { low: -3.2, high: -2.8, level: 0.95, method: 'jackknife-20' };
  const difference = { value: -3, standardError: 0.1, interval };
  return {
    score,
    metric,
    direction: 'lower-is-better',
    role: 'quality',
    n: 84,
    unfiltered: { n: 100, value: 17.5 },
    filtered: 15,
    random: { ...randomizationTest(15, RANDOM), values: RANDOM },
    inverse: { value: 22, test: randomizationTest(22, RANDOM) },
    difference,
    oracleChange: -5,
    pHolm: 0.04,
    controls: [
      {
        control,
        family: 'detail',
        correlation: 0.5,
        dropped: 'high',
        value: 17.1,
        test: randomizationTest(17.1, RANDOM),
        difference,
      },
    ],
    residual: { explained: 0.3, value: 15.8, test: randomizationTest(15.8, RANDOM) },
    beyondDetail: {
      explained: 0.3,
      concordance: 0.7,
      n: 60,
      copy: 16.5,
      test: randomizationTest(
        15,
        RANDOM.map((value) => value - 0.4),
      ),
      pHolm: 0.04,
    },
    doses: [0, 0.16, 0.5].map((removed) => ({
      removed,
      n: Math.round(100 * (1 - removed)),
      filtered: 17.5 - 10 * removed,
      inverse: 17.5 + 20 * removed,
      random: { mean: 17.5 + removed, standardDeviation: 0.6, low: 17.2, high: 18.9 },
    })),
    doseTrend: 1,
    sparsification: {
      removed: [0, 0.25, 0.5],
      filtered: [17.5, 15, 12.5],
      random: [17.5, 17.7, 18],
      oracle: [17.5, 13, 10],
      ause: 0.9,
      aurg: 1.4,
    },
    verdict: {
      kind: 'helps',
      sentence: `Helps: ${metric} is 15 filtered and 18 by chance.`,
      imagesNeeded: null,
    },
  };
}

/** A comparison that nobody computed: scores against one control, for each metric. */
export function exampleComparison({
  scores = ['sum'],
  control = 'png-bytes',
  metrics = ['fid', 'cmmd'],
  beside = [],
}: {
  readonly scores?: readonly string[];
  readonly control?: string;
  readonly metrics?: readonly string[];
  /** of fidelity, which gets no verdict */
  readonly beside?: readonly string[];
} = {}): CompareReport {
  return {
    schema: 'steadfid/compare/1',
    version: '0.1.0',
    reference: {
      source: 'photos/',
      n: 100,
      content: { of: 'images', digest: '5e1f'.repeat(16), decoding: 'orientation ignored' },
      skipped: [],
    },
    generated: {
      source: 'samples/',
      n: 100,
      content: { of: 'images', digest: 'a0b1'.repeat(16), decoding: 'orientation ignored' },
      skipped: [],
    },
    scores: { source: 'scores.csv', joinedBy: 'file name', imagesAlone: [], scoresAlone: [] },
    plan: DEFAULT_PLAN,
    filters: scores.map((score) => ({
      score,
      rule: { threshold: { kind: 'quantile', share: 0.84 }, keep: 'low', zeros: 'keep' },
      ruleText: 'score < the 84 % quantile',
      threshold: 2,
      keptShare: 0.84,
      kept: ['a', 'b'],
      dropped: ['c'],
      correlations: [{ control, family: 'detail', value: 0.5 }],
    })),
    metrics: [...metrics, ...beside].map((id) => ({
      id,
      direction: beside.includes(id) ? 'higher-is-better' : 'lower-is-better',
      role: beside.includes(id) ? 'fidelity' : 'quality',
      encoder: TEST_ENCODER,
      parameters: {},
      method: 'moments',
      referenceSize: 100,
    })),
    effects: scores.flatMap((score) => [
      ...metrics.map((metric) => effectOf({ score, metric, control })),
      ...beside.map((metric) => ({
        ...effectOf({ score, metric, control }),
        direction: 'higher-is-better' as const,
        role: 'fidelity' as const,
        pHolm: null,
        verdict: null,
      })),
    ]),
    unmeasured: [],
    splitHalves: [],
    summary: metrics.map((metric) => `Helps: ${metric} is 15 filtered and 18 by chance.`),
    warnings: [{ code: 'SMALL_POOL', message: 'The pool holds 100 images.' }],
  };
}
