import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import { scoreModelsSchema } from './score-models-schema.js';
import { scoreReportSchema } from './score-schema.js';
import type { Track } from './track.js';

/** What `track` writes, `steadfid/track/1`. */
export const trackSchema = z.strictObject({
  schema: z.literal('steadfid/track/1'),
  version: z.string(),
  seed: z.int(),
  settings: z
    .record(z.string(), z.string())
    .describe('what decides a number, by name: a rerun must have the same'),
  checkpoints: z
    .array(
      z.strictObject({
        step: z.number().min(0),
        stamp: z
          .string()
          .describe('files, bytes and latest change of its set, by which a rerun knows it again'),
        report: scoreReportSchema,
      }),
    )
    .min(1)
    .describe('by step'),
  metrics: scoreModelsSchema.shape.metrics.describe('models are indices of checkpoints'),
  left: scoreModelsSchema.shape.left,
  warnings: scoreModelsSchema.shape.warnings,
});

/**
 * A track from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedTrack(json: unknown): Track {
  parsedInParts(trackSchema, json);
  return json as Track;
}
