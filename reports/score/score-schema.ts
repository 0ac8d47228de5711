import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import { intervalProcedure, knownSource, resultDirection, setContentSchema } from '../files/json-formats.js';

const count = z.int().min(0).nullable().describe('null where a file does not say');

const warning = z.strictObject({
  code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  message: z.string(),
});

const side = z.strictObject({
  source: z.string().describe('the path as the caller typed it'),
  name: z.string().optional().describe('what tables and pages call the set, if not by its path'),
  known: knownSource.optional().describe('the published file of statistics that the source is'),
  n: count,
  content: setContentSchema,
  skipped: z.array(z.strictObject({ id: z.string(), reason: z.string() })),
});

const interval = z.strictObject({
  low: z.number(),
  high: z.number(),
  level: z.number().gt(0).lt(1),
  method: z.string().describe('name of the procedure: jackknife-20'),
  procedure: intervalProcedure,
  of: z
    .enum(['value', 'limit'])
    .describe('limit: of the asymptotic value (n → ∞); the value at this n may lie outside'),
  estimate: z.number().optional().describe('the middle: the asymptotic value, or the nearest possible one'),
  unclippedEstimate: z.number().optional().describe('that estimate, where it cannot be'),
  jackknifeDisagreement: z
    .number()
    .optional()
    .describe(
      'the estimate less the asymptotic value that halving the images gives; the interval is widened by it',
    ),
});

/** Whose embeddings a number is of. */
export const encoderIdentity = z.strictObject({
  id: z.string(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  preprocessing: z.string().nullable(),
  origin: z
    .enum(['official', 'demo', 'custom', 'unknown'])
    .describe('demo: not comparable with published values'),
});

const gaussianFit = z.strictObject({
  effectiveRank: z.number().positive().nullable().describe('(tr Σ)²/tr Σ²'),
  normality: z
    .strictObject({
      components: z.int().positive(),
      images: z.int().positive(),
      skewness: z.number().describe("Mardia's, less a normal distribution's, a component: 0 if normal"),
      kurtosis: z.number().positive().describe("Mardia's over a normal distribution's: 1 if normal"),
    })
    .nullable()
    .describe('on the first principal components'),
});

const influentialImages = z.array(
  z.strictObject({
    id: z.string(),
    effect: z.number().describe('the value less the value without the image'),
  }),
);

const result = z
  .strictObject({
    metric: z.string().describe('id of the number: fid, precision'),
    protocol: z.string().describe('id of the protocol that gave it: fid, precision-recall'),
    title: z.string(),
    formula: z.string(),
    source: z.string(),
    units: z.string(),
    value: z.number().nullable(),
    reason: z.string().optional().describe('why value is null'),
    spread: z
      .strictObject({ value: z.number(), of: z.string() })
      .optional()
      .describe('standard deviation over splits or subsets: not its standard error'),
    standardError: z.number().min(0).nullable(),
    interval: interval.nullable(),
    gaussians: z
      .strictObject({ reference: gaussianFit, generated: gaussianFit })
      .optional()
      .describe('how the sets fit the Gaussians that stand for them'),
    noiseFloor: z
      .strictObject({
        value: z.number(),
        standardError: z.number().min(0),
        interval,
        n: z.strictObject({ reference: z.int().min(1), generated: z.int().min(1) }),
      })
      .optional()
      .describe('the same number between halves of the reference, which differ by chance alone'),
    influential: z
      .strictObject({ raising: influentialImages, lowering: influentialImages })
      .optional()
      .describe('generated images on which the value depends most, the strongest first'),
    direction: resultDirection,
    n: z.strictObject({
      reference: count,
      generated: count,
      heldOut: count.exactOptional().describe('of metrics that look at images held out from training'),
    }),
    encoder: encoderIdentity,
    parameters: z.record(z.string(), z.union([z.number(), z.string()])),
    warnings: z.array(warning),
  })
  .refine(({ value, reason }) => (value === null) === (reason !== undefined), {
    message: 'must be a number, or null with a reason',
    path: ['value'],
  });

const classValue = z.strictObject({
  label: z.string(),
  value: z.number().nullable(),
  reason: z.string().optional().describe('why value is null'),
  standardError: z.number().min(0).nullable(),
  interval: interval.nullable(),
  p: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('two-sided, of no difference to the mean of the other classes'),
  pHolm: z.number().min(0).max(1).nullable().describe('p after Holm over the classes of this number'),
  against: z
    .enum(['worse', 'better', 'not significant'])
    .nullable()
    .describe('than the mean of the other classes, by pHolm at 0.05'),
});

const classScores = z.strictObject({
  labels: z
    .strictObject({ reference: z.string(), generated: z.string() })
    .nullable()
    .describe('where they come from; null where no metric could look at classes'),
  classes: z
    .array(z.strictObject({ label: z.string(), reference: z.int().min(1), generated: z.int().min(1) }))
    .describe('those that both sets have, with their numbers of images'),
  alone: z
    .strictObject({ reference: z.array(z.string()), generated: z.array(z.string()) })
    .describe('labels of one set alone'),
  results: z.array(
    z.strictObject({
      metric: z.string(),
      protocol: z.string(),
      direction: resultDirection,
      mean: z.number().nullable().describe('over the classes, each counted once: intra-FID of a FID'),
      reasons: z.array(z.string()).describe('why there is no mean, or no test'),
      values: z.array(classValue).describe('worst first; those without a value at the end'),
    }),
  ),
});

/** What `score --json` prints, `steadfid/score/1`. */
export const scoreReportSchema = z.strictObject({
  schema: z.literal('steadfid/score/1'),
  version: z.string(),
  reference: side,
  generated: side,
  heldOut: side.exactOptional().describe('images that the model was not trained on'),
  seed: z.int().min(0),
  protocol: z
    .strictObject({
      id: z.string().describe('adm, edm: see docs/protocols.md'),
      title: z.string(),
      source: z.string(),
      n: z.int().min(1).nullable().describe('generated images that it asks for; null: as many as there are'),
      departures: z.array(z.string()).describe('why these values are not the protocol’s'),
    })
    .optional()
    .describe('the published protocol that was asked for'),
  design: z
    .strictObject({
      kinds: z.array(z.enum(['independent', 'stratified', 'clustered', 'paired', 'shared'])),
      found: z.array(z.string()).describe('what labels and embeddings show'),
      assumed: z.array(z.string()).describe('what intervals suppose beyond that'),
    })
    .optional()
    .describe('how the images were drawn'),
  results: z.array(result),
  classes: classScores.optional().describe('the same numbers of every class'),
  warnings: z.array(warning),
});

/**
 * A report from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedScoreReport(json: unknown): ScoreReport {
  parsedInParts(scoreReportSchema, json);
  return json as ScoreReport;
}

/** What `score --seeds-of-one-model --json` prints, `steadfid/score-seeds/1`. */
export const scoreSeedsSchema = z.strictObject({
  schema: z.literal('steadfid/score-seeds/1'),
  version: z.string(),
  spreads: z
    .array(
      z.strictObject({
        metric: z.string(),
        values: z.array(z.number()).describe('by seed'),
        mean: z.number(),
        standardDeviation: z.number().min(0).describe('over the seeds, divisor their number less one'),
        inconclusive: z
          .number()
          .min(0)
          .describe('differences of two models of one seed each below this say nothing'),
      }),
    )
    .describe('of the numbers that every seed has'),
  seeds: z.array(scoreReportSchema).min(2).describe('the report of each seed'),
});
