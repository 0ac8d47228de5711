import { z } from 'zod';

/** `figures/index.json` of a report, `steadfid/figures/1`: which files in that folder are the report's own. */
export const figureIndexSchema = z
  .array(z.string().regex(/^[a-z0-9-]+\.(svg|png|csv)$/))
  .min(1)
  .describe('names of files, in the order of the page');
