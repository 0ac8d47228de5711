import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { origin, resultDirection } from '../files/json-formats.js';
import type { ScoreModels } from './score-models.js';
import { scoreReportSchema } from './score-schema.js';

const index = z.int().min(0).describe('of models');
const share = z.number().min(0).max(1).nullable();
const count = z.int().min(0).nullable();

const ranked = z.strictObject({
  model: index,
  value: z.number(),
  standardError: z.number().min(0).nullable(),
  ranks: z
    .strictObject({ best: z.int().min(1), worst: z.int().min(1) })
    .nullable()
    .describe('best is 1; a simultaneous 95 % confidence set; null where nothing was tested'),
  probabilityBest: share.describe('in normal draws about the values'),
});

const difference = z.strictObject({
  models: z.tuple([index, index]),
  difference: z.number().describe('second less first'),
  standardError: z.number().min(0).nullable(),
  interval: z.strictObject({ low: z.number(), high: z.number() }).nullable().describe('95 %'),
  pValue: share.describe('of no difference, adjusted for all pairs and numbers (Holm)'),
});

/** What `score` of several models and `report` of several scores give, `steadfid/score-models/1`. */
export const scoreModelsSchema = z.strictObject({
  schema: z.literal('steadfid/score-models/1'),
  version: z.string(),
  models: z.array(z.strictObject({ name: z.string(), report: scoreReportSchema })).min(1),
  metrics: z.array(
    z.strictObject({
      metric: z.string(),
      direction: resultDirection,
      origin,
      n: z.strictObject({ reference: count, generated: count }),
      ranking: z.array(ranked).describe('best first; as given where direction is neither'),
      probabilityOfOrder: share.describe('of this whole order, in the same draws'),
      differences: z.array(difference),
    }),
  ),
  left: z
    .array(z.strictObject({ metric: z.string(), missing: z.array(z.string()) }))
    .describe('numbers that some models do not have'),
  warnings: z.array(z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]*$/), message: z.string() })),
});

/**
 * Several scores from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedScoreModels(json: unknown): ScoreModels {
  parsedInParts(scoreModelsSchema, json);
  return json as ScoreModels;
}
