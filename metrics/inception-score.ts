import { OptionError, SampleSizeError } from '../errors.js';
import {
  type ClassMarginals,
  classMarginals,
  mergeMarginals,
  removeMarginals,
} from '../numerics/class-marginals.js';
import { compensatedSum, mean, standardDeviation, variance } from '../numerics/mean-and-variance.js';
import { numpyRandomState } from '../numerics/numpy-random-state.js';
import type { Rows } from '../numerics/rows.js';
import { equalPieces } from '../numerics/seeded-random.js';

/** `permuted`: equal splits of a random order; `chunks-of-5000`: chunks of 5,000 rows in the order they have, the last one what is left. */
export type Splitting = 'permuted' | 'chunks-of-5000';

/** Rows of a chunk in guided-diffusion's evaluator. */
const CHUNK = 5000;

/** How rows are divided among splits. */
export interface SplitRule {
  /** of `permuted` rows */
  readonly splits: number;
  /** default `permuted` */
  readonly splitting?: Splitting;
}

export interface SplitOptions extends SplitRule {
  /** of the permutation; null leaves the rows in order */
  readonly seed: number | null;
}

/** The least rows that a rule divides. */
export function fewestForSplits({ splits, splitting = 'permuted' }: SplitRule): number {
  return splitting === 'permuted' ? splits : 1;
}

/** Where the splits of n rows begin, and n. */
export function splitBorders(n: number, { splits, splitting = 'permuted' }: SplitRule): readonly number[] {
  if (splitting === 'permuted')
    return Array.from({ length: splits + 1 }, (_, i) => Math.floor((i * n) / splits));
  return Array.from({ length: Math.ceil(n / CHUNK) + 1 }, (_, i) => Math.min(i * CHUNK, n));
}

/** Scores of the splits of one set. */
export interface InceptionScore {
  /** mean over the splits */
  readonly value: number;
  /** standard deviation over the splits, divisor their number: how far parts of the set differ, not a standard error of the value */
  readonly spread: number;
  /** (splits) */
  readonly splits: Float64Array;
}

/**
 * exp(mean over x of KL(p(·|x) ‖ p̄)) from class marginals: the mean negative entropy plus the entropy of the marginal.
 *
 * @returns from 1 to the number of classes
 * @throws SampleSizeError TOO_FEW_SAMPLES for no images
 */
export function inceptionScoreOfMarginals({ n, sums, negativeEntropy }: ClassMarginals): number {
  if (n === 0) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'inceptionScore',
      expected: 'a split needs at least 1 image',
      received: '0',
    });
  }
  const cross = sums.map((sum) => (sum > 0 ? (sum / n) * Math.log(sum / n) : 0));
  return Math.exp(Math.max(0, negativeEntropy / n - compensatedSum(cross)));
}

/**
 * How far the logarithm of a score lies below its asymptotic value at `n` images, to first order: Σ Var p(class)/(2n·p̄(class)).
 *
 * @param n  images of a split
 * @returns at least 0; undefined for fewer than two images
 * @source second-order expansion of the marginal's entropy; K equal classes of certain images give (K − 1)/2n
 */
export function inceptionLogBias(
  { n: counted, sums, squares }: ClassMarginals,
  n: number,
): number | undefined {
  if (counted < 2) return undefined;
  const terms = sums.map((sum, c) => {
    if (!(sum > 0)) return 0;
    const share = sum / counted;
    const variance = Math.max(0, squares[c]! / counted - share * share) * (counted / (counted - 1));
    return variance / share;
  });
  return compensatedSum(terms) / (2 * n);
}

/**
 * The score of one split: of the rows of the given indices.
 *
 * @param logits  (n, c), before the softmax
 * @throws SampleSizeError TOO_FEW_SAMPLES for no indices
 */
export function inceptionScoreOf(logits: Rows, indices: ArrayLike<number>): number {
  return inceptionScoreOfMarginals(classMarginals(logits, indices));
}

/** @throws SampleSizeError TOO_FEW_SAMPLES if there are fewer images than splits */
export function requireSplits(n: number, { where, ...rule }: SplitRule & { readonly where: string }): void {
  const { splits } = rule;
  if (n >= fewestForSplits(rule)) return;
  throw new SampleSizeError('TOO_FEW_SAMPLES', {
    where,
    expected: `${splits} splits need at least ${splits} images`,
    received: String(n),
    help: `Supply ${splits - n} more image${splits - n === 1 ? '' : 's'}.`,
    n,
    needed: splits,
  });
}

/**
 * Inception Score: the mean over splits of exp(mean KL(p(y|x) ‖ p(y))). Rows are permuted as numpy's RandomState(seed) does;
 * split i holds indices ⌊i·n/s⌋ … ⌊(i + 1)·n/s⌋, so that every row counts. In chunks of 5,000 rows they keep their order.
 *
 * @param logits  (n, c), before the softmax
 * @param options  number of splits s, and the seed of the permutation; null leaves the rows in order; what errors name
 * @returns `value` from 1 to c, higher is better; biased downwards
 * @throws OptionError OUT_OF_RANGE unless s is a whole number, at least 1
 * @throws SampleSizeError TOO_FEW_SAMPLES if there are fewer rows than splits
 * @source Salimans et al. 2016, arXiv:1606.03498, section 4
 * @agreesWith torch-fidelity's formula in float64, to 1e-12 relative (test/reference/inception-score.json); guided-diffusion's in chunks
 * (test/reference/adm-evaluator.json)
 */
export function inceptionScore(
  logits: Rows,
  { where = 'inceptionScore', ...options }: SplitOptions & { readonly where?: string },
): InceptionScore {
  const { n } = logits;
  const { splits } = options;
  if (!(Number.isInteger(splits) && splits >= 1)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'splits',
      expected: 'must be a whole number, at least 1',
      received: String(splits),
    });
  }
  requireSplits(n, { ...options, where });
  const scores = Float64Array.from(splitIndices(n, options), (indices) => inceptionScoreOf(logits, indices));
  return { value: mean(scores)!, spread: standardDeviation(scores, 0)!, splits: scores };
}

/** The indices of each split, in the order of the permutation. */
function splitIndices(n: number, { seed, ...rule }: SplitOptions): readonly Uint32Array[] {
  const isInOrder = seed === null || rule.splitting === 'chunks-of-5000';
  const order = isInOrder
    ? Uint32Array.from({ length: n }, (_, i) => i)
    : numpyRandomState(seed).permutation(n);
  const borders = splitBorders(n, rule);
  return borders.slice(1).map((end, i) => order.subarray(borders[i], end));
}

/** Groups that a split is cut into. */
const GROUPS_OF_SPLIT = 20;

/**
 * Standard error of the score as it is reported, with its splits: a jackknife by groups within each split, √(Σ over splits of
 * (g − 1)/g·Σ(θ₍₋ⱼ₎ − θ̄)²)/s. The spread over the splits is that of a tenth of the images, and no standard error.
 *
 * @param logits  (n, c)
 * @param options  as of the score
 * @returns undefined for fewer than four rows a split
 */
export function inceptionScoreStandardError(logits: Rows, options: SplitOptions): number | undefined {
  const pieces = splitIndices(logits.n, options);
  if (pieces.some(({ length }) => length < 4)) return undefined;
  const variances = pieces.map((indices) => {
    const count = Math.min(GROUPS_OF_SPLIT, Math.floor(indices.length / 2));
    const groups = equalPieces(indices, count).map((group) => classMarginals(logits, group));
    const whole = groups.reduce(mergeMarginals);
    const left = groups.map((group) => inceptionScoreOfMarginals(removeMarginals(whole, group)));
    return ((count - 1) ** 2 / count) * variance(left, 1)!;
  });
  return Math.sqrt(compensatedSum(variances)) / pieces.length;
}
