import { z } from 'zod';

/** What `encoders --json` prints, `steadfid/encoders/1`. */
export const encoderListSchema = z.array(
  z.strictObject({
    id: z.string(),
    standing: z.enum(['official', 'demo']).describe('demo: not comparable with published values'),
    title: z.string(),
    role: z.string().describe('which metrics take it'),
    dimensions: z.int().min(1).nullable().describe('null for a demo'),
    preprocessing: z.string(),
    sizeBytes: z
      .int()
      .min(1)
      .nullable()
      .describe('of the checkpoint to be fetched; null for a demo, which is here'),
    isHere: z.boolean(),
    license: z.string(),
    source: z.string(),
  }),
);
