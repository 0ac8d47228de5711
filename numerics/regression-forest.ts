import type { Random } from './seeded-random.js';

export interface ForestOptions {
  readonly random: Random;
  /** features that are tried at each split: default a third of them */
  readonly tried?: number;
  /** share of the rows that each tree sees, drawn without replacement: default 0.632, as many as a bootstrap sample has of different ones */
  readonly seen?: number;
  /** default 100 */
  readonly trees?: number;
}

/** Rows in a leaf at least: few, for the mean over many trees smooths, and a sharp step must stay one. */
const LEAF = 3;
/** Values of a feature are distinguished by as many quantiles. */
const BINS = 128;

/** Each value's quantile among the others, 0 … 127; equal values share theirs. */
function quantileBins(values: Float64Array): Uint8Array {
  const order = Uint32Array.from(values, (_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const bins = new Uint8Array(values.length);
  let first = 0;
  order.forEach((index, rank) => {
    if (values[index] !== values[order[first]!]) first = rank;
    bins[index] = Math.floor((first / order.length) * BINS);
  });
  return bins;
}

interface Split {
  readonly feature: Uint8Array;
  readonly bin: number;
}

/** The split that lowers the sum of squares most, among features drawn by chance; undefined where none does. */
function splitSearch(
  features: readonly Uint8Array[],
  target: Float64Array,
  { random, tried }: { readonly random: Random; readonly tried: number },
): (rows: Uint32Array) => Split | undefined {
  const order = Uint32Array.from(features, (_, index) => index);
  const sums = new Float64Array(BINS);
  const counts = new Uint32Array(BINS);
  return (rows) => {
    const n = rows.length;
    if (n < 2 * LEAF) return undefined;
    let total = 0;
    for (let i = 0; i < n; i++) total += target[rows[i]!]!;
    let gained = 1e-12 * n;
    let best: Split | undefined;
    for (let i = 0; i < tried; i++) {
      const j = i + Math.floor(random() * (features.length - i));
      [order[i], order[j]] = [order[j]!, order[i]!];
      const feature = features[order[i]!]!;
      sums.fill(0);
      counts.fill(0);
      for (let k = 0; k < n; k++) {
        const bin = feature[rows[k]!]!;
        sums[bin]! += target[rows[k]!]!;
        counts[bin]!++;
      }
      let below = 0;
      let sum = 0;
      for (let bin = 0; bin < BINS; bin++) {
        if (counts[bin] === 0) continue;
        below += counts[bin]!;
        if (n - below < LEAF) break;
        sum += sums[bin]!;
        if (below < LEAF) continue;
        const difference = sum / below - (total - sum) / (n - below);
        const gain = ((below * (n - below)) / n) * difference * difference;
        if (gain <= gained) continue;
        gained = gain;
        best = { feature, bin };
      }
    }
    return best;
  };
}

/** Rows at or below the split first, in place. @returns how many */
function partition(rows: Uint32Array, { feature, bin }: Split): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    if (feature[rows[low]!]! <= bin) low++;
    else {
      high--;
      const row = rows[low]!;
      rows[low] = rows[high]!;
      rows[high] = row;
    }
  }
  return low;
}

/**
 * A random forest's predictions of rows by trees that have not seen them: for each row the mean over the trees that were grown
 * without it. Each tree splits where that lowers the sum of squares most, down to leaves of three rows.
 *
 * @param features  (n) each; only their order matters
 * @param target  (n)
 * @returns (n), NaN for a row that every tree has seen
 *
 * Source: Breiman 2001, doi:10.1023/A:1010933404324, with samples without replacement.
 */
export function outOfBagPredictions(
  features: readonly Float64Array[],
  target: ArrayLike<number>,
  { random, tried = Math.ceil(features.length / 3), seen: share = 0.632, trees = 100 }: ForestOptions,
): Float64Array {
  const values = Float64Array.from(target);
  const n = values.length;
  const bestSplit = splitSearch(features.map(quantileBins), values, { random, tried });
  const sums = new Float64Array(n);
  const counts = new Uint32Array(n);
  const grow = (seen: Uint32Array, unseen: Uint32Array): void => {
    if (unseen.length === 0) return;
    const split = bestSplit(seen);
    if (split === undefined) {
      let sum = 0;
      for (let i = 0; i < seen.length; i++) sum += values[seen[i]!]!;
      for (const row of unseen) {
        sums[row]! += sum / seen.length;
        counts[row]!++;
      }
      return;
    }
    const [ofSeen, ofUnseen] = [partition(seen, split), partition(unseen, split)];
    grow(seen.subarray(0, ofSeen), unseen.subarray(0, ofUnseen));
    grow(seen.subarray(ofSeen), unseen.subarray(ofUnseen));
  };
  const rows = Uint32Array.from({ length: n }, (_, row) => row);
  const size = Math.max(1, Math.round(share * n));
  for (let tree = 0; tree < trees; tree++) {
    for (let i = 0; i < size; i++) {
      const j = i + Math.floor(random() * (n - i));
      [rows[i], rows[j]] = [rows[j]!, rows[i]!];
    }
    grow(rows.subarray(0, size), rows.subarray(size));
  }
  return sums.map((sum, row) => sum / counts[row]!);
}
