import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import {
  judgement,
  origin,
  resultDirection,
  setContentSchema,
  valueDifference,
} from '../files/json-formats.js';
import type { ScoreComparison } from './score-comparison.js';

const set = z.strictObject({
  source: z.string().describe('the path as the caller typed it'),
  content: setContentSchema,
});
const side = z.strictObject({
  source: z.string().describe('the folder of the report'),
  reference: set,
  generated: set,
});

/** What `report A --with B` writes of two scores, `steadfid/score-comparison/1`. */
export const scoreComparisonSchema = z.strictObject({
  schema: z.literal('steadfid/score-comparison/1'),
  version: z.string(),
  first: side,
  second: side,
  metrics: z.array(
    z.strictObject({
      metric: z.string(),
      direction: resultDirection,
      origin,
      n: z
        .strictObject({
          reference: z.int().min(0).nullable(),
          generated: z.int().min(0).nullable(),
          heldOut: z.int().min(0).nullable().exactOptional(),
        })
        .optional()
        .describe('images, the same in both scores'),
      ...valueDifference,
      ...judgement,
    }),
  ),
  left: z.array(z.string()).describe('what has no value in one of the two, in words'),
  warnings: z
    .array(z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]*$/), message: z.string() }))
    .optional(),
});

/**
 * A comparison from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedScoreComparison(json: unknown): ScoreComparison {
  parsedInParts(scoreComparisonSchema, json);
  return json as ScoreComparison;
}
