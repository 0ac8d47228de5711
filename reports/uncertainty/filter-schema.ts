import { z } from 'zod';
import { keepRule } from '../filtering/compare-schema.js';

const share = z.number().min(0).max(1);
const ids = z.array(z.string());

/** What `filter --json` prints, `steadfid/filter/1`. */
export const filterReportSchema = z.strictObject({
  schema: z.literal('steadfid/filter/1'),
  version: z.string(),
  images: z.strictObject({ source: z.string(), n: z.int().min(0) }),
  scores: z.strictObject({
    source: z.string(),
    column: z.string(),
    joinedBy: z.string().describe('what was common to the names of images and scores'),
    imagesAlone: ids.describe('images without a score'),
    scoresAlone: ids.describe('scores without an image'),
  }),
  rule: keepRule,
  ruleText: z.string(),
  threshold: z.number(),
  keptShare: share,
  ties: z
    .strictObject({ images: z.int().min(0), kept: z.int().min(0), seed: z.int().min(0) })
    .optional()
    .describe(
      'images whose score is the threshold, and how many of them are kept: of a count those drawn by the seed',
    ),
  warnings: z
    .array(z.strictObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]*$/), message: z.string() }))
    .optional(),
  decisions: z
    .array(z.strictObject({ id: z.string(), score: z.number(), kept: z.boolean() }))
    .describe('every image, in code-point order of its id'),
});
