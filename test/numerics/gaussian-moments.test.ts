import { describe, expect, test } from 'vitest';
import { frechetDistance } from '../../metrics/frechet-distance.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import {
  type GaussianMoments,
  gaussianMoments,
  MomentsSum,
  mergeMoments,
  removeMoments,
  removeRows,
} from '../../numerics/gaussian-moments.js';
import { momentsWithoutRows } from '../../numerics/moments-without-rows.js';
import { rowRange, selectRows } from '../../numerics/rows.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { thrown } from '../support/thrown.js';
import { expectAllClose, expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const cloud = gaussianCloud({ n: 150, d: 9, seed: 5, shift: 3, smallest: 0.01 });

describe('gaussianMoments', () => {
  test('of (0, 0) and (2, 4) are mean (1, 2) and covariance ((2, 4), (4, 8))', () => {
    const { n, mean, covariance } = gaussianMoments({ n: 2, d: 2, data: Float64Array.of(0, 0, 2, 4) });
    expect([n, [...mean], [...covariance]]).toEqual([2, [1, 2], [2, 4, 4, 8]]);
  });

  test('a shift of 1e9 leaves the covariance of integers exact', () => {
    const data = Float64Array.of(4, 7, 13, 16).map((value) => value + 1e9);
    expect([...gaussianMoments({ n: 4, d: 1, data }).covariance]).toEqual([30]);
  });

  test('float32 rows are summed in float64', () => {
    const data = Float32Array.from({ length: 3000 }, (_, i) => 0.1 + (i % 3) * 1e-3);
    const expected = gaussianMoments({ n: 3000, d: 1, data: Float64Array.from(data) });
    expect(gaussianMoments({ n: 3000, d: 1, data })).toEqual(expected);
  });

  test('a constant feature has variance 0 exactly', () => {
    const data = Float64Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? 0.1 : Math.sin(i)));
    expect(gaussianMoments({ n: 150, d: 2, data }).covariance[0]).toBe(0);
  });

  test('one vector has no covariance', () => {
    expect(thrown(() => gaussianMoments({ n: 1, d: 2, data: Float64Array.of(1, 2) }))).toBe(
      'TOO_FEW_SAMPLES gaussianMoments: a covariance needs at least 2 vectors; got 1. Supply more images.',
    );
  });
});

describe('merging and removing', () => {
  const rowsBut = (from: number, to: number) =>
    Array.from({ length: cloud.n }, (_, i) => i).filter((i) => i < from || i >= to);

  test('mergeMoments of uneven shards equals one run to 1e-12', () => {
    const whole = gaussianMoments(cloud);
    const shards = [rowRange(cloud, 0, 2), rowRange(cloud, 2, 70), rowRange(cloud, 70, 150)].map(
      gaussianMoments,
    );
    const merged = mergeMoments(mergeMoments(shards[2]!, shards[0]!), shards[1]!);
    expect(merged.n).toBe(150);
    expectAllClose(merged.mean, whole.mean, SUMMATION_TOLERANCE);
    expectAllClose(merged.covariance, whole.covariance, SUMMATION_TOLERANCE);
  });

  test('MomentsSum, fed piece by piece, has the bits of mergeMoments', () => {
    const parts = [rowRange(cloud, 0, 2), rowRange(cloud, 2, 70), rowRange(cloud, 70, 150)].map(
      gaussianMoments,
    );
    const sum = new MomentsSum();
    for (const { covariance, ...head } of parts) {
      const add = sum.begin(head);
      for (let at = 0; at < covariance.length; at += 7) add(covariance.subarray(at, at + 7));
    }
    expect(sum.moments).toEqual(parts.reduce(mergeMoments));
  });

  test('mergeMoments of three shards in any order equals one run, and removeMoments after it the shards that stay', () => {
    const parts = [rowRange(cloud, 0, 31), rowRange(cloud, 31, 112), rowRange(cloud, 112, 150)];
    const [a, b, c] = parts.map(gaussianMoments) as [GaussianMoments, GaussianMoments, GaussianMoments];
    const whole = gaussianMoments(cloud);
    const expectAlike = (received: GaussianMoments, expected: GaussianMoments) => {
      expect(received.n).toBe(expected.n);
      expectAllClose(received.mean, expected.mean, SUMMATION_TOLERANCE);
      expectAllClose(received.covariance, expected.covariance, SUMMATION_TOLERANCE);
    };
    for (const [first, second, third] of [
      [a, b, c],
      [a, c, b],
      [b, a, c],
      [b, c, a],
      [c, a, b],
      [c, b, a],
    ] as const) {
      const merged = mergeMoments(mergeMoments(first, second), third);
      expectAlike(merged, whole);
      expectAlike(removeMoments(merged, second), mergeMoments(third, first));
      expectAlike(removeMoments(removeMoments(merged, first), third), second);
    }
    expectAlike(removeMoments(whole, b), gaussianMoments(selectRows(cloud, rowsBut(31, 112))));
  });

  test('shards a million away from 0 merge, and part, to the covariance of the same vectors at 0', () => {
    const near = { ...cloud, data: cloud.data.map((value) => Math.round(value * 2 ** 14) / 2 ** 14) };
    const far = { ...near, data: near.data.map((value) => value + 1e6) }; // exactly
    const whole = gaussianMoments(near);
    const shards = Array.from({ length: 50 }, (_, i) => gaussianMoments(rowRange(far, 3 * i, 3 * i + 3)));
    const merged = shards.reduce(mergeMoments);
    expectAllClose(merged.covariance, whole.covariance, SUMMATION_TOLERANCE);
    const left = removeRows(merged, rowRange(far, 0, 40));
    expectAllClose(left.covariance, gaussianMoments(rowRange(near, 40, 150)).covariance, SUMMATION_TOLERANCE);
  });

  test('a Fréchet distance is as exact a million away from 0 as at 0', () => {
    const rounded = (seed: number, by: number) => {
      const { n, d, data } = gaussianCloud({ n: 200, d: 5, seed });
      return gaussianMoments({ n, d, data: data.map((value) => Math.round(value * 2 ** 14) / 2 ** 14 + by) });
    };
    const near = frechetDistance(rounded(1, 0), rounded(2, 0));
    expectClose(frechetDistance(rounded(1, 1e6), rounded(2, 1e6)), near, SUMMATION_TOLERANCE);
  });

  test('removeRows equals the moments of the rows that stay to 1e-12', () => {
    const excluded = [3, 17, 90, 149];
    const stay = Array.from({ length: 150 }, (_, i) => i).filter((i) => !excluded.includes(i));
    const left = removeRows(gaussianMoments(cloud), selectRows(cloud, excluded));
    const expected = gaussianMoments(selectRows(cloud, stay));
    expect(left.n).toBe(146);
    expectAllClose(left.mean, expected.mean, SUMMATION_TOLERANCE);
    expectAllClose(left.covariance, expected.covariance, SUMMATION_TOLERANCE);
  });

  test('removeRows of a single row, and of none', () => {
    const whole = gaussianMoments(cloud);
    expect(removeRows(whole, rowRange(cloud, 0, 0))).toBe(whole);
    const left = removeRows(whole, rowRange(cloud, 0, 1));
    expectAllClose(left.covariance, gaussianMoments(rowRange(cloud, 1, 150)).covariance, SUMMATION_TOLERANCE);
  });

  test('momentsWithoutRows of an outlier gives the moments of the rest to 1e-12, whatever its size', async () => {
    for (const far of [10, 1e4, 1e8, 1e12]) {
      const outlier = { ...cloud, data: cloud.data.slice().fill(far, 0, cloud.d) };
      const whole = gaussianMoments(outlier);
      const stay = Uint32Array.from({ length: 149 }, (_, i) => i + 1);
      const rest = gaussianMoments(rowRange(cloud, 1, 150));
      for (const excluded of [Uint32Array.of(0), Uint32Array.of(0, 149)]) {
        const left = await momentsWithoutRows(
          outlier,
          whole,
          { excluded, stay: stay.subarray(0, 150 - excluded.length) },
          plainAlgebra,
        );
        const expected = excluded.length === 1 ? rest : gaussianMoments(rowRange(cloud, 1, 149));
        expect(left.n).toBe(expected.n);
        expectAllClose(left.mean, expected.mean, 1e-11);
        expectAllClose(left.covariance, expected.covariance, 1e-11);
      }
    }
  });

  test('removeRows of an outlier beside which the rest is lost in rounding is refused', () => {
    const outlier = { ...cloud, data: cloud.data.slice().fill(1e8, 0, cloud.d) };
    expect(thrown(() => removeRows(gaussianMoments(outlier), rowRange(outlier, 0, 1)))).toMatch(
      /^DIGITS_LOST removeMoments: at least 1e-9 of the total variance must be left, or rounding drowns it; got .*\. Compute the moments of what stays from its vectors\.$/,
    );
  });

  test('removeRows down to one vector is refused', () => {
    expect(thrown(() => removeRows(gaussianMoments(cloud), rowRange(cloud, 0, 149)))).toBe(
      'TOO_FEW_SAMPLES gaussianMoments: a covariance needs at least 2 vectors; got 1. Supply more images.',
    );
  });

  test('moments without a count cannot be merged', () => {
    const whole = gaussianMoments(cloud);
    expect(thrown(() => mergeMoments(whole, { ...whole, n: null }))).toBe(
      'TOO_FEW_SAMPLES mergeMoments: both sides must say how many images their moments stand for; got moments without a count. Compute the statistics again from the images, or add `n` to the statistics file.',
    );
  });
});
