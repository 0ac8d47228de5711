import { OptionError, SampleSizeError } from '../errors.js';
import { compensatedSum } from './numerics/compensated-sum.js';
import { mean, standardDeviation } from './numerics/mean-and-variance.js';
import { numpyRandomState } from './numerics/numpy-random-state.js';
import type { Rows } from './numerics/rows.js';

/** Scores of the splits of one set. */
export interface InceptionScore {
  /** mean over the splits */
  readonly value: number;
  /** standard deviation over the splits, divisor their number: a spread of dependent splits, not a standard error */
  readonly spread: number;
  /** (splits) */
  readonly splits: Float64Array;
}

/** log softmax of one row of logits, into `target`; no exponential overflows. */
function logSoftmax(logits: Rows, row: number, target: Float64Array): void {
  const { d: classes, data } = logits;
  const start = row * classes;
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c++) largest = Math.max(largest, data[start + c]!);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(data[start + c]! - largest);
  const logSum = largest + Math.log(sum);
  for (let c = 0; c < classes; c++) target[c] = data[start + c]! - logSum;
}

/**
 * exp(mean over x of KL(p(·|x) ‖ p̄)) of the rows at the given places, in float64. Written as mean negative entropy plus the
 * entropy of the marginal, so that nothing but one pass and the class marginal is kept.
 *
 * @param logits  (n, c), before the softmax
 * @returns from 1 to c
 * @throws SampleSizeError TOO_FEW_SAMPLES for no places
 */
export function inceptionScoreOf(logits: Rows, places: ArrayLike<number>): number {
  const count = places.length;
  if (count === 0) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'inceptionScore',
      expected: 'a split needs at least 1 image',
      received: '0',
    });
  }
  const classes = logits.d;
  const logs = new Float64Array(classes);
  const marginal = new Float64Array(classes);
  const negativeEntropies = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    logSoftmax(logits, places[i]!, logs);
    let negativeEntropy = 0;
    for (let c = 0; c < classes; c++) {
      const p = Math.exp(logs[c]!);
      marginal[c]! += p;
      if (p > 0) negativeEntropy += p * logs[c]!;
    }
    negativeEntropies[i] = negativeEntropy;
  }
  const cross = marginal.map((sum) => (sum > 0 ? (sum / count) * Math.log(sum / count) : 0));
  return Math.exp(Math.max(0, compensatedSum(negativeEntropies) / count - compensatedSum(cross)));
}

/**
 * Inception Score: the mean over splits of exp(mean KL(p(y|x) ‖ p(y))). Rows are permuted as numpy's RandomState(seed) does;
 * split i holds places ⌊i·n/s⌋ … ⌊(i + 1)·n/s⌋, so that every row counts.
 *
 * @param logits  (n, c), before the softmax
 * @param options  number of splits s, and the seed of the permutation; null leaves the rows in order
 * @returns `value` from 1 to c, higher is better; biased downwards
 * @throws OptionError OUT_OF_RANGE unless s is a whole number, at least 1
 * @throws SampleSizeError TOO_FEW_SAMPLES if there are fewer rows than splits
 * @source Salimans et al. 2016, arXiv:1606.03498, section 4
 * @agreesWith torch-fidelity's formula in float64, to 1e-12 relative (test/reference/inception-score.json)
 */
export function inceptionScore(
  logits: Rows,
  { splits, seed }: { readonly splits: number; readonly seed: number | null },
): InceptionScore {
  const { n } = logits;
  if (!(Number.isInteger(splits) && splits >= 1)) {
    throw new OptionError('OUT_OF_RANGE', {
      where: 'splits',
      expected: 'must be a whole number, at least 1',
      received: String(splits),
    });
  }
  if (n < splits) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'is',
      expected: `${splits} splits need at least ${splits} images`,
      received: String(n),
      help: `Supply ${splits - n} more images.`,
      n,
      needed: splits,
    });
  }
  const order =
    seed === null ? Uint32Array.from({ length: n }, (_, i) => i) : numpyRandomState(seed).permutation(n);
  const scores = Float64Array.from({ length: splits }, (_, i) =>
    inceptionScoreOf(
      logits,
      order.subarray(Math.floor((i * n) / splits), Math.floor(((i + 1) * n) / splits)),
    ),
  );
  return { value: mean(scores)!, spread: standardDeviation(scores, 0)!, splits: scores };
}
