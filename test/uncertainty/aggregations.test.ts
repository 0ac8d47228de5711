import { describe, expect, test } from 'vitest';
import { aggregation } from '../../uncertainty/aggregation.js';
import { AGGREGATION_FAMILIES } from '../../uncertainty/aggregation-catalog.js';
import { weightMap } from '../../uncertainty/aggregations/masked-statistics.js';
import { type PixelMap, pixelMap } from '../../uncertainty/pixel-map.js';
import { uncertaintyMap } from '../../uncertainty/uncertainty-map.js';
import { projectFile } from '../support/project.js';
import { thrown } from '../support/thrown.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

interface Case {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: readonly number[];
  readonly mask: readonly number[];
  readonly weights: readonly number[];
  readonly expected: Readonly<Record<string, number>>;
  readonly 'sum over channels': number;
}
const { aggregations: cases } = JSON.parse(projectFile('test/reference/uncertainty-maps.json')) as {
  aggregations: readonly Case[];
};

function plain(height: number, width: number, values: readonly number[]): PixelMap {
  return { height, width, data: Float64Array.from(values) };
}

function value(id: string, map: PixelMap, weights: readonly number[] = []): number | undefined {
  const chosen = aggregation(id);
  if (chosen.needs === 'map') return chosen.value(map);
  const like = { ...map, data: Float64Array.from(weights) };
  return chosen.value(map, weightMap(like, { like: map, name: 'weights' }));
}

describe('aggregations by hand', () => {
  const map = plain(4, 4, [1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 9, -1, 0, 0, 0, 0]);

  test('sum, mean and clamped-sum of a map with one negative pixel', () => {
    expect([value('sum', map), value('mean', map), value('clamped-sum', map)]).toEqual([18, 18 / 16, 19]);
  });

  test('patch-max-2 takes the mean of the best block, max-pool-2 the mean of the blocks’ peaks', () => {
    expect([value('patch-max-2', map), value('max-pool-2', map)]).toEqual([10 / 4, (4 + 0 + 0 + 9) / 4]);
  });

  test('mean-pool-2 finds the block that the grid of patch-max-2 cuts', () => {
    expect(value('mean-pool-2', map)).toBe((4 + 0 + 0 + 9) / 4);
  });

  test('patch-max takes a quarter of the shorter side, so 16 pixels at 64', () => {
    const wide = plain(
      64,
      80,
      Array.from({ length: 64 * 80 }, (_, i) => Math.sin(i)),
    );
    expect(value('patch-max', wide)).toBe(value('patch-max-16', wide));
  });

  test('q0, q50 and q100 are minimum, median and maximum', () => {
    expect([value('q0', map), value('q50', map), value('q100', map)]).toEqual([-1, 0, 9]);
  });

  test('top5 of 16 pixels is the largest pixel, since 0.8 is rounded up', () => {
    expect(value('top5', map)).toBe(9);
  });

  test('border-center is 1 on a constant map and undefined where the center is not above zero', () => {
    expect(value('border-center', plain(4, 4, Array(16).fill(0.125)))).toBe(1);
    expect(value('border-center', plain(4, 4, Array(16).fill(-0.125)))).toBeUndefined();
    expect(value('border-center', plain(2, 2, [1, 1, 1, 1]))).toBeUndefined();
  });

  test('foreground-mean divides by the foreground, segmentation-mean by all pixels', () => {
    const mask = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    expect(value('foreground-mean', map, mask)).toBe(10 / 4);
    expect(value('segmentation-mean', map, mask)).toBe(10 / 16);
  });

  test('an empty foreground has no foreground-mean and no weighted-mean, and a segmentation-mean of exactly 0', () => {
    const empty = Array(16).fill(0);
    expect(value('foreground-mean', map, empty)).toBeUndefined();
    expect(value('weighted-mean', map, empty)).toBeUndefined();
    expect(value('segmentation-mean', map, empty)).toBe(0);
  });

  test('pixelMap averages the channels, or adds them', () => {
    const data = Float32Array.of(1, 2, -1, -2, 3, 3);
    const map3 = uncertaintyMap(data, { channels: 3, height: 1, width: 2, name: 'map' });
    expect([...pixelMap(map3, 'sum').data]).toEqual([3, 3]);
    expect([...pixelMap(map3, 'mean').data]).toEqual([1, 1]);
  });
});

describe('aggregations against numpy', () => {
  test.each(cases)('every aggregation of a $channels × $height × $width map equals numpy’s', (given) => {
    const map = uncertaintyMap(Float32Array.from(given.values), { ...given, name: 'case' });
    const u = pixelMap(map, 'mean');
    expect(Object.keys(given.expected).length).toBeGreaterThan(AGGREGATION_FAMILIES.length);
    for (const [id, expected] of Object.entries(given.expected)) {
      const weights = id === 'weighted-mean' ? given.weights : given.mask;
      expectClose(value(id, u, weights), expected, SUMMATION_TOLERANCE);
    }
    expectClose(value('sum', pixelMap(map, 'sum')), given['sum over channels'], SUMMATION_TOLERANCE);
  });
});

describe('errors of aggregations', () => {
  test('an unknown name is refused with the nearest one', () => {
    expect(thrown(() => aggregation('meen'))).toBe(
      'UNKNOWN_AGGREGATION --aggregate: unknown aggregation "meen". Did you mean "mean"? Known: sum, mean, patch-max[-B], qP, variance, topP, max-pool[-B], mean-pool[-B], mean+Ksd, clamped-sum, border-center, weighted-mean, foreground-mean, segmentation-mean.',
    );
  });

  test('a percentile above 100 is refused', () => {
    expect(thrown(() => aggregation('q101'))).toBe(
      'OUT_OF_RANGE --aggregate: the number in qP must be from 0 to 100; got "q101".',
    );
    expect(thrown(() => aggregation('top0'))).toBe(
      'OUT_OF_RANGE --aggregate: the number in topP must be above 0 and at most 100; got "top0".',
    );
  });

  test('a block larger than the map is refused', () => {
    expect(thrown(() => value('patch-max-3', plain(2, 4, Array(8).fill(1))))).toBe(
      'OUT_OF_RANGE --aggregate: a block must be a whole number of pixels from 1 to the shorter side of the map, 2; got 3. Name a smaller block, such as patch-max-8, or none: patch-max takes a quarter of the shorter side.',
    );
  });

  test('NaN in a map is refused with its place', () => {
    const data = Float32Array.of(0, 0, 0, 0, 0, Number.NaN);
    expect(thrown(() => uncertaintyMap(data, { channels: 1, height: 2, width: 3, name: 'maps/7.npy' }))).toBe(
      'NOT_FINITE maps/7.npy: every value of an uncertainty map must be finite; got NaN in channel 0, row 1, column 2 (counted from 0). Make this map again, or move it and its image out of both folders.',
    );
  });

  test('an empty map is refused', () => {
    const empty = { channels: 3, height: 0, width: 0, name: 'm.npy' };
    expect(thrown(() => uncertaintyMap(new Float32Array(), empty))).toBe(
      'SHAPE_MISMATCH m.npy: an uncertainty map must hold channels × height × width = 3 × 0 × 0 values, at least one; got 0.',
    );
  });

  test('a mask of another size and a negative weight are refused', () => {
    const like = plain(1, 2, [1, 1]);
    expect(thrown(() => weightMap(plain(2, 1, [1, 1]), { like, name: 'masks/7.png' }))).toBe(
      'SHAPE_MISMATCH masks/7.png: weights must have the size of the uncertainty map, 1 × 2 (height × width); got 2 × 1. Make the mask or saliency map at the size of the uncertainty map.',
    );
    expect(thrown(() => weightMap(plain(1, 2, [1, -1]), { like, name: 'masks/7.png' }))).toBe(
      'NOT_FINITE masks/7.png: every weight must be finite and at least 0; got -1 in row 0, column 1 (counted from 0).',
    );
  });
});
