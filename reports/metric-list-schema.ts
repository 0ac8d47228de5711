import { z } from 'zod';
import { preprocessingSchema } from '../encoders/images/preprocessing-schema.js';

const bound = z.number().nullable().describe('null: no bound');

const result = z.strictObject({
  id: z.string().describe('of the number: fid, precision'),
  direction: z.enum(['lower-is-better', 'higher-is-better', 'neither']),
  formula: z.string().optional().describe('of this number, where the metric gives several'),
  range: z.tuple([bound, bound]),
  highIs: z.string().optional().describe('what bounds it above where the sets do'),
  atEquality: z.number().nullable().describe('for two equal sets, where the formula fixes one'),
  symmetric: z.boolean(),
  units: z.string(),
});

/** What `metrics --json` prints, `steadfid/metrics/1`. */
export const metricListSchema = z.array(
  z.strictObject({
    id: z.string(),
    title: z.string(),
    formula: z.string(),
    source: z.string(),
    agreesWith: z.string(),
    disagreements: z.array(z.string()),
    bias: z.string(),
    invariantUnder: z.array(z.enum(['rotation', 'shift'])),
    encoder: z.string(),
    preprocessing: preprocessingSchema,
    preprocessingId: z.string(),
    variantOf: z.string().optional().describe('the metric of the same formula'),
    uses: z.enum(['moments', 'embeddings', 'logits']),
    sides: z.enum(['both', 'generated']),
    parameters: z.record(z.string(), z.union([z.number(), z.string()])).describe('defaults'),
    results: z.array(result).min(1),
  }),
);
