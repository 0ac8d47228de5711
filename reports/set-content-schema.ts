import { z } from 'zod';

/** What a set's numbers were made from, as reports hold it. */
export const setContentSchema = z
  .strictObject({
    of: z.enum(['images', 'embeddings', 'statistics']),
    digest: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('sum of the SHA-256 of each id and image, modulo 2^256; else SHA-256 of the numbers'),
    decoding: z.string().nullable().describe('how images were decoded; null where that is not known'),
  })
  .nullable()
  .describe('null where no metric looked at it');
