import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DenoiserDescription } from '../../../diffusion/denoiser.js';
import { noiseSchedule } from '../../../diffusion/noise-schedule.js';
import { openDenoiser } from '../../../diffusion/open-denoiser.js';
import { openNpz } from '../../../encoders/files/npz.js';
import { openNpzWriter, type WrittenData } from '../../../encoders/files/npz-writer.js';
import { openImageSet } from '../../../encoders/images/open-image-set.js';
import type { Curvature } from '../../../uncertainty/laplace/curvature.js';
import { openFitSet } from '../../../uncertainty/laplace/denoiser-arrays.js';
import { type FitBatch, noisyImages } from '../../../uncertainty/laplace/fit-pairs.js';
import { type FittedPosterior, fitPosterior } from '../../../uncertainty/laplace/fit-posterior.js';
import { type ImagePairsOptions, imagePairs } from '../../../uncertainty/laplace/image-pairs.js';
import { patches } from '../../../uncertainty/laplace/layer-shape.js';
import { mergedPosterior } from '../../../uncertainty/laplace/merge-posteriors.js';
import {
  readPosterior,
  requireOwnDenoiser,
  writePosterior,
} from '../../../uncertainty/laplace/posterior-file.js';
import { parsedPosteriorRecord } from '../../../uncertainty/laplace/posterior-record.js';
import type { PosteriorSettings } from '../../../uncertainty/laplace/posterior-settings.js';
import { patternImage } from '../../support/pattern-image.js';
import { type SmallDenoiserOptions, writeSmallDenoiser } from '../../support/small-denoiser.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { rejected, thrown } from '../../support/thrown.js';
import { expectAllClose, expectClose, SUMMATION_TOLERANCE } from '../../support/tolerance.js';

const data = {
  kind: 'images',
  source: 'train',
  seed: 7,
  timesPerImage: 1,
  preprocessing: null,
  shards: null,
  skipped: [],
} as const;

const FLOAT32_TOLERANCE = 2 ** -22; // two roundings of values up to 1

async function small(options: SmallDenoiserOptions = {}) {
  return openDenoiser(await writeSmallDenoiser(temporaryFolder(), options));
}

function folderOfImages(names: readonly string[]): string {
  const folder = temporaryFolder();
  for (const [i, name] of names.entries()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    const { width, height, data: pixels } = patternImage(8, 9 + i);
    writeFileSync(join(folder, name), Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]));
  }
  return folder;
}

const NAMES = ['a.ppm', 'b.ppm', 'c.ppm', 'd.ppm', 'e.ppm', 'f.ppm'];

async function batchesOf(options: Partial<ImagePairsOptions> = {}, network: SmallDenoiserOptions = {}) {
  const denoiser = await small(network);
  const set = await openImageSet(folderOfImages(NAMES));
  return { denoiser, pairs: imagePairs(set, denoiser.description, { seed: 7, ...options }) };
}

async function fittedTo(
  options: Partial<ImagePairsOptions> = {},
  settings: Partial<PosteriorSettings> = {},
): Promise<FittedPosterior> {
  const { denoiser, pairs } = await batchesOf(options);
  return fitPosterior(denoiser, pairs.batches(), { settings, data });
}

async function all(batches: AsyncIterable<FitBatch>): Promise<FitBatch[]> {
  const list: FitBatch[] = [];
  for await (const batch of batches) list.push(batch);
  return list;
}

describe('a fit', () => {
  test('sums the patches of the features at x_t, and the squares of ε̂ − ε', async () => {
    const { denoiser, pairs } = await batchesOf({ batchSize: 2 });
    const { posterior, pairDigests } = await fitPosterior(denoiser, pairs.batches(), { data });
    const { layer, gram, squaredResiduals } = posterior.curvature;
    const [size, schedule] = [layer.inputs * 9 + 1, noiseSchedule(denoiser.description.schedule)];
    const expected = new Float64Array(size * size);
    let squares = 0;
    for (const batch of await all(pairs.batches())) {
      const x = noisyImages(batch, schedule);
      const { epsilon, features } = await denoiser.predict({ n: batch.n, x, t: batch.t });
      const rows = patches({ n: batch.n, channels: 6, height: 8, width: 8, data: features }, layer);
      for (let p = 0; p < batch.n * 64; p++)
        for (let i = 0; i < size; i++)
          for (let j = 0; j < size; j++) expected[i * size + j]! += rows[p * size + i]! * rows[p * size + j]!;
      epsilon.forEach((value, i) => {
        squares += (value - batch.noise[i]!) ** 2;
      });
    }
    expectAllClose(gram!, expected, SUMMATION_TOLERANCE);
    expectClose(squaredResiduals, squares, SUMMATION_TOLERANCE);
    expect(new Set(pairDigests).size).toBe(6);
    expect([posterior.curvature.pairs, posterior.curvature.positions]).toEqual([6, 384]);
  });

  test('takes one time and one noise an image, of the seed alone, whatever the batches', async () => {
    const [whole] = await all((await batchesOf({ batchSize: 6 })).pairs.batches());
    const parts = await all((await batchesOf({ batchSize: 1 })).pairs.batches());
    expect(parts.map(({ t }) => t[0])).toEqual([...whole!.t]);
    expect(parts.flatMap(({ noise }) => [...noise])).toEqual([...whole!.noise]);
    const [other] = await all((await batchesOf({ batchSize: 6, seed: 8 })).pairs.batches());
    expect([...other!.t]).not.toEqual([...whole!.t]);
  });

  test('takes k times an image for k pairs each', async () => {
    const { pairs } = await batchesOf({ timesPerImage: 3, n: 2, batchSize: 6 });
    const [batch] = await all(pairs.batches());
    expect([pairs.count, batch!.n]).toEqual([6, 6]);
    expect([...batch!.x.subarray(0, 192)]).toEqual([...batch!.x.subarray(192, 384)]);
    expect(new Set(batch!.t).size).toBeGreaterThan(3);
  });

  test('gives an image the same pair in a set of fewer images to draw', async () => {
    const { pairs } = await batchesOf({ n: 3, batchSize: 3 });
    const [some] = await all(pairs.batches());
    const [whole] = await all((await batchesOf({ batchSize: 6 })).pairs.batches());
    for (const t of some!.t) expect([...whole!.t]).toContain(t);
  });

  test('of a network that learns its variance is of the channels of ε alone', async () => {
    const { denoiser, pairs } = await batchesOf({}, { variance: 'learned' });
    const { posterior } = await fitPosterior(denoiser, pairs.batches(), { data });
    expect(posterior.curvature.layer.outputs).toBe(3);
    expect(posterior.curvature.squaredGradients.length).toBe(3 * 55);
  });

  test('of a network of one channel gets the luma of Pillow, 0.299 R + 0.587 G + 0.114 B', async () => {
    const denoiser = await small({ channels: 1 });
    const { data: rgb } = patternImage(8, 8);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.ppm'), Buffer.concat([Buffer.from('P6 8 8 255\n'), rgb]));
    const set = await openImageSet(folder);
    const [{ x }] = (await all(imagePairs(set, denoiser.description, { seed: 1 }).batches())) as [FitBatch];
    const luma = Array.from({ length: 64 }, (_, i) => {
      const [red, green, blue] = rgb.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
      return ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16) / 127.5 - 1;
    });
    expect(x.length).toBe(64);
    for (const [i, value] of x.entries())
      expect(Math.abs(value - luma[i]!)).toBeLessThanOrEqual(FLOAT32_TOLERANCE);
  });

  test('of a network with classes takes the images’ folders as labels', async () => {
    const denoiser = await small({ classes: 2 });
    const set = await openImageSet(folderOfImages(['cat/a.ppm', 'cat/b.ppm', 'dog/c.ppm']));
    const [batch] = await all(imagePairs(set, denoiser.description, { seed: 1 }).batches());
    expect([...batch!.y!]).toEqual([0, 0, 1]);
    const some = await openImageSet(folderOfImages(['1/a.ppm', '1/b.ppm']));
    expect([...(await all(imagePairs(some, denoiser.description, { seed: 1 }).batches()))[0]!.y!]).toEqual([
      1, 1,
    ]);
    const flat = await openImageSet(folderOfImages(['a.ppm', 'b/c.ppm']));
    expect(thrown(() => imagePairs(flat, denoiser.description, { seed: 1 }))).toBe(
      `CONFLICTING_OPTIONS ${flat.source}: must have a folder for each of the network's 2 classes, or folders named by their labels, 0 to 1; got 1 folders. ` +
        'Arrange the images by class, or give --fit-set with the labels y.',
    );
  });

  test('leaves unreadable images out where that was asked for, names them, and draws the same pairs of the others', async () => {
    const denoiser = await small();
    const folder = folderOfImages(NAMES);
    for (const name of ['b.ppm', 'e.ppm']) writeFileSync(join(folder, name), 'P6\n8 9\n255\ncut off');
    const set = await openImageSet(folder);
    const drawn = { seed: 7, timesPerImage: 2, batchSize: 2 };
    const pairs = imagePairs(set, denoiser.description, { ...drawn, unreadable: 'skipped' });
    const batches = await all(pairs.batches());
    const [whole] = await all((await batchesOf({ timesPerImage: 2, batchSize: 12 })).pairs.batches());
    const kept = [0, 1, 4, 5, 6, 7, 10, 11].map((pair) => whole!.t[pair]);
    expect(batches.flatMap(({ t }) => [...t])).toEqual(kept);
    expect(pairs.skipped.map(({ id }) => id)).toEqual(['b.ppm', 'e.ppm']);
    expect(pairs.skipped[0]!.reason).toMatch(/b\.ppm: .*stops at byte/);
    expect(await rejected(all(imagePairs(set, denoiser.description, drawn).batches()))).toMatch(
      /^UNREADABLE_IMAGE .*b\.ppm: .*Replace it or pass --skip-unreadable\.$/,
    );
    const none = await openImageSet(folder);
    const bad = { ...none, entries: none.entries.filter(({ id }) => /^[be]/.test(id)) };
    expect(
      await rejected(
        all(imagePairs(bad, denoiser.description, { seed: 7, unreadable: 'skipped' }).batches()),
      ),
    ).toMatch(/^TOO_FEW_SAMPLES .*: must have at least one image that can be read; got 2 that cannot/);
  });

  test('that was interrupted says so', async () => {
    const { denoiser, pairs } = await batchesOf();
    const signal = AbortSignal.abort();
    expect(await rejected(fitPosterior(denoiser, pairs.batches(), { data, signal }))).toMatch(/^INTERRUPTED/);
  });

  test('of more images than there are is refused', async () => {
    expect(await rejected(batchesOf({ n: 7 }))).toMatch(
      /^TOO_FEW_SAMPLES .*: must hold the 7 images that were asked for; got 6\. Ask for 6 or fewer\.$/,
    );
  });
});

describe('shards', () => {
  const shardOf = async (index: number, settings: Partial<PosteriorSettings> = {}) => {
    const shards = { count: 3, indices: [index] };
    const { denoiser, pairs } = await batchesOf({ shard: { index, count: 3 } });
    const fitted = await fitPosterior(denoiser, pairs.batches(), { settings, data: { ...data, shards } });
    return { ...fitted, name: `part-${index}.npz` };
  };

  test('merge to the fit of the whole', async () => {
    const merged = await mergedPosterior([await shardOf(1), await shardOf(3), await shardOf(2)]);
    const whole = await fittedTo();
    expectAllClose(merged.posterior.curvature.gram!, whole.posterior.curvature.gram!, SUMMATION_TOLERANCE);
    expectClose(
      merged.posterior.curvature.squaredResiduals,
      whole.posterior.curvature.squaredResiduals,
      SUMMATION_TOLERANCE,
    );
    expect(new Set(merged.pairDigests)).toEqual(new Set(whole.pairDigests));
    expect(merged.record).toEqual(whole.record);
  });

  test('say which parts they are while some are missing', async () => {
    const { record } = await mergedPosterior([await shardOf(3), await shardOf(1)]);
    expect(record.data.shards).toEqual({ count: 3, indices: [1, 3] });
  });

  test('that share a pair are refused', async () => {
    const part = await shardOf(1);
    expect(await rejected(mergedPosterior([part, { ...part, name: 'again.npz' }]))).toBe(
      'DUPLICATE_CONTENT again.npz: must have no pair of image, time and noise that part-1.npz has too; got 2 of 2. ' +
        'Merge each part once, and parts of one seed only if they are shards of one set.',
    );
  });

  test('of unlike settings are refused', async () => {
    expect(await rejected(mergedPosterior([await shardOf(1), await shardOf(2, { noiseSd: 2 })]))).toBe(
      'UNLIKE_REPORTS part-2.npz: noise sd must be as in part-1.npz, 1; got 2. Fit both in the same way.',
    );
  });
});

/** A fit whose sums are others. */
function withSums(fitted: FittedPosterior, changes: Partial<Curvature>): FittedPosterior {
  const { posterior } = fitted;
  return { ...fitted, posterior: { ...posterior, curvature: { ...posterior.curvature, ...changes } } };
}

describe('a posterior’s file', () => {
  test.each(['full', 'diag-ef'] as const)('gives a posterior of structure %s back', async (structure) => {
    const fitted = await fittedTo({}, { structure, noiseSd: 0.3, temperature: 5 });
    const path = join(temporaryFolder(), 'posterior.npz');
    await writePosterior(path, fitted);
    expect(await readPosterior(path)).toEqual(fitted);
  });

  test('holds arrays that numpy names and provenance.json', async () => {
    const path = join(temporaryFolder(), 'posterior.npz');
    await writePosterior(path, await fittedTo({}, { structure: 'kron' }));
    const npz = await openNpz(path);
    expect(npz.arrays).toEqual(['gram', 'diagonal', 'squared_gradients', 'pairs']);
    expect((await npz.header('gram')).shape).toEqual([55, 55]);
    expect(JSON.parse(await npz.text('provenance.json'))).toMatchObject({
      schema: 'steadfid/posterior/1',
      structure: 'kron',
      pairs: 6,
      noising: 'x_t = sqrt(alpha_bar_t) x + sqrt(1 - alpha_bar_t) noise',
      schedule: { kind: 'linear', steps: 1000, betaStart: 1e-4, betaEnd: 0.02 },
    });
    await npz.close();
  });

  test('of a gram that is not symmetric is refused, with the place', async () => {
    const fitted = await fittedTo();
    const gram = fitted.posterior.curvature.gram!.slice();
    gram[3 * 55 + 1] = 50 * gram[3 * 55 + 1]! + 1;
    const path = join(temporaryFolder(), 'posterior.npz');
    await writePosterior(path, withSums(fitted, { gram }));
    expect(await rejected(readPosterior(path))).toMatch(
      /array gram: must be symmetric; got .* in row 3, column 1, and .* in row 1, column 3\./,
    );
  });

  test('of a pair that comes twice is refused, with both places', async () => {
    const { denoiser, pairs } = await batchesOf({ batchSize: 6 });
    const batches = [...(await all(pairs.batches())), ...(await all(pairs.batches()))];
    expect(await rejected(fitPosterior(denoiser, batches, { data }))).toBe(
      'DUPLICATE_CONTENT laplace fit: every pair of image, time and noise must come once; got pair 6, which is pair 0 again (counted from 0). ' +
        'Leave one of the two out.',
    );
  });

  test('of settings whose precision float64 does not hold is refused', async () => {
    expect(await rejected(fittedTo({}, { noiseSd: 1e-200, priorPrecision: 1e-200 }))).toMatch(
      /^OUT_OF_RANGE noise sd, prior precision and temperature: .*; got σ = 1e-200, λ = 1e-200, T = 1\.$/,
    );
  });

  test('of another network is refused, with both hashes', async () => {
    const fitted = await fittedTo();
    const other = await small({ seed: 2 });
    expect(thrown(() => requireOwnDenoiser(fitted, other, 'posterior.npz'))).toBe(
      `CHECKSUM_MISMATCH posterior.npz: is a posterior of the network small with SHA-256 ${fitted.record.denoiser.sha256}; ` +
        `got small with ${other.sha256}. Fit a posterior of this network, or give the one that it was fitted to.`,
    );
  });

  test('of another last layer than the sidecar tells is refused, whatever the hash', async () => {
    const fitted = await fittedTo();
    const denoiser = await small();
    expect(() => requireOwnDenoiser(fitted, denoiser, 'posterior.npz')).not.toThrow();
    const edited = withSums(fitted, { layer: { ...fitted.posterior.curvature.layer, kernel: [1, 9] } });
    expect(thrown(() => requireOwnDenoiser(edited, denoiser, 'posterior.npz'))).toBe(
      'SHAPE_MISMATCH posterior.npz: is a posterior of a last layer with 6 inputs, 3 outputs, a kernel of 1 × 9, with bias; ' +
        'got 6 inputs, 3 outputs, a kernel of 3 × 3, with bias in the sidecar of small. ' +
        'Correct the .json beside the network, or fit the posterior again.',
    );
  });

  test('of images made noisy by another schedule than the sidecar tells is refused, whatever the hash', async () => {
    const fitted = await fittedTo();
    const { sha256, description } = await small();
    const schedule = { kind: 'cosine', steps: 1000 } as const;
    const told = { sha256, description: { ...description, schedule } };
    expect(thrown(() => requireOwnDenoiser(fitted, told, 'posterior.npz'))).toBe(
      'UNLIKE_SCHEDULES posterior.npz: is of images made noisy by the schedule ' +
        '{"kind":"linear","steps":1000,"betaStart":0.0001,"betaEnd":0.02}; ' +
        'got {"kind":"cosine","steps":1000} in the sidecar of small. ' +
        'Correct the .json beside the network, or fit the posterior again.',
    );
  });

  test('of a kernel without a middle is refused', async () => {
    const path = join(temporaryFolder(), 'posterior.npz');
    await writePosterior(path, await fittedTo());
    const npz = await openNpz(path);
    const text = (await npz.text('provenance.json')).replace(/"kernel": \[\s*3/, '"kernel": [2');
    await npz.close();
    expect(await rejected(parsedPosteriorRecord(text, path))).toMatch(
      /provenance\.json, layer\.kernel\[0\]: must be odd; got 2\. Fit the posterior again\.$/,
    );
  });

  test.each([
    'diagonal',
    'squaredGradients',
  ] as const)('with a negative sum of squares in %s is refused', async (name) => {
    const fitted = await fittedTo({}, { structure: 'diag' });
    const path = join(temporaryFolder(), 'posterior.npz');
    await writePosterior(path, withSums(fitted, { [name]: fitted.posterior.curvature[name].with(4, -2) }));
    expect(await rejected(readPosterior(path))).toMatch(
      /^NOT_POSITIVE_SEMIDEFINITE .*, array (diagonal|squared_gradients): every sum of squares must be at least 0; got -2 in place 4 \(counted from 0\)\. Fit the posterior again\.$/,
    );
  });

  test('that is cut off, of embeddings, or of other shapes is refused', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'posterior.npz');
    await writePosterior(path, await fittedTo());
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    expect(await rejected(readPosterior(path))).toMatch(/^UNREADABLE_FILE .*posterior\.npz/);
    const other = await npzOf({ embeddings: [[2, 2], new Float32Array(4)] });
    expect(await rejected(readPosterior(other))).toMatch(
      /must be a posterior of steadfid laplace fit, with its provenance\.json; got embeddings\.$/,
    );
  });

  test('with a sum that is NaN is refused', async () => {
    const fitted = await fittedTo();
    const path = join(temporaryFolder(), 'posterior.npz');
    const gram = fitted.posterior.curvature.gram!.with(5, Number.NaN);
    await writePosterior(path, withSums(fitted, { gram }));
    expect(await rejected(readPosterior(path))).toBe(
      `NOT_FINITE ${path}, array gram: every value must be finite; got NaN in place 5 (counted from 0). Fit the posterior again.`,
    );
  });
});

type Arrays = Readonly<Record<string, readonly [readonly number[], WrittenData]>>;

async function npzOf(arrays: Arrays): Promise<string> {
  const path = join(temporaryFolder(), 'fit.npz');
  const npz = await openNpzWriter(path, []);
  for (const [name, [shape, values]] of Object.entries(arrays))
    await npz.array(name, { shape, data: values });
  await npz.commit();
  return path;
}

/** All pairs of a fit set, two at a time. */
async function readPairs(path: string, description: DenoiserDescription): Promise<readonly FitBatch[]> {
  const set = await openFitSet(path, description);
  try {
    return await all(set.batches(2));
  } finally {
    await set.close();
  }
}

describe('a fit set', () => {
  const SIZE = 3 * 64;
  const sound: Arrays = {
    x: [[2, 3, 8, 8], new Float32Array(2 * SIZE).fill(0.5)],
    t: [[2], BigInt64Array.of(0n, 999n)],
    noise: [[2, 3, 8, 8], new Float32Array(2 * SIZE).fill(-1)],
  };

  test('of the pairs of a folder fits the same posterior', async () => {
    const { denoiser, pairs } = await batchesOf({ batchSize: 6 });
    const [batch] = await all(pairs.batches());
    const path = await npzOf({
      x: [[6, 3, 8, 8], batch!.x],
      t: [[6], BigInt64Array.from(batch!.t, BigInt)],
      noise: [[6, 3, 8, 8], batch!.noise],
    });
    const set = await openFitSet(path, denoiser.description);
    const fitted = await fitPosterior(denoiser, set.batches(4), { data });
    await set.close();
    const whole = await fitPosterior(denoiser, pairs.batches(), { data });
    expectAllClose(fitted.posterior.curvature.gram!, whole.posterior.curvature.gram!, SUMMATION_TOLERANCE);
    expect(fitted.pairDigests).toEqual(whole.pairDigests);
  });

  test('is of clean images: x_t is √ᾱ_t·x + √(1 − ᾱ_t)·noise', async () => {
    const schedule = noiseSchedule({ kind: 'explicit', steps: 2, betas: [0.36, 0.5] });
    const batch = { n: 2, x: Float32Array.of(1, 10), t: Int32Array.of(0, 0), noise: Float32Array.of(5, 0) };
    expectAllClose(noisyImages(batch, schedule), Float32Array.of(0.8 + 3, 8), SUMMATION_TOLERANCE);
  });

  test.each([
    ['without noise', { noise: undefined }, /must hold the arrays x, t, noise; got x, t\.$/],
    [
      'of another size',
      { x: [[2, 3, 4, 16], new Float32Array(2 * SIZE)] },
      /array x: must have the shape \(n, 3, 8, 8\), n at least 1; got \(2, 3, 4, 16\)\.$/,
    ],
    [
      'with a time out of range',
      { t: [[2], BigInt64Array.of(3n, 1000n)] },
      /array t: must be whole numbers of 0 to 999; got 1000 for image 1 \(counted from 0\)\.$/,
    ],
    [
      'with a time that is no whole number',
      { t: [[2], Float64Array.of(0.5, 1)] },
      /array t: must be whole numbers of 0 to 999; got 0\.5 for image 0/,
    ],
    [
      'with too few times',
      { t: [[1], BigInt64Array.of(3n)] },
      /array t: must hold a whole number for each of 2 images; got shape \(1\)\.$/,
    ],
    [
      'with NaN',
      { noise: [[2, 3, 8, 8], new Float32Array(2 * SIZE).fill(1).with(200, Number.NaN)] },
      /array noise: every value must be finite; got NaN in image 1 \(counted from 0\)\.$/,
    ],
    [
      'with labels that the network does not know',
      { y: [[2], BigInt64Array.of(0n, 1n)] },
      /must have no labels y/,
    ],
  ] as readonly [
    string,
    Record<string, Arrays[string] | undefined>,
    RegExp,
  ][])('%s is refused', async (_, change, message) => {
    const entries = Object.entries({ ...sound, ...change }).filter(([, array]) => array !== undefined);
    const path = await npzOf(Object.fromEntries(entries) as Arrays);
    const { description } = await small();
    expect(await rejected(readPairs(path, description))).toMatch(message);
  });

  test('of a network with classes needs labels in range', async () => {
    const { description } = await small({ classes: 3 });
    expect(await rejected(readPairs(await npzOf(sound), description))).toMatch(
      /must have labels y, 0 to 2: the network small has classes; got x, t, noise\.$/,
    );
    const path = await npzOf({ ...sound, y: [[2], BigInt64Array.of(2n, 3n)] });
    expect(await rejected(readPairs(path, description))).toMatch(
      /array y: must be whole numbers of 0 to 2; got 3 for image 1/,
    );
  });
});
