import { NumericalError, SampleSizeError, ShapeError } from '../errors.js';
import { exactColumnMeans, tooFewVectors, twoPartSum } from './column-means.js';
import { givenRows, type Rows } from './rows.js';

/** Mean and covariance of n vectors: all that a Fréchet distance needs, mergeable without the vectors. */
export interface GaussianMoments {
  /** how many vectors; null where a statistics file of another tool does not say */
  readonly n: number | null;
  readonly d: number;
  /** (d) */
  readonly mean: Float64Array;
  /** (d): the mean's rounding error, where it is known: far from 0, means that differ may round to the same number */
  readonly meanRest?: Float64Array | undefined;
  /** (d, d) row-major, symmetric, divisor n − 1 */
  readonly covariance: Float64Array;
  /** share of each number that was lost where they were kept in fewer digits than float64 has: 2⁻²⁴ for float32 */
  readonly unitRoundoff?: number | undefined;
}

/** Rows taken together, small enough that a block of deviations stays in cache. */
const BLOCK = 64;

/** μ₂ − μ₁, (d): means that are nearly alike lose nothing by it. */
export function meanDifference(
  first: Pick<GaussianMoments, 'mean' | 'meanRest'>,
  second: Pick<GaussianMoments, 'mean' | 'meanRest'>,
): Float64Array {
  const rest = (j: number) => (second.meanRest?.[j] ?? 0) - (first.meanRest?.[j] ?? 0);
  return second.mean.map((value, j) => value - first.mean[j]! + rest(j));
}

/** The mean moved by a share of a difference, (d) each, in two parts. */
function movedMean(
  { mean, meanRest }: GaussianMoments,
  difference: Float64Array,
  share: number,
): Pick<GaussianMoments, 'mean' | 'meanRest'> {
  return twoPartSum(mean, (j) => difference[j]! * share + (meanRest?.[j] ?? 0));
}

/** The products of features i and i + 1 with j and j + 1, whose four sums do not wait for each other. */
function addTile(
  scatter: Float64Array,
  deviations: Float64Array,
  { d, width, i, j }: { readonly d: number; readonly width: number; readonly i: number; readonly j: number },
): void {
  const [first, second] = [i * BLOCK, j * BLOCK];
  // a last feature without a partner stands for both
  const [below, beside] = [i + 1 < d ? first + BLOCK : first, j + 1 < d ? second + BLOCK : second];
  let a = 0;
  let b = 0;
  let c = 0;
  let e = 0;
  for (let r = 0; r < width; r++) {
    const x = deviations[first + r]!;
    const y = deviations[below + r]!;
    const u = deviations[second + r]!;
    const v = deviations[beside + r]!;
    a += x * u;
    b += x * v;
    c += y * u;
    e += y * v;
  }
  const at = i * d + j;
  scatter[at]! += a;
  if (j + 1 < d) scatter[at + 1]! += b;
  if (i + 1 === d) return;
  scatter[at + d]! += c;
  scatter[at + d + 1]! += e;
}

/** Σ (x − c)(x − c)ᵀ over the rows, (d, d), in blocks; the lower triangle is computed and mirrored. */
function scatterAbout(center: Float64Array, { n, d, data }: Rows): Float64Array {
  const scatter = new Float64Array(d * d);
  const deviations = new Float64Array(d * BLOCK); // (d, BLOCK)
  for (let start = 0; start < n; start += BLOCK) {
    const width = Math.min(BLOCK, n - start);
    for (let r = 0; r < width; r++) {
      for (let j = 0; j < d; j++) deviations[j * BLOCK + r] = data[(start + r) * d + j]! - center[j]!;
    }
    for (let i = 0; i < d; i += 2) {
      for (let j = 0; j <= i; j += 2) addTile(scatter, deviations, { d, width, i, j });
    }
  }
  for (let i = 0; i < d; i++) for (let j = 0; j < i; j++) scatter[j * d + i] = scatter[i * d + j]!;
  return scatter;
}

/**
 * Mean and covariance (divisor n − 1) of the rows, in float64, from deviations about the mean and never as Σxxᵀ − n·μμᵀ.
 *
 * @param vectors  (n, d), n ≥ 2
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming the row
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two rows: one vector has no covariance
 * @source Chan, Golub & LeVeque 1983
 * @agreesWith numpy.cov(ddof=1) of float64 rows, to 1e-12 of the largest variance (test/reference/gaussian-moments.json)
 */
export function gaussianMoments(vectors: Rows): GaussianMoments {
  const { n, d } = givenRows(vectors, gaussianMoments.name);
  if (n < 2) throw tooFewVectors(n, 2, 'a covariance');
  const { mean, meanRest } = exactColumnMeans(vectors);
  const covariance = scatterAbout(mean, vectors);
  for (let i = 0; i < covariance.length; i++) covariance[i]! /= n - 1;
  return { n, d, mean, meanRest, covariance };
}

function counted(moments: GaussianMoments, where: string): number {
  if (moments.n === null) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where,
      expected: 'both sides must say how many images their moments stand for',
      received: 'moments without a count',
      help: 'Compute the statistics again from the images, or add `n` to the statistics file.',
    });
  }
  return moments.n;
}

function requireEqualWidth(first: number, second: number, where: string): void {
  if (first !== second) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where,
      expected: 'both sides must have vectors of one length',
      received: `${first} and ${second}`,
    });
  }
}

/** `sign·weight` times the outer product of mean differences is what joining or parting two groups adds to the scatter. */
function combine(
  first: GaussianMoments,
  second: GaussianMoments,
  { n, weight, sign }: { readonly n: number; readonly weight: number; readonly sign: 1 | -1 },
  delta: Float64Array,
  mean: Pick<GaussianMoments, 'mean' | 'meanRest'>,
): GaussianMoments {
  const { d } = first;
  const firstScale = (first.n! - 1) / (n - 1);
  const secondScale = (sign * (second.n! - 1)) / (n - 1);
  const deltaScale = (sign * weight) / (n - 1);
  const covariance = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const at = i * d + j;
      const value =
        first.covariance[at]! * firstScale +
        second.covariance[at]! * secondScale +
        deltaScale * delta[i]! * delta[j]!;
      covariance[at] = value;
      covariance[j * d + i] = value;
    }
  }
  return { n, d, ...mean, covariance, ...coarserOf(first, second) };
}

/** The rounding of the one that was kept in fewer digits. */
function coarserOf(...both: readonly GaussianMoments[]): Pick<GaussianMoments, 'unitRoundoff'> {
  const unitRoundoff = Math.max(...both.map((moments) => moments.unitRoundoff ?? 0));
  return unitRoundoff === 0 ? {} : { unitRoundoff };
}

/**
 * Moments of both groups together, without their vectors: with δ = μ₂ − μ₁ the scatters add up with (n₁n₂/n)·δδᵀ.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES if either has no count
 * @throws ShapeError SHAPE_MISMATCH if their vectors differ in length
 * @source Chan, Golub & LeVeque 1979, Stanford CS-79-773, eq. 2.1
 */
export function mergeMoments(first: GaussianMoments, second: GaussianMoments): GaussianMoments {
  const firstCount = counted(first, 'mergeMoments');
  const secondCount = counted(second, 'mergeMoments');
  requireEqualWidth(first.d, second.d, 'mergeMoments');
  const n = firstCount + secondCount;
  const delta = meanDifference(first, second);
  const mean = movedMean(first, delta, secondCount / n);
  return combine(first, second, { n, weight: (firstCount * secondCount) / n, sign: 1 }, delta, mean);
}

/** Moments without the covariance that goes with them. */
type MomentsHead = Omit<GaussianMoments, 'covariance'>;

/**
 * Moments of many groups, joined one after the other in memory taken once, (d, d): the same bits as `mergeMoments` of each with those before.
 */
export class MomentsSum {
  #moments: GaussianMoments | undefined;

  add({ covariance, ...head }: GaussianMoments): void {
    this.begin(head)(covariance);
  }

  /**
   * The next group, whose covariance comes piece by piece.
   *
   * @returns takes values of the covariance, row after row
   */
  begin(head: MomentsHead): (covariance: Float64Array | Float32Array) => void {
    const { d } = head;
    const before = this.#moments;
    const covariance = before?.covariance ?? new Float64Array(d * d);
    let at = 0;
    if (before === undefined) {
      this.#moments = { ...head, covariance };
      return (values) => {
        covariance.set(values, at);
        at += values.length;
      };
    }
    const [firstCount, secondCount] = [
      counted(before, 'mergeMoments'),
      counted({ ...head, covariance }, 'mergeMoments'),
    ];
    requireEqualWidth(before.d, d, 'mergeMoments');
    const n = firstCount + secondCount;
    const delta = meanDifference(before, head);
    const firstScale = (firstCount - 1) / (n - 1);
    const secondScale = (secondCount - 1) / (n - 1);
    const deltaScale = (firstCount * secondCount) / n / (n - 1);
    const mean = movedMean(before, delta, secondCount / n);
    this.#moments = { n, d, ...mean, covariance, ...coarserOf(before, { ...head, covariance }) };
    return (values) => {
      let [i, j] = [Math.floor(at / d), at % d];
      for (let from = 0; from < values.length; from++, at++, j++) {
        if (j === d) [i, j] = [i + 1, 0];
        // as in the lower triangle, of which `mergeMoments` makes the upper one
        const shift = i < j ? deltaScale * delta[j]! * delta[i]! : deltaScale * delta[i]! * delta[j]!;
        covariance[at] = covariance[at]! * firstScale + values[from]! * secondScale + shift;
      }
    };
  }

  /** Of all groups so far. */
  get moments(): GaussianMoments {
    return this.#moments!;
  }
}

/**
 * Moments without some of the vectors that they were made of: a down-date, O(r·d²) for r rows. It subtracts scatters, so each
 * (co)variance is off by up to about 4ε of what it was in `moments`, however little is left of it.
 *
 * @param vectors  (r, d), each of them counted in `moments`; at least two must remain
 * @throws SampleSizeError TOO_FEW_SAMPLES if fewer than two vectors would remain, or `moments` has no count
 * @throws ShapeError SHAPE_MISMATCH if the vectors have another length; NumericalError DIGITS_LOST as `removeMoments`
 */
export function removeRows(moments: GaussianMoments, vectors: Rows): GaussianMoments {
  requireEqualWidth(moments.d, vectors.d, 'removeRows');
  if (vectors.n === 0) return moments;
  requireTwoLeft(moments, vectors.n);
  return removeMoments(moments, momentsOfAny(vectors));
}

/**
 * Moments without a part that they were merged of: the opposite of `mergeMoments`, as exact as `removeRows`.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES if fewer than two vectors would remain, or either has no count
 * @throws ShapeError SHAPE_MISMATCH if their vectors differ in length
 * @throws NumericalError DIGITS_LOST if less than 1e-9 of the total variance is left, as without an outlier
 */
export function removeMoments(moments: GaussianMoments, part: GaussianMoments): GaussianMoments {
  requireEqualWidth(moments.d, part.d, 'removeMoments');
  const removed = counted(part, 'removeMoments');
  const total = counted(moments, 'removeMoments');
  const n = requireTwoLeft(moments, removed);
  requireDigits(scatterLeft(moments, part).total);
  const delta = meanDifference(moments, part);
  const mean = movedMean(moments, delta, -removed / n);
  // δ between the part and all is (n / total) of that between the part and the rest: weight total·r/n on δ of all
  return combine(moments, part, { n, weight: (total * removed) / n, sign: -1 }, delta, mean);
}

/** Less than this share of the total variance, and fewer than 6 of its 16 digits are left. */
const LEAST_LEFT = 1e-9;

function requireDigits(left: number): void {
  if (left >= LEAST_LEFT) return;
  throw new NumericalError('DIGITS_LOST', {
    where: 'removeMoments',
    expected: `at least ${LEAST_LEFT} of the total variance must be left, or rounding drowns it`,
    received: String(left),
    help: 'Compute the moments of what stays from its vectors.',
  });
}

/** The share of the scatter that stays when a part goes: the least of any feature, and of all together. 1 where there was none. */
export function scatterLeft(
  moments: GaussianMoments,
  part: GaussianMoments,
): { readonly least: number; readonly total: number } {
  const { d } = moments;
  const [total, removed] = [moments.n!, part.n!];
  const weight = (total * removed) / (total - removed);
  const delta = meanDifference(moments, part);
  let least = 1;
  let [before, after] = [0, 0];
  for (let j = 0; j < d; j++) {
    const scatter = moments.covariance[j * (d + 1)]! * (total - 1);
    const shift = delta[j]!;
    const left = Math.max(
      0,
      scatter - part.covariance[j * (d + 1)]! * (removed - 1) - weight * shift * shift,
    );
    if (scatter > 0) least = Math.min(least, left / scatter);
    before += scatter;
    after += left;
  }
  return { least, total: before > 0 ? after / before : 1 };
}

/** How many vectors stay when `removed` go. */
function requireTwoLeft(moments: GaussianMoments, removed: number): number {
  const n = counted(moments, 'removeRows') - removed;
  if (n < 2) throw tooFewVectors(n, 2, 'a covariance');
  return n;
}

/** As `gaussianMoments`, where one vector has scatter 0: only inside a down-date, where its divisor cancels. */
export function momentsOfAny(vectors: Rows): GaussianMoments {
  if (vectors.n > 1) return gaussianMoments(vectors);
  const { d } = vectors;
  return { n: 1, d, mean: Float64Array.from(vectors.data), covariance: new Float64Array(d * d) };
}
