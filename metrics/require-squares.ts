import { NumericalError } from '../errors.js';
import { SIDES } from './comparable-sets.js';
import type { Comparison } from './metric-definition.js';

/** Squares of it lie 60 binary digits above the smallest that float64 holds in full, 2⁻¹⁰²². */
const LEAST_DIFFERENCE = 2 ** -480;

/** The first vector of a set, or its mean where only that is known. */
function anyVector({ embeddings, moments }: Comparison['reference']): Float32Array | Float64Array | null {
  return embeddings === null ? (moments?.mean ?? null) : embeddings.data.subarray(0, embeddings.d);
}

/** How far the vectors of a set lie from one at most, along an axis; to the first that is far enough. */
function largestDifference(
  { embeddings, moments }: Comparison['reference'],
  from: Float32Array | Float64Array,
): number {
  const d = from.length;
  const vectors = embeddings?.data ?? moments?.mean ?? [];
  let largest = 0;
  for (let i = 0; i < vectors.length && largest < LEAST_DIFFERENCE; i++)
    largest = Math.max(largest, Math.abs(vectors[i]! - from[i % d]!));
  if (embeddings !== null || moments === null) return largest;
  for (let j = 0; j < d; j++) largest = Math.max(largest, Math.sqrt(moments.covariance[j * (d + 1)]!));
  return largest;
}

/**
 * That squared differences of the embeddings keep their digits, or are all 0: what underflows would look like equal sets.
 *
 * @throws NumericalError DIGITS_LOST with the largest difference
 */
export function requireSquares(sets: Comparison, metric: string): void {
  const from = anyVector(sets.reference);
  if (from === null || from.length !== anyVector(sets.generated)?.length) return; // refused elsewhere
  const largest = Math.max(...SIDES.map((side) => largestDifference(sets[side], from)));
  if (!(largest > 0 && largest < LEAST_DIFFERENCE)) return;
  throw new NumericalError('DIGITS_LOST', {
    where: metric,
    expected: `embeddings must differ by ${LEAST_DIFFERENCE.toPrecision(2)} or more, or their squares lose their digits in float64`,
    received: `at most ${largest.toPrecision(2)}`,
    help: 'Multiply the embeddings of both sides by the same number.',
  });
}
