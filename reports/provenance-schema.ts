import { z } from 'zod';
import type { Provenance } from './provenance.js';

/** `provenance.json` beside a report, `steadfid/report-provenance/1`. */
export const reportProvenanceSchema = z.strictObject({
  schema: z.literal('steadfid/report-provenance/1'),
  version: z.string(),
  command: z.string().describe('as typed'),
  finished: z.string().describe('ISO 8601, UTC'),
  machine: z.string(),
  node: z.string(),
}) satisfies z.ZodType<Provenance>;
