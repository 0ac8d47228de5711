import { describe, expect, test } from 'vitest';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { metricById } from '../../metrics/metric-catalog.js';
import type { Comparison } from '../../metrics/metric-definition.js';
import { equalRowCount } from '../../metrics/overlap.js';
import { biasWarnings, negativeWarnings } from '../../metrics/warnings.js';
import { type GaussianMoments, gaussianMoments, mergeMoments } from '../../numerics/gaussian-moments.js';
import { numberText } from '../../numerics/number-text.js';
import { selectRows } from '../../numerics/rows.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

function setOf(
  options: { n: number; seed: number; d?: number; shift?: number },
  source: string,
): EmbeddedSet {
  return embeddedSet(gaussianCloud({ d: 6, ...options }), { source });
}

async function warningsOf(metric: string, sets: Comparison): Promise<readonly string[]> {
  const [found] = await metricById(metric).evaluate(sets, metric === 'kid' ? { kidSubsetSize: 20 } : {});
  return found!.warnings.map(({ code, message }) => `${code}: ${message}`);
}

const reference = setOf({ n: 4000, seed: 1 }, 'real/');
const distant = setOf({ n: 3000, seed: 2, shift: 3 }, 'fake/');

describe('score warnings', () => {
  test('sets that are far apart and large enough carry none', async () => {
    for (const metric of ['fid', 'cmmd', 'cmmd-v']) {
      expect(await warningsOf(metric, { reference, generated: distant })).toEqual([]);
    }
  });

  test('fewer images than dimensions make a singular covariance', async () => {
    const generated = setOf({ n: 5, seed: 3 }, 'few/');
    expect(await warningsOf('fid', { reference, generated })).toEqual([
      'RANK_DEFICIENT_COVARIANCE: few/ has 5 images for 6 dimensions: its covariance is singular, and the value depends more on n than on the images',
    ]);
  });

  test('as many images as dimensions do too, and one more do not', async () => {
    const codes = async (n: number) => {
      const [found] = await metricById('fid').evaluate(
        { reference, generated: setOf({ n, seed: 3 }, 'few/') },
        {},
      );
      return found!.warnings.map(({ code }) => code);
    };
    expect(await codes(6)).toContain('RANK_DEFICIENT_COVARIANCE');
    expect(await codes(7)).not.toContain('RANK_DEFICIENT_COVARIANCE');
  });

  test('statistics whose n is too small for the rank of their covariance are called contradictory, and not singular', async () => {
    const { mean, covariance } = gaussianMoments(gaussianCloud({ n: 300, d: 6, seed: 3 }));
    const moments = { n: 5, d: 6, mean, covariance };
    const statistics = { ...embeddedSet(null, { source: 'stats.npz' }), n: 5, moments };
    expect(
      (await warningsOf('fid', { reference: statistics, generated: setOf({ n: 300, seed: 4 }, 'fake/') }))[0],
    ).toBe(
      'CONTRADICTORY_STATISTICS: stats.npz says n = 5 and has a covariance of rank 6, but 5 images give rank 4 at most: n or the covariance is wrong',
    );
  });

  test('a singular covariance of statistics that do not say their n is told by its rank', async () => {
    const told = async (n: number) => {
      const { mean, covariance } = gaussianMoments(gaussianCloud({ n, d: 128, seed: 3 }));
      const moments = { n: null, d: 128, mean, covariance };
      const statistics = { ...embeddedSet(null, { source: 'stats.npz' }), moments };
      const generated = embeddedSet(gaussianCloud({ n: 300, d: 128, seed: 4, shift: 9 }));
      return (await warningsOf('fid', { reference: statistics, generated })).filter((text) =>
        text.startsWith('RANK'),
      );
    };
    expect(await told(60)).toEqual([
      'RANK_DEFICIENT_COVARIANCE: the covariance of stats.npz has rank 59 for 128 dimensions: it is singular, as for 60 different images, and the value may depend more on the rank than on the images',
    ]);
    expect(await told(200)).toEqual([]);
  });

  test('a feature that is the same in all images does not make a covariance worth a warning', async () => {
    const cloud = gaussianCloud({ n: 500, d: 6, seed: 3, shift: 9 });
    const data = cloud.data.map((value, at) => (at % 6 === 2 ? 9 : value));
    expect(await warningsOf('fid', { reference, generated: embeddedSet({ ...cloud, data }) })).toEqual([]);
  });

  test('images that stand more than once on one side are counted, for metrics of one side too', async () => {
    const some = gaussianCloud({ n: 100, d: 128, seed: 3, shift: 9 });
    const generated = embeddedSet(
      selectRows(
        some,
        [...Array(1000).keys()].map((i) => i % 100),
      ),
      { source: 'fake/' },
    );
    const other = embeddedSet(gaussianCloud({ n: 1000, d: 128, seed: 4 }));
    const told =
      'DUPLICATES_WITHIN_SIDE: 900 images of fake/ have exactly the same embedding as an earlier image: 100 of 1,000 are different';
    expect(await warningsOf('fid', { reference: other, generated })).toEqual([
      expect.stringMatching(/^RANK_DEFICIENT_COVARIANCE: the covariance of fake\/ has rank 99 for 128/),
      told,
    ]);
    expect(await warningsOf('cmmd', { reference: other, generated })).toContain(told);
    expect(await warningsOf('vendi', { reference: other, generated })).toContain(told);
    const few = selectRows(gaussianCloud({ n: 500, d: 128, seed: 5 }), [...Array(500).keys(), 3, 4, 5]);
    expect(await warningsOf('vendi', { reference: other, generated: embeddedSet(few) })).toEqual([]);
    const one = embeddedSet(selectRows(some, [0, 1, 1, 2]), { source: 'fake/' });
    expect(await warningsOf('vendi', { reference: other, generated: one })).toContain(
      'DUPLICATES_WITHIN_SIDE: 1 image of fake/ has exactly the same embedding as an earlier image: 3 of 4 are different',
    );
  });

  test.each([
    6, 120,
  ])('equal sets of %d dimensions with one entry of 1e8 are 0 to 1e-12 of the variance, and within rounding', async (d) => {
    const vectors = gaussianCloud({ n: 3 * d, d, seed: 7 });
    vectors.data[2] = 1e8;
    const totalVariance = 1e16 / (3 * d);
    const equal = { reference: embeddedSet(vectors), generated: embeddedSet(vectors) };
    const [found] = await metricById('fid').evaluate(equal, {});
    expect(found!.value).toBeGreaterThanOrEqual(0);
    expect(found!.value).toBeLessThan(1e-12 * totalVariance);
    const moved = embeddedSet({
      ...vectors,
      data: vectors.data.map((value, at) => value + (at % d === 4 ? 0.1 : 0)),
    });
    const [apart] = await metricById('fid').evaluate({ ...equal, generated: moved }, {});
    expect(apart!.warnings.map(({ code }) => code)).toContain('WITHIN_ROUNDING');
  });

  test('kid of embeddings a million away from 0 is within rounding of its kernels, and nearer to 0 is not', async () => {
    const away = (by: number) => {
      const moved = (seed: number) => {
        const cloud = gaussianCloud({ n: 60, d: 6, seed });
        return embeddedSet({ ...cloud, data: cloud.data.map((value) => value + by) });
      };
      return { reference: moved(1), generated: moved(2) };
    };
    const codes = async (by: number) =>
      (await warningsOf('kid-all-pairs', away(by))).map((text) => text.slice(0, 15));
    expect(await codes(1e7)).toContain('WITHIN_ROUNDING');
    expect(await codes(10)).not.toContain('WITHIN_ROUNDING');
  });

  test('fid of statistics whose means are rounded, far from 0, is within their rounding', async () => {
    const moments = (by: number, meanRest?: Float64Array) => ({
      n: 500,
      d: 2,
      mean: Float64Array.of(1e9 + by, 1e9),
      meanRest,
      covariance: Float64Array.of(1, 0, 0, 1),
    });
    const set = (by: number, rest?: Float64Array): EmbeddedSet => ({
      ...embeddedSet(null),
      n: 500,
      moments: moments(by, rest),
    });
    const codes = async (...sides: [EmbeddedSet, EmbeddedSet]) =>
      (await warningsOf('fid', { reference: sides[0], generated: sides[1] })).map((text) =>
        text.slice(0, 15),
      );
    expect(await codes(set(0), set(1e-6))).toContain('WITHIN_ROUNDING');
    const rest = new Float64Array(2);
    expect(await codes(set(0, rest), set(1e-6, rest))).not.toContain('WITHIN_ROUNDING');
  });

  test('fid of statistics that were kept in float16 or float32 is told where their rounding may be all of it', async () => {
    const moments = gaussianMoments(gaussianCloud({ n: 5000, d: 60, seed: 3, smallest: 1e-2 }));
    const other = gaussianMoments(gaussianCloud({ n: 5000, d: 60, seed: 4, smallest: 1e-2, shift: 0.1 }));
    const statistics = (of: GaussianMoments): EmbeddedSet => ({ ...embeddedSet(null), n: 5000, moments: of });
    const kept = (unitRoundoff: number, rounded: (value: number) => number) =>
      statistics({
        ...moments,
        meanRest: undefined,
        mean: moments.mean.map(rounded),
        covariance: moments.covariance.map(rounded),
        unitRoundoff,
      });
    const half = (value: number) => {
      const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
      return Math.round(value / unit) * unit;
    };
    for (const few of [kept(2 ** -11, half), kept(2 ** -24, Math.fround)]) {
      const codes = async (generated: EmbeddedSet) =>
        (await warningsOf('fid', { reference: few, generated })).map((text) => text.slice(0, 15));
      expect(await codes(statistics(moments))).toContain('WITHIN_ROUNDING');
      expect(await codes(statistics(other))).not.toContain('WITHIN_ROUNDING');
    }
    const parts = mergeMoments(moments, kept(2 ** -24, Math.fround).moments!);
    expect(parts.unitRoundoff).toBe(2 ** -24);
  });

  test('a bias of more than a tenth of fid is stated with the limit', async () => {
    const generated = setOf({ n: 60, seed: 4, shift: 0.5 }, 'small/');
    const [message, ...others] = await warningsOf('fid', { reference, generated });
    expect(others).toEqual([]);
    expect(message).toMatch(
      /^BIASED_AT_N: biased upwards at n = 4,000 : 60 \(reference : generated\) by about 0\.2\d+ of \d\.\d+\. Estimated value as n → ∞ on both sides: 1\.\d+ \(by the bias of Gaussian embeddings to first order in 1\/n\)$/,
    );
  });

  test('a bias larger than the value leaves no difference', () => {
    expect(
      biasWarnings({ value: 2, limit: -0.5, counts: { reference: 1000, generated: 1000 }, by: 'rule' })[0]!
        .message,
    ).toBe('biased upwards at n = 1,000 by about 2.500 of 2.000. The bias-corrected estimate is not above 0');
  });

  test('of fid with fewer than two images for each dimension no asymptotic value is given', async () => {
    const generated = setOf({ n: 11, seed: 4, shift: 0.5 }, 'small/');
    const [message, ...others] = await warningsOf('fid', { reference, generated });
    expect(others).toEqual([]);
    expect(message).toMatch(
      /^BIASED_AT_N: .* by about \d\.\d+ of \d\.\d+, and by more than that: with fewer than 12 images, 2 for each dimension, no asymptotic value can be estimated$/,
    );
  });

  test('a bias of a tenth or less is not told', () => {
    expect(
      biasWarnings({ value: 10, limit: 9, counts: { reference: 100, generated: 100 }, by: 'rule' }),
    ).toEqual([]);
    expect(
      biasWarnings({
        value: 10,
        limit: 8.9,
        counts: { reference: null, generated: null },
        by: 'rule',
        error: 0.31,
      })[0]!.message,
    ).toBe('biased upwards by about 1.10 of 10.00. Estimated value as n → ∞ on both sides: 8.90 (by rule)');
  });

  test('the biased cmmd of small sets tells the unbiased value', async () => {
    const small = {
      reference: setOf({ n: 30, seed: 1 }, 'real/'),
      generated: setOf({ n: 30, seed: 2 }, 'fake/'),
    };
    const [unbiased] = await metricById('cmmd').evaluate(small, {});
    const [message] = await warningsOf('cmmd-v', small);
    expect(message).toMatch(/^BIASED_AT_N: biased upwards at n = 30 /);
    expect(message).toContain(unbiased!.value! > 0 ? numberText(unbiased!.value!) : 'no difference');
  });

  test('a negative unbiased estimate of independent sets is explained', async () => {
    const [reference, generated] = [5, 6].map((seed) => embeddedSet(gaussianCloud({ n: 40, d: 6, seed })));
    const sets = { reference: reference!, generated: generated! };
    const [found] = await metricById('cmmd').evaluate(sets, {});
    const explained = await warningsOf('cmmd', sets);
    expect(
      explained[0]?.startsWith('NEGATIVE_ESTIMATE: negative, as an unbiased estimate can be') ?? false,
    ).toBe(found!.value! < 0);
    expect(negativeWarnings(-1, true)).toHaveLength(1);
    expect(negativeWarnings(-1, false)).toEqual([]);
    expect(negativeWarnings(1, true)).toEqual([]);
  });

  test('where both sets hold the same images there is no interval: they have no sampling error against each other', async () => {
    const shared = gaussianCloud({ n: 60, d: 3, seed: 5 });
    const sets = { reference: embeddedSet(shared), generated: embeddedSet({ ...shared }) };
    const [found] = await metricById('fid').evaluate(sets, {}, { interval: { level: 0.95 } });
    expect([found!.interval, found!.standardError]).toEqual([undefined, undefined]);
    expect(found!.warnings.map(({ code }) => code)).toEqual(['NO_INTERVAL', 'DUPLICATES_BETWEEN_SIDES']);
    expect(found!.warnings[0]!.message).toContain('both sets hold the same images');
    // nor a bias, which would suppose the same
    const [alone] = await metricById('fid').evaluate(sets, {});
    expect(alone!.warnings.map(({ code }) => code)).toEqual(['DUPLICATES_BETWEEN_SIDES']);
  });

  test('images that are in both sets are left out together at any share: the interval does not vanish, and changes little by little', async () => {
    const [n, d] = [200, 6];
    const reference = gaussianCloud({ n, d, seed: 1 });
    const widths: number[] = [];
    for (const share of [99, 100, 101, 102]) {
      const data = gaussianCloud({ n, d, seed: 2, shift: 1 }).data.slice();
      data.set(reference.data.subarray(0, share * d));
      const sets = { reference: embeddedSet(reference), generated: embeddedSet({ n, d, data }) };
      const [found] = await metricById('fid').evaluate(sets, {}, { interval: { level: 0.95 } });
      widths.push(found!.interval!.high - found!.interval!.low);
    }
    expect(Math.max(...widths) / Math.min(...widths)).toBeLessThan(1.6); // groups are drawn anew each time
  });

  test('images on both sides are counted by their embeddings', async () => {
    const rows = reference.embeddings!;
    const copies = selectRows(rows, [7, 7, 3000]);
    const data = new Float64Array(3 * 6 + 40 * 6);
    data.set(copies.data);
    data.set(gaussianCloud({ n: 40, d: 6, seed: 9, shift: 4 }).data, 18);
    const generated = embeddedSet({ n: 43, d: 6, data }, { source: 'fake/' });
    expect(equalRowCount(rows, generated.embeddings!)).toBe(3);
    expect(await warningsOf('kid', { reference, generated })).toEqual([
      'DUPLICATES_WITHIN_SIDE: 1 image of fake/ has exactly the same embedding as an earlier image: 42 of 43 are different',
      'DUPLICATES_BETWEEN_SIDES: 3 images have exactly the same embedding in fake/ as in real/: check whether they are the same files',
    ]);
  });

  test('float32 and float64 rows of the same values are equal, and 0 is −0', () => {
    const first = { n: 2, d: 2, data: Float32Array.of(1.5, 0, 2, 3) };
    const second = { n: 2, d: 2, data: Float64Array.of(1.5, -0, 2, 3.000001) };
    expect(equalRowCount(first, second)).toBe(1);
  });

  test('lossy images on one side only are told, and on both are not', async () => {
    const lossy = (set: EmbeddedSet): EmbeddedSet => ({
      ...set,
      warnings: [{ code: 'LOSSY_IMAGES', message: 'jpeg' }],
    });
    const told =
      'LOSSY_ON_ONE_SIDE: fake/ holds lossy images and real/ does not: the value measures the compression too';
    expect(await warningsOf('fid', { reference, generated: lossy(distant) })).toEqual([told]);
    expect(await warningsOf('fid', { reference: lossy(reference), generated: lossy(distant) })).toEqual([]);
  });

  describe('images of unlike sizes', () => {
    type Size = readonly [number, number, number];
    const told = (real: readonly Size[] | undefined, fake: readonly Size[]) => {
      const sized = (set: EmbeddedSet, sizes: readonly Size[]): EmbeddedSet => ({
        ...set,
        imageSizes: sizes.map(([width, height, count]) => ({ width, height, count })),
      });
      const sides = {
        reference: real === undefined ? reference : sized(reference, real),
        generated: sized(distant, fake),
      };
      return warningsOf('fid', sides);
    };
    const message = (real: string, fake: string, alone: string) =>
      `UNLIKE_IMAGE_SIZES: real/ holds more images of ${real}, fake/ more of ${fake}, and ${alone} of them have a size that no image of the other set has: resizing for the encoder differs, and the value includes this difference`;
    const small: readonly Size[] = [[256, 256, 4000]];

    test('are told with the size that each side has more of, its share, and the images without a like', async () => {
      expect(await told(small, [[1024, 768, 3000]])).toEqual([
        message('256 × 256 (all 4,000 images)', '1024 × 768 (all 3,000 images)', '4,000 and 3,000'),
      ]);
      const some: readonly Size[] = [
        [256, 256, 2600],
        [512, 512, 400],
      ];
      expect(await told(small, some)).toEqual([
        message('256 × 256 (all 4,000 images)', '512 × 512 (13 % of 3,000 images)', '0 and 400'),
      ]);
    });

    test('are told where the commonest size has the same share on both sides', async () => {
      const sizes = (...counts: number[]): Size[] =>
        counts.map((count, i): Size => [256 * 2 ** i, 256, count]).filter(([, , count]) => count > 0);
      expect(await told(sizes(400, 300, 200, 100), sizes(400, 100, 200, 300))).toEqual([
        message('512 × 256 (30 % of 1,000 images)', '2048 × 256 (30 % of 1,000 images)', '0 and 0'),
      ]);
    });

    test('are told where many images have sizes that the other side has not, each of them few', async () => {
      const mixed = (from: number, to: number, count: number): Size[] => [
        [256, 256, 600],
        ...[...Array(to - from).keys()].map((i): Size => [300 + from + i, 300, count]),
      ];
      const [five, ten] = [mixed(0, 5, 80), mixed(0, 10, 40)];
      expect(await told(five, ten)).toEqual([
        message('300 × 300 (8 % of 1,000 images)', '305 × 300 (4 % of 1,000 images)', '0 and 200'),
      ]);
      expect(await told(ten, five)).toHaveLength(1);
    });

    test('are not told where few images have them, where a side does not know, or where chance mixes them', async () => {
      const few: readonly Size[] = [
        [256, 256, 2800],
        [512, 512, 200],
      ];
      expect(await told(small, few)).toEqual([]);
      expect(await told(undefined, small)).toEqual([]);
      const photos = (from: number): Size[] => [
        [640, 480, 20],
        ...[...Array(60).keys()].map((i): Size => [from + i, 480, 1]),
      ];
      expect(await told(photos(300), photos(400))).toEqual([]); // most photos have a size of their own
      expect(await told(photos(300), [[640, 480, 80]])).toHaveLength(1);
      const tens: readonly [readonly Size[], readonly Size[]] = [
        [
          [640, 480, 6],
          [480, 640, 4],
        ],
        [
          [640, 480, 8],
          [480, 640, 2],
        ],
      ];
      expect(await told(...tens)).toEqual([]);
    });
  });

  test('a set of one embedding over and over is told, of vendi too', async () => {
    const copies = embeddedSet(
      { n: 30, d: 6, data: new Float64Array(180).map((_, i) => 1 + (i % 6)) },
      { source: 'fake/' },
    );
    const told =
      'EQUAL_EMBEDDINGS: all 30 embeddings of fake/ are the same: copies of one image, or a network that gives every image the same embedding';
    for (const metric of ['fid', 'cmmd', 'prdc', 'vendi'])
      expect(await warningsOf(metric, { reference, generated: copies })).toContain(told);
    const apart = new Float64Array(copies.embeddings!.data);
    apart[179]! += 1e-12;
    const generated = embeddedSet({ n: 30, d: 6, data: apart }, { source: 'fake/' });
    expect(await warningsOf('vendi', { reference, generated })).toEqual([
      'DUPLICATES_WITHIN_SIDE: 28 images of fake/ have exactly the same embedding as an earlier image: 2 of 30 are different',
    ]);
  });

  test('a small inception score tells its limit', async () => {
    const logits = gaussianCloud({ n: 400, d: 20, seed: 6 });
    const sharp = { ...logits, data: logits.data.map((value) => 8 * value) };
    const generated = embeddedSet(null, { source: 'fake/', logits: sharp });
    const [message] = await warningsOf('is', { reference, generated });
    expect(message).toMatch(/^BIASED_AT_N: biased downwards at n = 400 by about /);
  });
});
