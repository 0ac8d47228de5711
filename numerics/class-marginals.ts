import { SampleSizeError, ShapeError } from '../errors.js';
import type { Rows } from './rows.js';

/** What an Inception score of one split needs of n images: mergeable, and removable again. */
export interface ClassMarginals {
  readonly n: number;
  /** (c): Σ p(class | image) */
  readonly sums: Float64Array;
  /** (c): Σ p(class | image)², for the bias of the score */
  readonly squares: Float64Array;
  /** Σ over images of Σ p·log p */
  readonly negativeEntropy: number;
}

/** The marginals of the rows at the given indices, of logits before the softmax. */
export function classMarginals(logits: Rows, indices: ArrayLike<number>): ClassMarginals {
  const probabilities = new Float64Array(logits.d);
  return marginals(logits.d, indices, (row) => ({
    probabilities,
    at: 0,
    negativeEntropy: rowSoftmax(logits, row, probabilities),
  }));
}

/** Class probabilities of every row, worth keeping where many subsets are asked for. */
export interface SoftmaxTable {
  readonly classes: number;
  /** (n, c) row-major */
  readonly probabilities: Float64Array;
  /** (n): Σ p·log p */
  readonly negativeEntropies: Float64Array;
}

/** @param logits  (n, c), before the softmax */
export function softmaxTable(logits: Rows): SoftmaxTable {
  const { n, d: classes } = logits;
  const probabilities = new Float64Array(n * classes);
  const negativeEntropies = Float64Array.from({ length: n }, (_, row) =>
    rowSoftmax(logits, row, probabilities.subarray(row * classes, (row + 1) * classes)),
  );
  return { classes, probabilities, negativeEntropies };
}

/** `classMarginals` of rows whose softmax is known, to the bit. */
export function marginalsOfTable(
  { classes, probabilities, negativeEntropies }: SoftmaxTable,
  indices: ArrayLike<number>,
): ClassMarginals {
  return marginals(classes, indices, (row) => ({
    probabilities,
    at: row * classes,
    negativeEntropy: negativeEntropies[row]!,
  }));
}

/** Softmax of one row into `target`. @returns Σ p·log p */
function rowSoftmax(logits: Rows, row: number, target: Float64Array): number {
  logSoftmax(logits, row, target);
  let negativeEntropy = 0;
  for (let c = 0; c < target.length; c++) {
    const log = target[c]!;
    const p = Math.exp(log);
    if (p > 0) negativeEntropy += p * log;
    target[c] = p;
  }
  return negativeEntropy;
}

function marginals(
  classes: number,
  indices: ArrayLike<number>,
  rowAt: (row: number) => {
    readonly probabilities: Float64Array;
    readonly at: number;
    readonly negativeEntropy: number;
  },
): ClassMarginals {
  const sums = new Float64Array(classes);
  const squares = new Float64Array(classes);
  let negativeEntropy = 0;
  let compensation = 0; // Kahan's, for 50,000 images
  for (let i = 0; i < indices.length; i++) {
    const row = rowAt(indices[i]!);
    const { probabilities, at } = row;
    for (let c = 0; c < classes; c++) {
      const p = probabilities[at + c]!;
      sums[c]! += p;
      squares[c]! += p * p;
    }
    const term = row.negativeEntropy - compensation;
    const next = negativeEntropy + term;
    compensation = next - negativeEntropy - term;
    negativeEntropy = next;
  }
  return { n: indices.length, sums, squares, negativeEntropy };
}

function combined(first: ClassMarginals, second: ClassMarginals, sign: 1 | -1): ClassMarginals {
  if (first.sums.length !== second.sums.length) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'classMarginals',
      expected: 'both sides must have the same classes',
      received: `${first.sums.length} and ${second.sums.length}`,
    });
  }
  const n = first.n + sign * second.n;
  if (n < 0) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'classMarginals',
      expected: 'no more images can be removed than there are',
      received: `${second.n} of ${first.n}`,
    });
  }
  return {
    n,
    sums: first.sums.map((sum, c) => sum + sign * second.sums[c]!),
    squares: first.squares.map((sum, c) => sum + sign * second.squares[c]!),
    negativeEntropy: first.negativeEntropy + sign * second.negativeEntropy,
  };
}

/**
 * Marginals of both groups together.
 *
 * @throws ShapeError SHAPE_MISMATCH if they count different classes
 */
export function mergeMarginals(first: ClassMarginals, second: ClassMarginals): ClassMarginals {
  return combined(first, second, 1);
}

/**
 * Marginals without a part that they were merged of.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES if the part holds more images than the whole; ShapeError SHAPE_MISMATCH
 */
export function removeMarginals(whole: ClassMarginals, part: ClassMarginals): ClassMarginals {
  return combined(whole, part, -1);
}

/** log softmax of one row of logits, into `target`; no exponential overflows. */
export function logSoftmax(logits: Rows, row: number, target: Float64Array): void {
  const { d: classes, data } = logits;
  const start = row * classes;
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c++) largest = Math.max(largest, data[start + c]!);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(data[start + c]! - largest);
  const logSum = Math.log(sum); // not added to the largest, whose rounding would be that of all
  for (let c = 0; c < classes; c++) target[c] = data[start + c]! - largest - logSum;
}
