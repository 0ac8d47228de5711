import { z } from 'zod';
import { parsedInParts } from '../../encoders/files/parsed-in-parts.js';
import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';

// Loose objects: a later version may add a field, and what it adds is kept when a report is written anew.

const count = z.int().min(0);
const value = z.number().nullable();
const ids = z.array(z.string());
const family = z.enum(['detail', 'other']);
const warning = z.looseObject({ code: z.string().regex(/^[A-Z][A-Z0-9_]*$/), message: z.string() });
const matrix = z.array(z.array(value)).describe('[first setting][second setting]');
const agreement = z.looseObject({ single: z.number(), averaged: z.number().nullable() }).nullable();

const setting = {
  name: z.string().describe('1.0_3.0, a folder, or empty where there is one alone'),
  sigma: z.string().nullable(),
  precision: z.string().nullable(),
};

const run = z.looseObject({
  name: z.string(),
  source: z.string(),
  setting: z.looseObject(setting),
  diagnostics: z.looseObject({
    maps: count,
    negatives: count,
    values: count,
    negativeShare: z.number().min(0).max(1),
    lag1: value.describe('correlation of neighboring pixels'),
    channelCorrelation: value,
    warnings: z.array(warning),
  }),
});

const column = z.looseObject({
  name: z.string(),
  kind: z.enum(['aggregation', 'residual', 'control']),
  formula: z.string(),
  aggregation: z.string().nullable().describe('id of an aggregation, without its run'),
  run: z.string().nullable(),
  family: family.nullable(),
  values: z.record(z.string(), value).describe('by id; null where the number does not exist'),
});

const comparison = z
  .looseObject({
    settings: z.array(z.looseObject({ ...setting, images: count, mean: z.number() })),
    ids,
    matrices: z.record(z.string(), matrix).describe('means over images of each number of a pair of maps'),
    sums: matrix.describe("Spearman's correlation over images of the sums"),
    laws: z.array(
      z.looseObject({
        first: z.string(),
        second: z.string(),
        measured: value,
        isotropic: z.number(),
        exponent: value,
      }),
    ),
    pairs: z.array(z.looseObject({ id: z.string(), first: z.string(), second: z.string() })),
  })
  .superRefine(({ settings, matrices, sums }, { addIssue }) => {
    const n = settings.length;
    const named = [
      ...Object.entries(matrices).map(([name, of]) => [['matrices', name], of] as const),
      [['sums'], sums] as const,
    ];
    for (const [path, of] of named) {
      if (of.length === n && of.every((row) => row.length === n)) continue;
      addIssue({
        code: 'custom',
        path: [...path],
        message: `must be ${n} × ${n}, a row and a column for each setting`,
      });
    }
  });

/** What `uncertainty --json` prints, `steadfid/uncertainty/1`. */
export const uncertaintyReportSchema = z.looseObject({
  schema: z.literal('steadfid/uncertainty/1'),
  version: z.string(),
  channels: z.enum(['mean', 'sum']),
  seed: count,
  runs: z.array(run).min(1),
  images: z
    .looseObject({ source: z.string(), n: count, joinedBy: z.string(), imagesAlone: ids, mapsAlone: ids })
    .nullable(),
  columns: z.array(column),
  correlations: z
    .array(z.looseObject({ score: z.string(), control: z.string(), family, value }))
    .describe("Spearman's"),
  comparison: comparison.nullable(),
  reliability: z.array(
    z.looseObject({
      first: z.string(),
      second: z.string(),
      images: count,
      pixels: agreement,
      scores: agreement,
    }),
  ),
  warnings: z.array(warning),
});

/**
 * A report from parsed JSON, checked, its fields in the order in which they came.
 *
 * @throws z.ZodError naming every field that is not as the schema says
 */
export function parsedUncertaintyReport(json: unknown): UncertaintyReport {
  parsedInParts(uncertaintyReportSchema, json);
  return json as UncertaintyReport;
}
