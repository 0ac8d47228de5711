import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import type { ReconstructionReport } from '../../scoring/reconstruction.js';
import { scoreReportSchema } from './score-schema.js';

const side = z.strictObject({
  source: z.string().describe('the path as the caller typed it'),
  n: z.int().min(1),
});
const similarity = {
  psnr: z.number().nullable().describe('dB; null for equal images, of which it is infinite'),
  ssim: z.number().max(1).nullable().describe('null for images smaller than its window'),
  msSsim: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('null for images smaller than its window after four halvings'),
};

/** `reconstruction.json`, `steadfid/reconstruction/1`. */
export const reconstructionSchema = z.strictObject({
  schema: z.literal('steadfid/reconstruction/1'),
  version: z.string(),
  originals: side,
  decoded: side,
  joinedBy: z.string().describe('which part of the ids was compared'),
  color: z.enum(['rgb', 'luma', 'gray']),
  lpips: z
    .strictObject({ source: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
    .exactOptional()
    .describe('the network of LPIPS'),
  measures: z.array(
    z.strictObject({
      measure: z.enum(['psnr', 'ssim', 'msSsim', 'lpips']),
      value: z.number().nullable().describe('mean over pairs'),
      reason: z.string().optional().describe('why it is null, or of fewer pairs'),
      standardError: z.number().min(0).nullable().describe('of the mean, over pairs drawn independently'),
      interval: z
        .strictObject({ low: z.number(), high: z.number(), level: z.number().gt(0).lt(1) })
        .nullable()
        .describe("by Student's t"),
      direction: z.enum(['higher-is-better', 'lower-is-better']),
      n: z.int().min(0).describe('pairs that it is of'),
    }),
  ),
  pairs: z.array(
    z.strictObject({
      id: z.string(),
      decoded: z.string(),
      width: z.int().min(1),
      height: z.int().min(1),
      ...similarity,
      lpips: z.number().exactOptional(),
    }),
  ),
  worst: z.array(z.string()).describe('ids of the pairs of the lowest PSNR, lowest first'),
  sets: scoreReportSchema.nullable().describe('distances of the two sets'),
  warnings: z.array(z.strictObject({ code: z.string(), message: z.string() })),
});

/**
 * A reconstruction from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedReconstruction(json: unknown): ReconstructionReport {
  parsedInParts(reconstructionSchema, json);
  return json as ReconstructionReport;
}
