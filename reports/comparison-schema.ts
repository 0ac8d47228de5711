import { z } from 'zod';

export const metricDirection = z.enum(['lower-is-better', 'higher-is-better', 'neither']);

/** Fields of two values side by side, second less first. */
export const valueDifference = {
  first: z.number(),
  second: z.number(),
  difference: z.number().describe('second less first'),
  standardError: z
    .number()
    .min(0)
    .nullable()
    .describe('of the difference; null where nothing says how sure the values are'),
  interval: z
    .strictObject({ low: z.number(), high: z.number() })
    .nullable()
    .describe('95 % of the difference'),
};

/** Fields of what is said of a difference. */
export const judgement = {
  pValue: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .describe('of no difference, adjusted for all that is compared (Holm); null without a standard error'),
  better: z
    .enum(['first', 'second'])
    .nullable()
    .describe('where the p value is below 0.05 and the metric has a direction'),
};

export const standing = z
  .enum(['official', 'demo', 'custom', 'unknown'])
  .describe('demo: not comparable with published values');
