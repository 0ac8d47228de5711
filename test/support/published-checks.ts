import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../defined.js';
import { collectEmbeddings } from '../../encoders/collect-embeddings.js';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { encodeImages } from '../../encoders/encode-images.js';
import { modelsFolder } from '../../encoders/files/cache-folders.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { modelState } from '../../encoders/models/model-state.js';
import { ENCODER_CATALOG } from '../../encoders/networks/encoder-catalog.js';
import { openChosenEncoder } from '../../encoders/open-chosen-encoder.js';
import { EvaluationError } from '../../errors.js';
import type { SimilarityColor } from '../../metrics/image-similarity.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { numpyRandomState } from '../../numerics/numpy-random-state.js';
import { reconstruction, SIMILARITIES } from '../../scoring/reconstruction.js';
import { score } from '../../scoring/score.js';

/** Where images and networks are looked for. */
export interface PublishedPlaces {
  /** folder of the sets that `PUBLISHED_CHECKS` name */
  readonly images: string | undefined;
  /** of checkpoints and networks; default: the user's */
  readonly models: string | undefined;
  /** whether networks that are not there are fetched */
  readonly missingModels: 'refused' | 'pulled';
}

/** Why a check cannot be run. */
export class NotRun extends Error {}

/** One value that others have published, and how ours is found. */
export interface PublishedCheck {
  readonly name: string;
  /** who states the value */
  readonly source: string;
  readonly published: number;
  /** largest difference that rounding and platforms explain */
  readonly tolerance: number;
  /** @throws NotRun, or an EvaluationError, where it cannot be run here */
  run(places: PublishedPlaces): Promise<number>;
}

/** What came of a check: it passed only if it ran. */
export interface CheckOutcome {
  readonly check: PublishedCheck;
  readonly outcome: 'agrees' | 'differs' | 'not run';
  readonly value: number | null;
  readonly reason: string | null;
}

/** A set below the folder of images: a folder, or an archive or table of that name. */
function setAt({ images }: PublishedPlaces, name: string): string {
  if (images === undefined) throw new NotRun(`needs --images, with ${name} in it`);
  for (const ending of ['', '.zip', '.parquet', '.tar']) {
    const path = join(images, `${name}${ending}`);
    if (existsSync(path)) return path;
  }
  throw new NotRun(`no ${name} in ${images}`);
}

async function scored(
  places: PublishedPlaces,
  metric: string,
  reference: string | null,
  generated: string,
): Promise<number> {
  const { results } = await score({
    ...(reference === null ? {} : { reference: setAt(places, reference) }),
    generated: setAt(places, generated),
    metrics: [metric],
    missingModels: places.missingModels,
    ...defined({ models: places.models }),
  });
  const [{ value, reason } = { value: null, reason: 'no result' }] = results;
  if (value === null) throw new NotRun(reason ?? 'no value');
  return value;
}

/** Of a set's images those that numpy's RandomState(2020).choice draws without replacement, in the order of the set's names. */
async function drawn(places: PublishedPlaces, name: string, count: number): Promise<EmbeddedSet> {
  const { encoder: id, preprocessing } = metricById('fid-tf');
  const set = await openImageSet(setAt(places, name));
  try {
    const chosen = numpyRandomState(2020).choice(set.entries.length, count);
    const opened = await openChosenEncoder(
      { kind: 'official', id },
      { missingModels: places.missingModels, ...defined({ models: places.models }) },
    );
    try {
      const entries = Array.from(chosen, (index) => set.entries[index]!);
      return await collectEmbeddings(encodeImages({ ...set, entries }, { ...opened, preprocessing }));
    } finally {
      await opened.close();
    }
  } finally {
    await set.close();
  }
}

function ofSets(
  name: string,
  source: string,
  expected: { readonly published: number; readonly tolerance: number },
  {
    metric,
    reference,
    generated,
  }: { readonly metric: string; readonly reference: string | null; readonly generated: string },
): PublishedCheck {
  return { name, source, ...expected, run: (places) => scored(places, metric, reference, generated) };
}

/** Similarity of each of the five distorted images to its original: PSNR of red, green and blue, SSIM of MATLAB's gray. */
function ofPairs(
  measure: 'psnr' | 'ssim',
  color: SimilarityColor,
  tolerance: number,
  published: Readonly<Record<string, number>>,
): readonly PublishedCheck[] {
  return Object.entries(published).map(([image, value]) => ({
    name: `${SIMILARITIES[measure].label} of ${image}`,
    source: IQA,
    published: value,
    tolerance,
    run: async (places) => {
      const [originals, decoded] = [
        setAt(places, 'iqa-pytorch/reference'),
        setAt(places, 'iqa-pytorch/distorted'),
      ];
      const { pairs } = await reconstruction({ originals, decoded, color, metrics: [] });
      const found = pairs.find(({ id }) => id.startsWith(image))?.[measure];
      if (found === undefined || found === null) throw new NotRun(`no ${image} in ${originals}`);
      return found;
    },
  }));
}

const IQA = 'IQA-PyTorch, calibration of ten images';
const CIFAR = 'torch-fidelity, tests';
const QUOTED = 'commonly quoted, by torch-fidelity';

/** 1 if the checkpoint's SHA-256 is the one in its authors' address or code. */
const HASHES: readonly PublishedCheck[] = ENCODER_CATALOG.filter(({ id }) => /^(clip|dinov2)/.test(id)).map(
  (encoder) => ({
    name: `SHA-256 of ${encoder.checkpoint.file} (1: the same)`,
    source: encoder.checkpoint.url,
    published: 1,
    tolerance: 0,
    run: async ({ models }) => {
      const { checkpoint } = await modelState(encoder, { folder: modelsFolder(models), depth: 'verified' });
      if (checkpoint.state === 'missing' || checkpoint.state === 'partial')
        throw new NotRun(`${checkpoint.path}: ${checkpoint.state}`);
      return checkpoint.state === 'published' ? 1 : 0;
    },
  }),
);

const NO_SEED = 'the docstring states no seed: set by the test that runs it';

function withoutSeed(name: string, published: number): PublishedCheck {
  return {
    name,
    source: 'torchmetrics, docstrings',
    published,
    tolerance: 1e-3,
    run: () => Promise.reject(new NotRun(NO_SEED)),
  };
}

/** Every value that is checked. */
export const PUBLISHED_CHECKS: readonly PublishedCheck[] = [
  ofSets(
    'CMMD of two images',
    'cmmd-pytorch, README',
    { published: 7.696, tolerance: 0.005 },
    {
      metric: 'cmmd-v',
      reference: 'cmmd-pytorch/reference_images',
      generated: 'cmmd-pytorch/generated_images',
    },
  ),
  ofSets(
    'FID of ten images, legacy resizing',
    IQA,
    { published: 225.3678, tolerance: 0.05 },
    {
      metric: 'fid',
      reference: 'iqa-pytorch/reference',
      generated: 'iqa-pytorch/distorted',
    },
  ),
  ofSets(
    'FID of ten images, clean resizing',
    IQA,
    { published: 220.5819, tolerance: 0.05 },
    {
      metric: 'fid-clean',
      reference: 'iqa-pytorch/reference',
      generated: 'iqa-pytorch/distorted',
    },
  ),
  ...ofPairs('psnr', 'rgb', 0.005, { I03: 21.11, I04: 20.99, I06: 27.01, I08: 23.3, I19: 21.62 }),
  ...ofPairs('ssim', 'gray', 5e-5, { I03: 0.6993, I04: 0.9978, I06: 0.9989, I08: 0.9669, I19: 0.6519 }),
  withoutSeed('FID of random images, 64 features', 12.6388),
  withoutSeed('KID of random images', 0.0312),
  withoutSeed('IS of random images', 1.0549),
  ofSets(
    'FID of CIFAR-10, 50,000 training against 10,000 test images',
    QUOTED,
    { published: 3.1508, tolerance: 0.005 },
    {
      metric: 'fid-tf',
      reference: 'cifar10/train',
      generated: 'cifar10/test',
    },
  ),
  ofSets(
    'IS of CIFAR-10, 50,000 training images',
    CIFAR,
    { published: 11.23678, tolerance: 0.01 },
    {
      metric: 'is',
      reference: null,
      generated: 'cifar10/train',
    },
  ),
  {
    name: 'FID of 256 training against 256 test images of CIFAR-10',
    source: CIFAR,
    published: 110.28082617202443,
    tolerance: 0.01,
    run: async (places) => {
      const [reference, generated] = [
        await drawn(places, 'cifar10/train', 256),
        await drawn(places, 'cifar10/test', 256),
      ];
      const { results } = await score({ reference, generated, metrics: ['fid-tf'] });
      return results[0]!.value!;
    },
  },
  {
    name: 'IS of 256 training images of CIFAR-10',
    source: CIFAR,
    published: 6.675409920681458,
    tolerance: 1e-3,
    run: () =>
      Promise.reject(new NotRun('the order of the files, which the splits depend on, is not stated')),
  },
  ...HASHES,
];

async function outcomeOf(check: PublishedCheck, places: PublishedPlaces): Promise<CheckOutcome> {
  try {
    const value = await check.run(places);
    const agrees = Math.abs(value - check.published) <= check.tolerance;
    return { check, outcome: agrees ? 'agrees' : 'differs', value, reason: null };
  } catch (error) {
    if (!(error instanceof NotRun || error instanceof EvaluationError)) throw error;
    return { check, outcome: 'not run', value: null, reason: error.message };
  }
}

/** Each check in turn; one that cannot be run says why. */
export async function checkOutcomes(
  checks: readonly PublishedCheck[],
  places: PublishedPlaces,
): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) outcomes.push(await outcomeOf(check, places));
  return outcomes;
}

/** A line for each check, ours beside the published, and how many of each outcome. */
export function outcomesText(outcomes: readonly CheckOutcome[]): string {
  const lines = outcomes.map(({ check, outcome, value, reason }) => {
    const numbers = `published ${check.published}${value === null ? '' : `, ours ${Number(value.toPrecision(10))}`}`;
    return `${outcome.padEnd(8)} ${check.name}: ${numbers} (${reason ?? `tolerance ${check.tolerance}`}) [${check.source}]`;
  });
  const counted = (['agrees', 'differs', 'not run'] as const).map(
    (kind) => `${outcomes.filter(({ outcome }) => outcome === kind).length} ${kind}`,
  );
  return [...lines, counted.join(', ')].join('\n');
}
