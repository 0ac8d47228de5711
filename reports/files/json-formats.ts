import { z } from 'zod';
import { preprocessingSchema } from '../../encoders/images/preprocessing-schema.js';
import { NumericalError } from '../../errors.js';
import { INTERVAL_BOUNDS } from '../../metrics/interval-procedure.js';
import { DEVICES } from '../../onnx/device.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import type { ScoreReport } from '../../scoring/score-report.js';
import type { Provenance } from '../page/page.js';

/**
 * A report as JSON, two spaces deep, ending in a line feed.
 *
 * @param name  what the report is called, for the error
 * @throws NumericalError NOT_FINITE if a number in it is NaN or infinite, which JSON would turn into null unsaid
 */
export function strictJson(report: object, name: string): string {
  const text = JSON.stringify(
    report,
    (key, value: unknown) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new NumericalError('NOT_FINITE', {
          where: `${name}, "${key}"`,
          expected: 'every number must be finite',
          received: String(value),
        });
      }
      return value;
    },
    2,
  );
  return `${text}\n`;
}

export const metricDirection = z.enum(['lower-is-better', 'higher-is-better']);

/** Of a number of a score: `neither` where far above and far below are both bad. */
export const resultDirection = z.enum(['lower-is-better', 'higher-is-better', 'neither']);

/** How an interval was found, as reports hold it. */
export const intervalProcedure = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('jackknife'),
      groups: z.int().min(2).describe('of images, each left out once'),
      scale: z.enum(['plain', 'logarithm']).describe('of the number, or of its logarithm'),
      fixed: z.enum(['reference', 'generated']).nullable().describe('the side that was not cut'),
      splits: z.literal('one').nullable().describe('of a score that has splits'),
      bounds: z.enum(INTERVAL_BOUNDS),
    }),
    z.strictObject({ kind: z.literal('closed-form') }),
  ])
  .describe('how the interval was found');

/** Fields of two values side by side, second less first. */
export const valueDifference = {
  first: z.number(),
  second: z.number(),
  difference: z.number().describe('second less first'),
  standardError: z
    .number()
    .min(0)
    .nullable()
    .describe('of the difference; null where the errors are unknown'),
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

export const origin = z
  .enum(['official', 'demo', 'custom', 'unknown'])
  .describe('demo: not comparable with published values');

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const sizeBytes = z.int().min(0);

const model = z.strictObject({
  id: z.string(),
  title: z.string(),
  dimensions: z.int().min(1),
  for: z.string().describe('which metrics take it'),
  license: z.string(),
  source: z.string(),
  published: z.strictObject({
    file: z.string(),
    url: z.url(),
    sha256,
    sizeBytes,
    hashSource: z.string().describe('who says what the hash must be'),
  }),
  checkpoint: z.strictObject({
    path: z.string(),
    state: z.enum(['missing', 'partial', 'there', 'published', 'other']),
    sizeBytes: sizeBytes.nullable(),
    sha256: sha256.nullable().describe('null unless every byte was read'),
  }),
  network: z.strictObject({
    path: z.string(),
    state: z.enum(['missing', 'there', 'official', 'custom']),
    sizeBytes: sizeBytes.nullable(),
    sha256: sha256.nullable().describe('null unless every byte was read'),
    reason: z.string().nullable().describe('why it is not official'),
  }),
});

const denoiserFile = z.strictObject({
  file: z.string(),
  url: z.url(),
  sizeBytes: sizeBytes.nullable().describe('null where no public source states it'),
  approximateBytes: z.int().nullable(),
  hash: z
    .strictObject({ algorithm: z.enum(['sha256', 'md5']), value: z.string(), source: z.string() })
    .nullable()
    .describe('null where no public source states one'),
});

/** What `models list --json` prints, `steadfid/models/1`. */
export const modelListSchema = z.strictObject({
  folder: z.string(),
  models: z.array(model),
  denoisers: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      license: z.string(),
      source: z.string(),
      files: z.array(denoiserFile),
      sizeBytes: sizeBytes.nullable().describe('of the weights'),
      approximateBytes: z.int().nullable(),
      network: z.enum(['ready', 'not here']),
    }),
  ),
});

const file = z.discriminatedUnion('origin', [
  z.strictObject({ path: z.string(), origin: z.literal('official'), id: z.string(), sha256 }),
  z.strictObject({ path: z.string(), origin: z.literal('custom'), reason: z.string(), sha256 }),
]);

const denoiser = z.strictObject({
  id: z.string(),
  title: z.string(),
  license: z.string(),
  source: z.string(),
  files: z.array(
    z.strictObject({
      published: denoiserFile,
      path: z.string(),
      state: z
        .enum(['published', 'other', 'not verified', 'missing'])
        .describe('not verified: no public source states its hash'),
      sha256: sha256.nullable(),
    }),
  ),
  network: z.strictObject({
    path: z.string(),
    state: z
      .enum(['converted', 'other', 'missing'])
      .describe('converted: byte for byte what its checkpoint gives'),
    reason: z.string().nullable(),
    sha256: sha256.nullable(),
  }),
});

/** What `models verify --json` prints, `steadfid/verified-models/1`: encoders and denoisers by name, and files by path. */
export const verifiedModelsSchema = z.array(z.union([model, denoiser, file]));

/** What `encoders --json` prints, `steadfid/encoders/1`. */
export const encoderListSchema = z.array(
  z.strictObject({
    id: z.string(),
    origin: z.enum(['official', 'demo']).describe('demo: not comparable with published values'),
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

const triedDevice = z.strictObject({
  device: z.enum(DEVICES),
  state: z
    .enum(['works', 'differs', 'fails'])
    .describe('differs: it runs, too far from the numbers of the CPU'),
  reason: z.string().nullable().describe('of any state but works, with what to do'),
  hardware: z.string().nullable().describe('null: unknown'),
  memoryBytes: z.number().min(0).nullable().describe('null: unknown'),
  difference: z.number().min(0).nullable().describe('of embeddings from those of the CPU, relative in L2'),
  imagesPerSecond: z.number().min(0).nullable(),
  leftToCpu: z
    .union([z.literal('all'), z.array(z.string()).readonly()])
    .nullable()
    .describe('operators of the network that the device does not run; null: unknown'),
});
export type TriedDevice = Readonly<z.infer<typeof triedDevice>>;

/** What `devices --json` prints, `steadfid/devices/1`. */
export const devicesSchema = z.strictObject({
  schema: z.literal('steadfid/devices/1'),
  auto: triedDevice.shape.device.describe('what --device auto takes'),
  autoReason: z.string(),
  encoder: z.string().describe('the network by which devices were tried'),
  devices: z.array(triedDevice).min(1),
});
export type TriedDevices = Readonly<z.infer<typeof devicesSchema>>;

/** `figures/index.json` of a report, `steadfid/figures/1`: which files in that folder are the report's own. */
export const figureIndexSchema = z
  .array(z.string().regex(/^[a-z0-9-]+\.(svg|png|csv)$/))
  .min(1)
  .describe('names of files, in the order of the page');

const bound = z.number().nullable().describe('null: no bound');

const result = z.strictObject({
  id: z.string().describe('of the number: fid, precision'),
  label: z.string().describe('as tables name it'),
  role: z.enum(['quality', 'fidelity', 'diversity']),
  direction: resultDirection,
  formula: z.string().optional().describe('of this number, where the metric gives several'),
  range: z.tuple([bound, bound]),
  highIs: z.string().optional().describe('what bounds it above where the sets do'),
  atEquality: z.number().nullable().describe('for two equal sets, where the formula fixes one'),
  symmetric: z.boolean(),
  units: z.string(),
});

/** What `metrics --json` prints, `steadfid/metrics/1`. */
export const metricListSchema = z.array(
  z.strictObject({
    id: z.string(),
    title: z.string(),
    formula: z.string(),
    source: z.string(),
    agreesWith: z.string(),
    disagreements: z.array(z.string()),
    bias: z.string(),
    isUnbiased: z.boolean(),
    family: z.enum(['frechet', 'inception-score', 'kernel', 'neighbors', 'other']).describe('of the formula'),
    cost: z.enum(['frechet', 'kernel', 'logits', 'other']).describe('how the cost of one value grows'),
    curves: z.enum(['family', 'protocol']).describe('how a study finds the values of nested subsets'),
    subsets: z.enum(['family', 'none']).describe('whether compare can measure it on subsets'),
    repeats: z.enum(['few', 'many']).describe('of a study'),
    invariantUnder: z.array(z.enum(['rotation', 'shift'])),
    encoder: z.string(),
    preprocessing: preprocessingSchema,
    preprocessingId: z.string(),
    variantOf: z.string().optional().describe('the metric of the same formula'),
    uses: z.enum(['moments', 'embeddings', 'logits']),
    sides: z.enum(['both', 'generated']),
    heldOut: z.literal('needed').optional().describe('whether images held out from training are a third set'),
    parameters: z.record(z.string(), z.union([z.number(), z.string()])).describe('defaults'),
    note: z.string().optional().describe('of the unit'),
    results: z.array(result).min(1),
  }),
);

/** `outputs.json` beside a study, `steadfid/outputs/1`: what was made from it, written last. */
export const outputsSchema = z.strictObject({
  schema: z.literal('steadfid/outputs/1'),
  version: z.string(),
  files: z
    .record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))
    .describe('SHA-256 by path below the folder'),
});

/** `provenance.json` beside a report, `steadfid/report-provenance/1`. */
export const reportProvenanceSchema = z.strictObject({
  schema: z.literal('steadfid/report-provenance/1'),
  version: z.string(),
  command: z.string().describe('as typed'),
  finished: z.string().describe('ISO 8601, UTC'),
  machine: z.string(),
  node: z.string(),
}) satisfies z.ZodType<Provenance>;

/**
 * A report as JSON, two spaces deep, ending in a line feed.
 *
 * @throws NumericalError NOT_FINITE if a number in it is NaN or infinite, which JSON would turn into null unsaid
 */
export function scoreJson(report: ScoreReport): string {
  return strictJson(report, 'score report');
}

/** A published file of statistics, as reports hold it. */
export const knownSource = z.strictObject({
  name: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  url: z.string(),
  holds: z.string(),
});

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

/**
 * A study's report as JSON, two spaces deep, ending in a line feed.
 *
 * @throws NumericalError NOT_FINITE if a number in it is NaN or infinite, which JSON would turn into null unsaid
 */
export function studyJson(report: StudyReport): string {
  return strictJson(report, 'study report');
}
