import { describe, expect, test } from 'vitest';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { aggregation } from '../../uncertainty/aggregation.js';
import { weightMap } from '../../uncertainty/aggregations/masked-statistics.js';
import { mapDiagnostics } from '../../uncertainty/diagnostics/map-diagnostics.js';
import { setDiagnostics } from '../../uncertainty/diagnostics/set-diagnostics.js';
import { spearmanBrown, splitHalfReliability } from '../../uncertainty/diagnostics/split-half-reliability.js';
import { gaussianBlur } from '../../uncertainty/map-comparison/gaussian-blur.js';
import { mapPair } from '../../uncertainty/map-comparison/map-pair.js';
import { scalingLaws } from '../../uncertainty/map-comparison/scaling-law.js';
import { structuralSimilarity } from '../../uncertainty/map-comparison/structural-similarity.js';
import { mapScores } from '../../uncertainty/map-scores.js';
import type { PixelMap } from '../../uncertainty/pixel-map.js';
import { uncertaintyMap } from '../../uncertainty/uncertainty-map.js';
import { projectFile } from '../support/project.js';
import { rejected, thrown } from '../support/thrown.js';
import { expectAllClose, expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const { pair } = JSON.parse(projectFile('test/reference/uncertainty-maps.json'));
const asMap = (values: readonly number[]): PixelMap => ({
  height: pair.height,
  width: pair.width,
  data: Float64Array.from(values),
});
const [first, second] = [asMap(pair.first), asMap(pair.second)];
const scaled = (map: PixelMap, factor: number): PixelMap => ({
  ...map,
  data: map.data.map((v) => v * factor),
});

function noise(seed: number, channels = 3, side = 32) {
  const data = standardNormals(channels * side * side, seededRandom(seed, 'map'));
  return uncertaintyMap(data, { channels, height: side, width: side, name: 'noise' });
}

describe('map comparison against scipy and scikit-image', () => {
  test('gaussianBlur equals scipy.ndimage.gaussian_filter', () => {
    expectAllClose(
      gaussianBlur(first, { sigma: 1.5 }).data,
      pair['blurred first, sigma 1.5'],
      SUMMATION_TOLERANCE,
    );
  });

  test('gaussianBlur keeps the sum and a constant, also where the kernel is wider than the map', () => {
    const small: PixelMap = { height: 2, width: 3, data: Float64Array.of(1, 2, 3, 4, 5, 6) };
    const total = gaussianBlur(small, { sigma: 5 }).data.reduce((sum, value) => sum + value, 0);
    expectClose(total, 21, SUMMATION_TOLERANCE);
  });

  test('structuralSimilarity equals skimage.metrics.structural_similarity', () => {
    expectClose(structuralSimilarity(first, second), pair.ssim, 1e-10);
    expectClose(structuralSimilarity(first, first), 1, SUMMATION_TOLERANCE);
    expect(
      structuralSimilarity({ ...first, height: 6, data: first.data.slice(0, 120) }, second),
    ).toBeUndefined();
  });
});

describe('mapPair', () => {
  test('of proportional maps has correlations 1, error 0, full overlap and their ratio', () => {
    const found = mapPair(first, scaled(first, 3));
    expectClose(found.ratio, 3, SUMMATION_TOLERANCE);
    expect(found.topOverlap).toBe(1);
    expectClose(found.spearman, 1, SUMMATION_TOLERANCE);
    expectClose(found.pearson, 1, SUMMATION_TOLERANCE);
    expect(found.scaleFreeError).toBeLessThan(1e-7);
  });

  test('after a blur shows signal that noise of single pixels hides', () => {
    const wave = Float64Array.from({ length: 1024 }, (_, i) => Math.sin(((i % 32) * Math.PI) / 16) / 3);
    const noisy = (seed: number): PixelMap => ({
      height: 32,
      width: 32,
      data: standardNormals(1024, seededRandom(seed, 'noise')).map((value, i) => value + wave[i]!),
    });
    const { pearson, blurredPearson } = mapPair(noisy(1), noisy(2));
    expect(pearson).toBeLessThan(0.2);
    expect(blurredPearson).toBeGreaterThan(0.6);
  });

  test('of maps of two sizes is refused', () => {
    const other = { height: 1, width: 2, data: Float64Array.of(1, 2) };
    expect(thrown(() => mapPair(first, other))).toBe(
      'SHAPE_MISMATCH mapPair: two maps of one image must have one size to be compared; got 24 × 20 and 1 × 2.',
    );
  });
});

describe('scalingLaws', () => {
  const setting = (sigma: string, precision: string, mean: number) => ({
    name: `${sigma}_${precision}`,
    sigma,
    precision,
    mean,
  });

  test('an isotropic posterior has exponent 1: the variance falls as 1/λ and rises as σ²', () => {
    const [law] = scalingLaws([setting('1.0', '1.0', 6), setting('1.0', '3.0', 2)]);
    expectClose(law!.exponent, 1, SUMMATION_TOLERANCE);
    const [other] = scalingLaws([setting('1.0', '1.0', 1), setting('2.0', '1.0', 4)]);
    expectClose(other!.exponent, 1, SUMMATION_TOLERANCE);
  });

  test('maps that do not react to the setting have exponent 0, and a setting of 0 has no law', () => {
    const [still] = scalingLaws([setting('1.0', '1.0', 2), setting('1.0', '500.0', 2)]);
    expect(Math.abs(still!.exponent!)).toBe(0);
    expect(scalingLaws([setting('0', '1.0', 2), setting('1.0', '1.0', 2)])).toEqual([]);
  });

  test('has no law across structures', () => {
    const named = (name: string, mean: number) => ({ ...setting('1.0', '1.0', mean), name });
    expect(scalingLaws([named('diag-ef_sigma1', 2), named('diag_sigma1', 1)])).toEqual([]);
    expect(scalingLaws([named('diag-ef_sigma1', 2), named('diag-ef_sigma1 again', 1)])).toHaveLength(1);
  });
});

describe('diagnostics', () => {
  test('white noise shows: neighbors and channels do not correlate', () => {
    const { lag1, channelCorrelation } = mapDiagnostics(noise(1));
    expect(Math.abs(lag1!)).toBeLessThan(0.06); // sd 1/√(32·31·3) = 0.018
    expect(Math.abs(channelCorrelation!)).toBeLessThan(0.06);
    const { warnings } = setDiagnostics([mapDiagnostics(noise(1)), mapDiagnostics(noise(2))]);
    expect(warnings.map(({ code }) => code)).toEqual(['NEGATIVE_VARIANCES', 'NOISE_LIKE_MAPS']);
  });

  test('a smooth map shows too, and three equal channels correlate by 1', () => {
    const wave = Float64Array.from({ length: 3 * 64 }, (_, i) => 2 + Math.sin((i % 64) / 5));
    const map = uncertaintyMap(wave, { channels: 3, height: 4, width: 16, name: 'wave' });
    const found = mapDiagnostics(map);
    expect(found.lag1).toBeGreaterThan(0.9);
    expectClose(found.channelCorrelation, 1, SUMMATION_TOLERANCE);
    expect(setDiagnostics([found]).warnings).toEqual([]);
  });

  test('negative values are counted and never changed', () => {
    const map = uncertaintyMap(Float32Array.of(-1, 2, -3, 0), {
      channels: 1,
      height: 2,
      width: 2,
      name: 'm',
    });
    expect(mapDiagnostics(map)).toMatchObject({ negatives: 2, values: 4, lowest: -3, highest: 2 });
    expect(setDiagnostics([mapDiagnostics(map)]).warnings[0]!.message).toBe(
      '2 of 4 values (50 %) are negative, as differences of estimates can be; they are kept unchanged.',
    );
    expect([...map.data]).toEqual([-1, 2, -3, 0]);
  });

  test('a constant map has no correlation', () => {
    const map = uncertaintyMap(new Float32Array(18).fill(0.1), {
      channels: 2,
      height: 3,
      width: 3,
      name: 'm',
    });
    expect(mapDiagnostics(map)).toMatchObject({ lag1: null, channelCorrelation: null });
  });

  test('spearmanBrown of 1/2 is 2/3', () => {
    expectClose(spearmanBrown(0.5), 2 / 3, SUMMATION_TOLERANCE);
  });

  test('splitHalfReliability has no reliability of the average below a correlation of 0', () => {
    const row = (values: readonly number[]): PixelMap => ({
      height: 1,
      width: 3,
      data: Float64Array.from(values),
    });
    const { pixels } = splitHalfReliability([{ first: row([1, 2, 3]), second: row([3, 2, 2]) }], () => 0);
    expect(pixels!.single).toBeLessThan(0);
    expect(pixels!.averaged).toBeNull();
  });

  test('splitHalfReliability tells signal in the sums from noise in the pixels', () => {
    const pairs = Array.from({ length: 12 }, (_, i) => {
      const half = (seed: number): PixelMap => ({
        height: 16,
        width: 16,
        data: standardNormals(256, seededRandom(seed, i)).map((value) => value + i),
      });
      return { first: half(1), second: half(2) };
    });
    const { images, pixels, scores } = splitHalfReliability(pairs, (map) =>
      map.data.reduce((a, b) => a + b, 0),
    );
    expect(images).toBe(12);
    expect(Math.abs(pixels!.single)).toBeLessThan(0.1);
    expect(scores!.single).toBeGreaterThan(0.95);
    expect(scores!.averaged).toBeGreaterThan(scores!.single - 1e-12);
  });
});

describe('mapScores', () => {
  const entry = (id: string, values: readonly number[]) => ({
    id,
    setting: '',
    load: async () => ({
      map: uncertaintyMap(Float64Array.from(values), { channels: 1, height: 1, width: 2, name: id }),
      bits: null,
    }),
  });
  const mask = (values: readonly number[]) => async (_: string, like: PixelMap) =>
    weightMap({ height: 1, width: 2, data: Float64Array.from(values) }, { like, name: 'mask' });

  test('an empty foreground leaves the score of that image undefined and says so', async () => {
    const aggregations = ['foreground-mean', 'segmentation-mean'].map(aggregation);
    const found = await mapScores([entry('a', [1, 3])], {
      aggregations,
      channels: 'mean',
      weights: mask([0, 0]),
    });
    expect(found.scores.map(({ byId }) => byId.get('a'))).toEqual([undefined, 0]);
    expect(found.warnings).toEqual([
      {
        code: 'UNDEFINED_SCORES',
        message:
          'foreground-mean does not exist: the foreground is empty, for 1 images: their cells are empty.',
      },
    ]);
  });

  test('an aborted run says how far it was', async () => {
    const stop = new AbortController();
    const run = mapScores([entry('a', [1, 3]), entry('b', [1, 3])], {
      aggregations: [aggregation('sum')],
      channels: 'mean',
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(await rejected(run)).toBe(
      'INTERRUPTED steadfid uncertainty: stopped after 1 of 2 maps; nothing was written.',
    );
  });
});
