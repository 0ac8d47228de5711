import { OptionError } from '../errors.js';
import type { Algebra } from './numerics/algebra.js';
import { compensatedSum } from './numerics/compensated-sum.js';
import type { Rows } from './numerics/rows.js';
import { unitRows } from './numerics/unit-rows.js';

/**
 * Exponential of the Rényi entropy of order q of eigenvalues that sum to 1: the effective number of them.
 *
 * @param order  q > 0; 1 is Shannon's, Infinity the largest eigenvalue's
 * @throws OptionError OUT_OF_RANGE unless q > 0
 * @example
 * effectiveNumber([0.5, 0.5, 0], 1); // 2
 */
export function effectiveNumber(eigenvalues: ArrayLike<number>, order: number): number {
  if (!(order > 0)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: '--vendi-order',
      expected: 'must be above 0',
      received: String(order),
    });
  }
  const values = Float64Array.from(eigenvalues);
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const positive = values.filter((value) => value > values.length * Number.EPSILON * largest); // the rest is rounding
  if (order === 1) return Math.exp(-compensatedSum(positive.map((value) => value * Math.log(value))));
  if (order === Number.POSITIVE_INFINITY) return 1 / largest;
  const powers = compensatedSum(positive.map((value) => (value / largest) ** order)); // at least 1, whatever the order
  return Math.exp((Math.log(powers) + order * Math.log(largest)) / (1 - order));
}

function transposed({ n, d, data }: Rows): Rows {
  const columns = new Float64Array(n * d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) columns[j * n + i] = data[i * d + j]!;
  return { n: d, d: n, data: columns };
}

/**
 * Vendi score: the effective number of different images, exp(−Σ λ log λ) over the eigenvalues of XXᵀ/n for unit rows, or of
 * XᵀX/n, which are the same and fewer where d < n.
 *
 * @param vectors  (n, d), no row of zeros
 * @param options  order q, Infinity among them
 * @returns from 1 (all alike) to min(n, d), higher is more diverse; grows with n
 * @throws NumericalError NOT_FINITE for a row of zeros, OptionError OUT_OF_RANGE
 * @source Friedman & Dieng 2023, arXiv:2210.02410, definition 3.1; orders: Pasarkar & Dieng 2024, arXiv:2310.12952
 * @agreesWith vendi_score.score_dual and dgm-eval, to 1e-12 (test/reference/vendi.json)
 */
export async function vendiScore(
  vectors: Rows,
  { order, name }: { readonly order: number; readonly name: string },
  algebra: Algebra,
): Promise<number> {
  const unit = unitRows(vectors, name);
  const side = unit.n <= unit.d ? unit : transposed(unit);
  const gram = await algebra.innerProducts(side, side);
  for (let i = 0; i < gram.length; i++) gram[i]! /= unit.n;
  return effectiveNumber(await algebra.symmetricEigenvalues(gram, side.n), order);
}
