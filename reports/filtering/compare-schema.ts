import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import type { CompareReport } from '../../filtering/compare-report.js';
import { setContentSchema } from '../files/json-formats.js';

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const ids = z.array(z.string());
const direction = z.enum(['lower-is-better', 'higher-is-better']);
const role = z
  .enum(['quality', 'fidelity', 'diversity'])
  .describe('quality metrics get a verdict; the others are shown without one');
const warning = z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]*$/), message: z.string() });

const side = z.strictObject({
  source: z.string().describe('the path as the caller typed it'),
  n: count.nullable(),
  content: setContentSchema,
  skipped: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
});

const encoder = z.strictObject({
  id: z.string(),
  sha256: z.string().nullable(),
  preprocessing: z.string().nullable(),
  origin: z
    .enum(['official', 'demo', 'custom', 'unknown'])
    .describe('demo: not comparable with published values'),
});

const testOfDraws = {
  draws: z.int().min(1).describe('random subsets of the same size from the same pool'),
  mean: z.number(),
  standardDeviation: z.number().min(0),
  band: z.strictObject({ low: z.number(), high: z.number() }).describe('2.5 % and 97.5 % of the draws'),
  z: z.number().nullable(),
  pLower: share.describe('(1 + draws as low or lower) / (draws + 1)'),
  pHigher: share,
  pTwoSided: share,
};
const randomizationTest = z.strictObject(testOfDraws);

const estimate = z.strictObject({
  value: z.number(),
  standardError: z.number().min(0),
  interval: z.strictObject({
    low: z.number(),
    high: z.number(),
    level: z.number().gt(0).lt(1),
    method: z.string(),
  }),
});

/** A keep rule as reports hold it. */
export const keepRule = z.strictObject({
  threshold: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('deviations'), deviations: z.number() }),
    z.strictObject({ kind: z.literal('quantile'), share }),
    z.strictObject({ kind: z.literal('count'), count: z.int().min(1) }),
    z.strictObject({
      kind: z.literal('fixed'),
      threshold: z.number(),
      learned: z.strictObject({ rule: z.string(), source: z.string(), n: count }).optional(),
    }),
  ]),
  keep: z.enum(['low', 'high']),
  zeros: z.enum(['keep', 'drop']),
});

const filter = z.strictObject({
  score: z.string(),
  rule: keepRule,
  ruleText: z.string(),
  threshold: z.number(),
  keptShare: share,
  ties: z
    .strictObject({ images: count, kept: count })
    .optional()
    .describe(
      'images whose score is the threshold, and how many of them are kept: of a count those drawn by the seed',
    ),
  kept: ids,
  dropped: ids,
  correlations: z
    .array(
      z.strictObject({
        control: z.string(),
        family: z.enum(['detail', 'other']),
        value: z.number().min(-1).max(1).nullable(),
      }),
    )
    .describe("Spearman's of the score with each control"),
});

const metric = z.strictObject({
  id: z.string(),
  direction,
  role,
  encoder,
  parameters: z.record(z.string(), z.union([z.number(), z.string()])),
  method: z.string(),
  referenceSize: count,
});

const control = z.strictObject({
  control: z.string(),
  family: z.enum(['detail', 'other']),
  correlation: z.number().min(-1).max(1),
  dropped: z.enum(['high', 'low']),
  value: z.number(),
  test: randomizationTest,
  difference: estimate
    .nullable()
    .describe('filtered minus this control, at the same n; only for the best detail control'),
});

const effect = z.strictObject({
  score: z.string(),
  metric: z.string(),
  direction,
  role,
  n: count.describe('images kept, the same number in every subset'),
  unfiltered: z
    .strictObject({ n: count, value: z.number() })
    .describe('all images: at another n, not comparable where the metric is biased'),
  filtered: z.number().describe('where images are tied at the threshold, the mean over 20 draws among them'),
  random: z.strictObject({ ...testOfDraws, values: z.array(z.number()) }),
  inverse: z.strictObject({ value: z.number(), test: randomizationTest }),
  difference: estimate.describe('filtered minus the mean of the random subsets'),
  oracleChange: z
    .number()
    .nullable()
    .describe(
      'the best change, for as many images dropped or fewer, by a score that knows the metric without having seen what it judges',
    ),
  pHolm: share.nullable(),
  controls: z.array(control),
  residual: z.union([
    z.strictObject({ explained: share, value: z.number(), test: randomizationTest }),
    z.strictObject({ reason: z.string() }),
  ]),
  beyondDetail: z
    .union([
      z.strictObject({
        explained: share.describe('of the variance of the keep decision, by detail, out of bag'),
        concordance: share
          .optional()
          .describe(
            'of a kept and a dropped image, how often detail predicts which is which, out of bag; 0.5 is chance',
          ),
        isDetermined: z
          .boolean()
          .optional()
          .describe(
            'whether detail explains too much of the decision to attribute an improvement to the rest',
          ),
        copy: z
          .number()
          .optional()
          .describe('the metric of as many images, those that detail predicts to be kept'),
        n: count.describe('images in blocks matched on detail that hold both kept and dropped ones'),
        test: randomizationTest.describe('among random subsets matched on detail'),
        pHolm: share,
      }),
      z.strictObject({ reason: z.string(), concordance: share.optional() }),
    ])
    .describe('whether the filter does more than its detail'),
  doses: z.array(
    z.strictObject({
      removed: share,
      n: count,
      filtered: z.number(),
      inverse: z.number(),
      random: z.strictObject({
        mean: z.number(),
        standardDeviation: z.number().min(0),
        low: z.number(),
        high: z.number(),
      }),
    }),
  ),
  doseTrend: z.number().min(-1).max(1).nullable(),
  sparsification: z.strictObject({
    removed: z.array(share),
    filtered: z.array(z.number()),
    random: z.array(z.number()),
    oracle: z.array(z.number()).nullable(),
    ause: z.number().nullable(),
    aurg: z.number(),
  }),
  verdict: z
    .strictObject({
      kind: z.enum([
        'helps',
        'helps-detail-unmeasured',
        'inseparable-from-detail',
        'hurts',
        'not-more-than-detail',
        'no-evidence',
        'too-few-images',
        'too-few-draws',
      ]),
      sentence: z.string(),
      imagesNeeded: count.nullable(),
    })
    .nullable(),
});

/** What `compare --json` prints, `steadfid/compare/1`. */
export const compareReportSchema = z
  .strictObject({
    schema: z.literal('steadfid/compare/1'),
    version: z.string(),
    reference: side,
    generated: side,
    scores: z.strictObject({
      source: z.string(),
      joinedBy: z.string(),
      imagesAlone: ids,
      scoresAlone: ids,
    }),
    plan: z.strictObject({
      seed: z.int().min(0),
      draws: z.int().nullable(),
      doses: z.array(share),
      doseDraws: z.int(),
      curveSteps: z.int(),
      groups: z.int(),
      intervalLevel: z.number().gt(0).lt(1),
      significance: z.number().gt(0).lt(1),
      smallestEffect: share,
    }),
    filters: z.array(filter),
    metrics: z.array(metric),
    unmeasured: z
      .array(z.strictObject({ metric: z.string(), reason: z.string() }))
      .describe('metrics without a value of these embeddings'),
    effects: z.array(effect),
    splitHalves: z.array(
      z.strictObject({
        score: z.string(),
        metric: z.string(),
        threshold: z.number(),
        pool: count,
        n: count,
        value: z.number(),
        test: randomizationTest,
      }),
    ),
    summary: z.array(z.string()),
    warnings: z.array(warning),
  })
  .superRefine(({ metrics, effects }, { addIssue }) => {
    const known = new Set(metrics.map(({ id }) => id));
    for (const [i, { metric }] of effects.entries()) {
      if (known.has(metric)) continue;
      addIssue({ code: 'custom', path: ['effects', i, 'metric'], message: 'must be among the metrics' });
    }
  });

/**
 * A report from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedCompareReport(json: unknown): CompareReport {
  parsedInParts(compareReportSchema, json);
  return json as CompareReport;
}
