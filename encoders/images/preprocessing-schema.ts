import { z } from 'zod';
import { CROPS, type Preprocessing, RESAMPLERS } from './preprocessing.js';

const side = z.int().min(1).max(8192);
const channels = z.tuple([z.number(), z.number(), z.number()]);
const spread = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]);

/**
 * A preprocessing as a network's sidecar states it, with what its fields must be to each other. Loads zod: import it
 * when a sidecar is read.
 */
export const preprocessingSchema = z
  .strictObject({
    resize: z.union([side, z.tuple([side, side]), z.null()], {
      error:
        'must be a side, a [height, width] pair or null (images must then share one size); sides are 1 to 8192',
    }),
    resample: z.enum(RESAMPLERS, { error: `must be one of ${RESAMPLERS.join(', ')}` }),
    crop: z.enum(CROPS, { error: `must be one of ${CROPS.join(', ')}` }),
    range: z.union(
      [z.enum(['0..255', '0..1', '-1..1', '(x-128)/128']), z.strictObject({ mean: channels, std: spread })],
      {
        error:
          'must be "0..255", "0..1", "-1..1", "(x-128)/128" or { "mean": [r, g, b], "std": [r, g, b] } with positive std',
      },
    ),
    channels: z.enum(['rgb', 'gray'], { error: 'must be "rgb" or "gray"' }).optional(),
  })
  .refine(({ crop, resize }) => crop !== 'center' || typeof resize === 'number', {
    path: ['crop'],
    error: 'must not be "center" unless resize is one side',
  }) satisfies z.ZodType<Preprocessing>;
