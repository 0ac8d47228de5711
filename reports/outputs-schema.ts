import { z } from 'zod';

/** `outputs.json` beside a study, `steadfid/outputs/1`: what was made from it, written last. */
export const outputsSchema = z.strictObject({
  schema: z.literal('steadfid/outputs/1'),
  version: z.string(),
  files: z
    .record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))
    .describe('SHA-256 by path below the folder'),
});
