import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import { judgement, metricDirection, origin, valueDifference } from '../files/json-formats.js';
import { stabilityDifference, stabilityRatio, storedDesign } from './study-schema.js';

const sampleSize = z.int().min(1);
const side = z.strictObject({
  source: z.string().describe('the folder of the study'),
  design: storedDesign,
});

const comparedNumber = {
  metric: z.string(),
  filters: z.tuple([z.string(), z.string()]).describe('the filtered set in either study'),
  pHolm: z.number().min(0).max(1).nullable(),
  reason: z.string().nullable().describe('why nothing is compared'),
};

/** What `report A --with B` writes of two studies, `steadfid/study-comparison/1`. */
export const studyComparisonSchema = z.strictObject({
  schema: z.literal('steadfid/study-comparison/1'),
  version: z.string(),
  first: side,
  second: side,
  curves: z.array(
    z.strictObject({
      metric: z.string(),
      direction: metricDirection,
      origin,
      arms: z.tuple([z.string(), z.string()]).describe('its name in either study'),
      distortion: z.string().describe('none for the images as they are'),
      level: z.number(),
      final: z.strictObject({
        is: z.enum(['limit', 'largest-size']),
        sampleSize: sampleSize.describe('largest that both have'),
        ...valueDifference,
      }),
      ...judgement,
      sizes: z
        .array(z.strictObject({ sampleSize, ...valueDifference }))
        .describe('every size that both have'),
    }),
  ),
  left: z.array(z.string()).describe('what only one study has, in words'),
  stability: z
    .strictObject({
      ratios: z.array(
        z.strictObject({
          ...comparedNumber,
          quantity: z.enum([
            'value',
            'standardDeviation',
            'coefficientOfVariation',
            'forPrecision',
            'forBias',
          ]),
          first: stabilityRatio.nullable().describe('filtered to as many random images'),
          second: stabilityRatio.nullable(),
          compared: stabilityRatio.nullable().describe('second over first'),
        }),
      ),
      differences: z.array(
        z.strictObject({
          ...comparedNumber,
          quantity: z.enum(['exponent', 'slope', 'limit']),
          first: stabilityDifference.nullable().describe('filtered less as many random images'),
          second: stabilityDifference.nullable(),
          compared: z
            .strictObject({
              difference: z.number(),
              low: z.number(),
              high: z.number(),
              standardError: z.number().min(0),
              pValue: z.number().min(0).max(1),
            })
            .nullable()
            .describe('second less first'),
        }),
      ),
    })
    .optional()
    .describe('of studies with filters'),
  warnings: z.array(z.string()).optional().describe('which study is unfinished'),
});

/**
 * A comparison from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedStudyComparison(json: unknown): StudyComparison {
  parsedInParts(studyComparisonSchema, json);
  return json as StudyComparison;
}
