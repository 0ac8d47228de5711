import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { intervalProcedure, setContentSchema } from '../files/json-formats.js';

// Loose objects: a later version may add a field, and what it adds is kept when a report is written anew.

const count = z.int().min(0);
const value = z.number().nullable();
const direction = z.enum(['lower-is-better', 'higher-is-better']);
const warning = z.looseObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]*$/), message: z.string() });

const encoder = z.looseObject({
  id: z.string(),
  sha256: z.string().nullable(),
  preprocessing: z.string().nullable(),
  origin: z
    .enum(['official', 'demo', 'custom', 'unknown'])
    .describe('demo: not comparable with published values'),
});

const point = z.looseObject({
  sampleSize: z.int().min(1),
  scored: z
    .number()
    .optional()
    .describe('mean number of images scored, where a filter keeps some of those drawn'),
  values: z.array(z.number()).min(1).describe('every draw'),
  mean: z.number(),
  standardDeviation: value.describe('of the draws, divisor R − 1'),
  independentDeviation: value.describe('of independent draws of this size'),
  coefficientOfVariation: value,
  band: z.looseObject({ low: z.number(), high: z.number() }).nullable().describe('central 95 % of the draws'),
  relativeToLargest: value.describe(
    'null where the value at the largest size does not differ significantly from 0',
  ),
  relativeToLimit: value.describe('null where the asymptotic value does not differ significantly from 0'),
});

const fit = z.looseObject({
  limit: z.number().describe('value at n = ∞'),
  slope: z.number().describe('what the value is too high by at n images, times n'),
  window: z.looseObject({ from: count, to: count, points: count }),
  largestResidual: z.number().min(0).nullable().describe('null where the means are about 0'),
  curvature: value,
  holds: z
    .boolean()
    .describe('whether the means are linear in 1/n; if not, the asymptotic value is unreliable'),
});

const limitInterval = z.looseObject({
  estimate: z.number(),
  standardError: z.number().min(0),
  low: z.number(),
  high: z.number(),
  level: z.number().gt(0).lt(1),
  method: z.string(),
  procedure: intervalProcedure,
  unclippedEstimate: z
    .number()
    .optional()
    .describe('the estimate before it was put at the nearest that can be'),
  jackknifeDisagreement: z
    .number()
    .optional()
    .describe(
      'the estimate less the asymptotic value that halving the images gives; the interval is widened by it',
    ),
});

const required = z.looseObject({
  share: z.number(),
  settledAt: count.nullable().describe('measured: the mean stays within the share from here on'),
  forBias: count.nullable().describe('extrapolated'),
  forPrecision: count.nullable().describe('extrapolated'),
  reason: z.string().nullish().describe('why nothing is extrapolated'),
});

const curve = z.looseObject({
  metric: z.string(),
  direction,
  units: z.string(),
  encoder,
  dimension: count.nullable(),
  arm: z.string(),
  distortion: z.string().describe('none for the images as they are'),
  level: z.number(),
  poolSize: count,
  referenceSize: count,
  referenceContent: setContentSchema.optional(),
  estimator: z.string(),
  points: z.array(point),
  fit: fit.nullable(),
  limitInterval: limitInterval.nullable(),
  analyticSlope: value,
  referenceBias: value
    .optional()
    .describe(
      'what the asymptotic value is too high by, for Gaussian embeddings, for want of more reference images',
    ),
  drawnBy: z
    .looseObject({ strata: z.string().nullable(), clusters: z.string().nullable() })
    .optional()
    .describe('where subsets are drawn within strata or by whole clusters: what names these'),
  part: z
    .looseObject({ drawnFrom: count, share: z.number(), overlap: z.number() })
    .optional()
    .describe('of a design with filters: what is scored of the images drawn'),
  spreadExponent: value,
  required: z.array(required),
  warnings: z.array(warning),
});

const response = z.looseObject({
  metric: z.string(),
  direction,
  arm: z.string(),
  distortion: z.string(),
  levels: z.array(z.looseObject({ level: z.number(), value: z.number() })).min(1),
  response: z.looseObject({
    monotonicity: z.number().min(-1).max(1).nullable(),
    firstInversion: value,
    improvedLevels: z.array(z.number()),
    saturation: value,
  }),
});

const ranking = z.looseObject({
  metric: z.string(),
  direction,
  arms: z.array(z.string()),
  final: z.array(z.number()),
  rankedBy: z.enum(['limit', 'largest-size']),
  finalErrors: z.array(value).describe('standard error of each final value'),
  falseRankings: z
    .number()
    .gt(0)
    .lt(1)
    .describe('largest rate at which two sets of one distribution are ranked'),
  pairs: z.array(
    z.looseObject({
      first: z.string(),
      second: z.string(),
      difference: z.number(),
      standardError: value,
      pValue: value.describe('adjusted for all pairs of the metric, by Holm'),
      isRanked: z.boolean(),
    }),
  ),
  bySize: z.array(
    z.looseObject({
      sampleSize: count,
      meanTau: z.number().min(-1).max(1).nullable(),
      sameBest: z.number().min(0).max(1).nullable(),
      flips: z.array(z.array(z.number().min(0).max(1))),
    }),
  ),
  requiredSize: count.nullable(),
  crossings: z.array(
    z.looseObject({
      first: z.string(),
      second: z.string(),
      below: z.number(),
      low: z
        .number()
        .nullable()
        .optional()
        .describe(
          'of the 95 % interval; null: no smallest n, as the order at the smallest n of the lines is not significant',
        ),
      high: z
        .number()
        .nullable()
        .optional()
        .describe('null: no largest n, as the order for n → ∞ is not significant'),
    }),
  ),
});

/** A ratio with its interval. */
export const stabilityRatio = z.looseObject({
  ratio: z.number().min(0),
  low: z.number().min(0),
  high: z.number().min(0),
  standardError: z.number().min(0).describe('of the logarithm'),
  degreesOfFreedom: z.int().min(1),
  pValue: z.number().min(0).max(1),
});
const ratio = stabilityRatio.nullable();

/** A difference with its interval, and what it is of. */
export const stabilityDifference = z.looseObject({
  filtered: z.number(),
  other: z.number(),
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  standardError: z.number().min(0),
  pValue: z.number().min(0).max(1),
});
const difference = stabilityDifference.nullable();

const requiredRatio = z.looseObject({ filtered: count.nullable(), other: count.nullable(), ratio });

const stability = z.looseObject({
  metric: z.string(),
  direction,
  filter: z.string().describe('name of the filtered set'),
  other: z.string(),
  role: z.enum(['unfiltered', 'random', 'matched']),
  repeats: count,
  drawnFrom: count,
  level: z.number().gt(0).lt(1),
  bySize: z.array(
    z.looseObject({ sampleSize: count, standardDeviation: ratio, coefficientOfVariation: ratio }),
  ),
  standardDeviation: ratio,
  coefficientOfVariation: ratio,
  value: ratio,
  exponent: difference.describe('of the standard deviation in n'),
  isLinear: z.boolean().describe('if not, slopes and asymptotic values are doubtful'),
  slope: difference.describe('of the bias, per image scored'),
  limit: difference,
  forPrecision: requiredRatio.describe('images drawn'),
  forBias: requiredRatio.describe('images drawn'),
  reasons: z.record(z.string(), z.string()).optional().describe('why a number is null, by its name'),
});

const stabilityVerdict = z.looseObject({
  metric: z.string(),
  filter: z.string(),
  kind: z.enum([
    'steadier',
    'as-steady',
    'less-steady',
    'lower-but-as-steady',
    'higher-but-as-steady',
    'cannot-say',
  ]),
  judgedBy: z.enum(['coefficient-of-variation', 'standard-deviation']),
  pDifferent: z.number().min(0).max(1),
  pAlike: z.number().min(0).max(1),
  pValue: z.number().min(0).max(1),
  repeatsNeeded: count.nullable(),
  imagesNeeded: count.nullable(),
  sentence: z.string(),
});

const sides = z.looseObject({ filtered: value, other: value });

const stabilityResponse = z.looseObject({
  metric: z.string(),
  filter: z.string(),
  other: z.string(),
  role: z.enum(['unfiltered', 'random', 'matched']),
  distortion: z.string(),
  sampleSize: count,
  levels: z.array(
    z.looseObject({
      level: z.number(),
      effect: difference.describe('in standard deviations of the undistorted values'),
      change: difference.describe('in units of the metric; above 0 is worse'),
    }),
  ),
  monotonicity: sides,
  firstInversion: sides,
  differsFrom: value.describe('level from which the change differs significantly'),
});

const share = z.number().min(0).max(1);

const filterReaction = z.looseObject({
  filter: z.string().describe('name of the filtered set'),
  column: z.string(),
  recomputed: z
    .looseObject({
      control: z.string().describe('image control that the column is'),
      images: count,
      threshold: z.number().describe('of the undistorted images'),
      keptShare: share.describe('of the undistorted images'),
      levels: z.array(
        z.looseObject({
          distortion: z.string(),
          level: z.number(),
          threshold: z.number().describe('learned from the distorted images'),
          keptShare: share,
          changedShare: share.describe('of the decisions, kept or dropped'),
          rankAgreement: z
            .number()
            .min(-1)
            .max(1)
            .nullable()
            .describe('Spearman’s correlation with the scores of the undistorted images'),
        }),
      ),
    })
    .nullable()
    .describe('null where the scores cannot be recomputed'),
});

/** A design as reports hold it. */
export const storedDesign = z.looseObject({
  schema: z.literal('steadfid/design/1'),
  reference: z.string(),
  arms: z.array(
    z
      .looseObject({ name: z.string(), source: z.string(), ids: z.string().nullable() })
      .describe('with at most one of ids, filter, random, matched and inverse'),
  ),
  metrics: z.array(z.string()),
  encoder: z.string().nullable(),
  distortions: z.array(z.looseObject({ kind: z.string(), levels: z.array(z.number()) })),
  sizes: z.array(count).nullable(),
  repeats: count,
  cheapRepeats: count,
  scheme: z.enum(['subsample', 'blocks', 'bootstrap']),
  referenceSize: z.enum(['full', 'equal']),
  seed: count,
  parameters: z.record(z.string(), z.union([z.number(), z.string()])),
});

/** What `study` writes, `steadfid/study/1`. */
export const studyReportSchema = z.looseObject({
  schema: z.literal('steadfid/study/1'),
  version: z.string(),
  progress: z
    .strictObject({ done: count, total: count })
    .optional()
    .describe('draws that are done; left out of a finished study'),
  design: storedDesign,
  curves: z.array(curve),
  responses: z.array(response),
  rankings: z.array(ranking),
  stability: z.array(stability).optional().describe('of designs with filters'),
  stabilityVerdicts: z.array(stabilityVerdict).optional(),
  headline: z.string().optional(),
  stabilityResponses: z.array(stabilityResponse).optional(),
  filterReactions: z
    .array(filterReaction)
    .optional()
    .describe('how filters react to distortions, their scores recomputed on the distorted images'),
  costs: z.array(
    z.looseObject({
      metric: z.string(),
      sampleSize: count,
      images: count.describe('to encode'),
      multiplications: z
        .number()
        .min(0)
        .nullable()
        .describe('of one value, from embeddings, to leading order'),
      reason: z.string().nullable(),
    }),
  ),
  unmeasured: z
    .array(z.strictObject({ metric: z.string(), reason: z.string() }))
    .optional()
    .describe('metrics that a side which is a file does not serve'),
  summary: z.array(z.string()),
  warnings: z.array(warning),
});

/**
 * A report from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedStudyReport(json: unknown): StudyReport {
  parsedInParts(studyReportSchema, json);
  return json as StudyReport;
}
