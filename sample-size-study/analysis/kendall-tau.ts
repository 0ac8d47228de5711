import { ShapeError } from '../../errors.js';

/**
 * Kendall's rank correlation with ties, τ_b = (C − D) / √((n₀ − n₁)(n₀ − n₂)): C and D concordant and discordant pairs,
 * n₀ = n(n − 1)/2, n₁ and n₂ the pairs tied in the first and the second list.
 *
 * @returns from −1 (reversed) to 1 (same order); undefined where one list has no two different values
 * @throws ShapeError SHAPE_MISMATCH if the lists differ in length
 *
 * Source: Kendall 1945, "The treatment of ties in ranking problems".
 * Agrees with: scipy.stats.kendalltau to 1e-12, test/reference/study-analysis.json.
 */
export function kendallTau(first: readonly number[], second: readonly number[]): number | undefined {
  if (first.length !== second.length) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'kendallTau',
      expected: 'both lists must have the same length',
      received: `${first.length} and ${second.length}`,
    });
  }
  let balance = 0;
  let untiedFirst = 0;
  let untiedSecond = 0;
  for (let i = 0; i < first.length; i++) {
    for (let j = 0; j < i; j++) {
      const signFirst = Math.sign(first[i]! - first[j]!);
      const signSecond = Math.sign(second[i]! - second[j]!);
      balance += signFirst * signSecond;
      untiedFirst += Math.abs(signFirst);
      untiedSecond += Math.abs(signSecond);
    }
  }
  if (untiedFirst === 0 || untiedSecond === 0) return undefined;
  return balance / Math.sqrt(untiedFirst * untiedSecond);
}
