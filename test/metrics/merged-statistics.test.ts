import { describe, expect, test } from 'vitest';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { mergedStatistics } from '../../metrics/merged-statistics.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';

function statistics(seed: number, changes: { n?: number; sign?: number } = {}): EmbeddedSet {
  const { n = 50, sign = 1 } = changes;
  const moments = gaussianMoments(gaussianCloud({ n: 50, d: 4, seed }));
  const covariance = moments.covariance.map((value) => sign * value);
  return { ...embeddedSet(null, { source: `${seed}.npz` }), n, moments: { ...moments, n, covariance } };
}

const read = (...sets: readonly EmbeddedSet[]) => sets.map((set) => async () => set);

describe('mergedStatistics', () => {
  test('mergedStatistics refuses a covariance that score refuses, by the name of its file', async () => {
    const parts = [statistics(1, { n: 1e6 }), statistics(2, { n: 2, sign: -1 })]; // together they might pass
    expect(await rejected(mergedStatistics(read(...parts), plainAlgebra))).toMatch(
      /^NOT_POSITIVE_SEMIDEFINITE 2\.npz, array sigma: must be positive semi-definite; got variance -/,
    );
  });

  test('mergedStatistics refuses counts whose sum float64 does not hold', async () => {
    const many = Number.MAX_SAFE_INTEGER;
    expect(
      await rejected(mergedStatistics(read(statistics(1, { n: many }), statistics(2)), plainAlgebra)),
    ).toBe(
      'UNREADABLE_FILE 1.npz, 2.npz: the parts must hold fewer than 2^53 images together; got about 9.007e+15. Correct the array n of the part that is wrong.',
    );
    const whole = await mergedStatistics(read(statistics(1, { n: many - 50 }), statistics(2)), plainAlgebra);
    expect(whole.n).toBe(many);
  });
});
