import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { numberedLabels } from '../../encoders/image-labels.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import type { Rows } from '../../numerics/rows.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';

/** A correlation of neighbors in file order that is this many standard errors above 0 is no chance: once in 3 million sets. */
const ORDER_DEVIATE = 5;

/** A smaller correlation r raises a variance by (1 + r)/(1 − r) < 1.05, which changes a standard error by less than 3 %. */
const NEGLIGIBLE_CORRELATION = 0.025;

/** Differences from the means of the strata, or of the whole. */
function residuals({ strata }: EmbeddedSet, { n, d, data }: Rows): Float64Array {
  const { numbers, counts } = numberedLabels(strata?.labels ?? Array.from({ length: n }, () => ''));
  const means = new Float64Array(counts.length * d);
  for (let at = 0; at < n * d; at++) {
    const stratum = numbers[Math.floor(at / d)]!;
    means[stratum * d + (at % d)]! += data[at]! / counts[stratum]!;
  }
  return Float64Array.from(
    { length: n * d },
    (_, at) => data[at]! - means[numbers[Math.floor(at / d)]! * d + (at % d)]!,
  );
}

function product(rows: Float64Array, d: number, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += rows[i * d + k]! * rows[j * d + k]!;
  return sum;
}

/**
 * The correlation of embeddings that follow each other in file order, Σ⟨xᵢ, xᵢ₊₁⟩/Σ‖xᵢ‖² of differences from the mean, where it is more than chance:
 * as in frames of a video, or files sorted by class. Images of one unit are left out: what they have in common is known.
 *
 * @param units  (n)
 * @returns undefined where there is none, or it is too small to matter
 */
export function correlationInOrder(set: EmbeddedSet, units: Int32Array): number | undefined {
  const { embeddings } = set;
  if (embeddings === null || embeddings.n < 3) return undefined;
  const { n, d } = embeddings;
  const rows = residuals(set, embeddings);
  const next = Array.from({ length: n - 1 }, (_, i) => i).filter((i) => units[i] !== units[i + 1]);
  if (next.length < 2) return undefined;
  const shuffled = sampleIndices({ n, size: n }, seededRandom(1, 'file order'));
  const sum = compensatedSum(next.map((i) => product(rows, d, i, i + 1)));
  const squares = compensatedSum(next.map((i) => product(rows, d, shuffled[i]!, shuffled[i + 1]!) ** 2));
  const total = compensatedSum(next.map((i) => product(rows, d, i, i)));
  const correlation = sum / total;
  return sum > ORDER_DEVIATE * Math.sqrt(squares) && correlation > NEGLIGIBLE_CORRELATION
    ? correlation
    : undefined;
}
