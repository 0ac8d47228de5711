import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { numberedLabels } from '../../encoders/image-labels.js';
import { compensatedSum } from '../../numerics/mean-and-variance.js';
import { memoized } from '../../numerics/memoized.js';
import type { Rows } from '../../numerics/rows.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { indicesOfFileRows } from '../canonical-order.js';

/** A correlation of neighbors in file order that is this many standard errors above 0 is no chance: once in 3 million sets. */
const ORDER_DEVIATE = 5;

/** A smaller correlation r raises a variance by (1 + r)/(1 − r) < 1.05, which changes a standard error by less than 3 %. */
const NEGLIGIBLE_CORRELATION = 0.025;

/** ⟨xᵢ − mean, xⱼ − mean⟩ of the means of their strata, or of the whole. */
type Product = (i: number, j: number) => number;

function centeredProduct({ strata }: EmbeddedSet, { n, d, data }: Rows): Product {
  const { numbers, counts } =
    strata === undefined ? { numbers: new Int32Array(n), counts: [n] } : numberedLabels(strata.labels);
  const means = new Float64Array(counts.length * d);
  for (let i = 0; i < n; i++) {
    const stratum = numbers[i]!;
    for (let k = 0; k < d; k++) means[stratum * d + k]! += data[i * d + k]! / counts[stratum]!;
  }
  return (i, j) => {
    const [row, other] = [i * d, j * d];
    const [mean, otherMean] = [numbers[i]! * d, numbers[j]! * d];
    let sum = 0;
    for (let k = 0; k < d; k++)
      sum += (data[row + k]! - means[mean + k]!) * (data[other + k]! - means[otherMean + k]!);
    return sum;
  };
}

/**
 * The correlation of embeddings that follow each other in file order, Σ⟨xᵢ, xᵢ₊₁⟩/Σ‖xᵢ‖² of differences from the mean, where it is more than chance:
 * as in frames of a video, or files sorted by class. Images of one unit are left out: what they have in common is known.
 *
 * @param units  (n)
 * @returns undefined where there is none, or it is too small to matter
 */
export function correlationInOrder(set: EmbeddedSet, units: Int32Array): number | undefined {
  return memoizedCorrelation(set)(units);
}

const memoizedCorrelation = memoized((set: EmbeddedSet) =>
  memoized((units: Int32Array) => correlationOf(set, units)),
);

function correlationOf(set: EmbeddedSet, units: Int32Array): number | undefined {
  const { embeddings } = set;
  if (embeddings === null || embeddings.n < 3) return undefined;
  const { n } = embeddings;
  const product = centeredProduct(set, embeddings);
  const at = indicesOfFileRows(set, n);
  const next = Array.from({ length: n - 1 }, (_, row) => row).filter(
    (row) => units[at[row]!] !== units[at[row + 1]!],
  );
  if (next.length < 2) return undefined;
  const shuffled = sampleIndices({ n, size: n }, seededRandom(1, 'file order'));
  const sum = compensatedSum(next.map((row) => product(at[row]!, at[row + 1]!)));
  const squares = compensatedSum(next.map((row) => product(shuffled[row]!, shuffled[row + 1]!) ** 2));
  const total = compensatedSum(next.map((row) => product(at[row]!, at[row]!)));
  const correlation = sum / total;
  return sum > ORDER_DEVIATE * Math.sqrt(squares) && correlation > NEGLIGIBLE_CORRELATION
    ? correlation
    : undefined;
}
