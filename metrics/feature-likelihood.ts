import { NumericalError, SampleSizeError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import { columnMeans } from '../numerics/column-means.js';
import { compensatedSum } from '../numerics/mean-and-variance.js';
import { countText } from '../numerics/number-text.js';
import { squaredDifference } from '../numerics/pair-distances.js';
import { givenSets, type Rows, selectRows } from '../numerics/rows.js';
import { sampleIndices, seededRandom } from '../numerics/seeded-random.js';
import { TRAINING_SETS, type TrainingComparison } from './training-sets.js';

/** Feature likelihood divergence of a model, and its generalization gap. */
export interface FeatureLikelihood {
  /** lower is better; about 0 for images as good as training images */
  readonly fld: number;
  /** below 0: training images are likelier than held-out ones, as copies make them; 0 for a model that copies nothing */
  readonly gap: number;
}

// Adam's settings and the rest of the fit, as fld has them.
const STEP = 0.5;
const [FIRST_DECAY, SECOND_DECAY, LEAST_ROOT] = [0.9, 0.999, 1e-8];
const EPOCHS = 50;
const SETTLED = 5e-4;
const NEAREST = 1e-3;
const ORIGIN = 0.9 ** 2;
const LARGEST_LOG_VARIANCE = 40;
/** More generated images are cut to as many. */
const MOST_GENERATED = 10_000;
/** Pairs of an image and a generated one, 8 GiB while their products are made and 4 GiB after: what 50,000 training images and 10,000 generated ones need. */
const MOST_PAIRS = 2 ** 29;

/** Columns of all sets, less the held-out set's means and over its standard deviations. */
function standardized(sets: TrainingComparison, where: string): TrainingComparison {
  const { n, d, data } = sets.heldOut;
  const center = columnMeans(sets.heldOut);
  const deviations = Float64Array.from({ length: d }, (_, j) => {
    const squares = Float64Array.from({ length: n }, (__, i) => (data[i * d + j]! - center[j]!) ** 2);
    return Math.sqrt(compensatedSum(squares) / (n - 1));
  });
  const constant = deviations.indexOf(0);
  if (constant >= 0) {
    throw new NumericalError('NOT_FINITE', {
      where: `${where}: heldOut`,
      expected: 'every column must vary, because all are divided by its standard deviations',
      received: `one value alone in column ${constant} (counted from 0)`,
      help: 'Leave that column out of all sets.',
    });
  }
  const scaled = (rows: Rows): Rows => ({
    ...rows,
    data: Float64Array.from(rows.data, (value, at) => (value - center[at % d]!) / deviations[at % d]!),
  });
  return { train: scaled(sets.train), heldOut: scaled(sets.heldOut), generated: scaled(sets.generated) };
}

/** ‖x − y‖², (n, m). */
async function squaredDistances(x: Rows, y: Rows, algebra: Algebra): Promise<Float64Array> {
  const zero = { n: 1, d: x.d, data: new Float64Array(x.d) };
  const norms = (rows: Rows) =>
    Float64Array.from({ length: rows.n }, (_, i) => squaredDifference(rows, i, zero, 0));
  const [first, second] = [norms(x), norms(y)];
  const distances = await algebra.innerProducts(x, y);
  for (let i = 0, at = 0; i < x.n; i++)
    for (let j = 0; j < y.n; j++, at++)
      distances[at] = Math.max(0, first[i]! + second[j]! - 2 * distances[at]!); // in place: the largest array of all
  return distances;
}

/** A log density of each center at a squared distance s: offset − slope·s, equal weights among them. */
interface LogDensities {
  readonly offsets: Float64Array;
  readonly slopes: Float64Array;
}

function logDensities(
  logVariances: Float64Array,
  { d, m }: { readonly d: number; readonly m: number },
): LogDensities {
  return {
    offsets: logVariances.map((value) => -(d / 2) * (value + Math.log(2 * Math.PI)) - Math.log(m)),
    slopes: logVariances.map((value) => 0.5 * Math.exp(-value)),
  };
}

/** exp is 0 in doubles below it, so that it need not be computed: most centers are that far from a row of many dimensions. */
const LEAST_EXPONENT = -746;

/** Shares of the centers in the density of row i go to `shares`; returns the log of the density. */
function sharesOfRow(
  distances: Float64Array,
  first: number,
  { offsets, slopes }: LogDensities,
  shares: Float64Array,
): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < shares.length; j++) {
    const term = offsets[j]! - slopes[j]! * distances[first + j]!;
    shares[j] = term;
    if (term > largest) largest = term;
  }
  let sum = 0;
  for (let j = 0; j < shares.length; j++) {
    const exponent = shares[j]! - largest;
    sum += shares[j] = exponent < LEAST_EXPONENT ? 0 : Math.exp(exponent);
  }
  for (let j = 0; j < shares.length; j++) shares[j]! /= sum;
  return largest + Math.log(sum);
}

class Adam {
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(length: number) {
    this.#first = new Float64Array(length);
    this.#second = new Float64Array(length);
  }

  step(values: Float64Array, gradient: Float64Array): void {
    this.#steps++;
    const [one, two] = [1 - FIRST_DECAY ** this.#steps, 1 - SECOND_DECAY ** this.#steps];
    for (let j = 0; j < values.length; j++) {
      this.#first[j] = FIRST_DECAY * this.#first[j]! + (1 - FIRST_DECAY) * gradient[j]!;
      this.#second[j] = SECOND_DECAY * this.#second[j]! + (1 - SECOND_DECAY) * gradient[j]! ** 2;
      values[j]! -= (STEP * (this.#first[j]! / one)) / (Math.sqrt(this.#second[j]! / two) + LEAST_ROOT);
    }
  }
}

/** Log variances of Gaussians at the centers, fitted so that the rows are likely: beside them one at the rows' mean, which is dropped. */
async function fittedLogVariances(centers: Rows, fit: Rows, algebra: Algebra): Promise<Float64Array> {
  const [m, n, d] = [centers.n, fit.n, centers.d];
  const products = await squaredDistances(fit, centers, algebra);
  const middle = { n: 1, d, data: columnMeans(fit) };
  const values = new Float64Array(m + 1); // the last is the origin's
  for (let j = 0; j < m; j++) {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) least = Math.min(least, products[i * m + j]!);
    values[j] = Math.log((least + NEAREST) / d);
  }
  const ofOrigin = Float64Array.from({ length: n }, (_, i) => ORIGIN * squaredDifference(fit, i, middle, 0));
  const adam = new Adam(m + 1);
  const losses: number[] = [];
  const [row, shares] = [new Float64Array(m + 1), new Float64Array(m + 1)];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const gradient = new Float64Array(m + 1);
    const densities = logDensities(values, { d, m });
    densities.offsets[m]! += Math.log(m); // the origin has no weight among the centers
    const likelihoods = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      row.set(products.subarray(i * m, (i + 1) * m));
      row[m] = ofOrigin[i]!;
      likelihoods[i] = sharesOfRow(row, 0, densities, shares);
      for (let j = 0; j <= m; j++) {
        const share = shares[j]!;
        if (share > 0) gradient[j]! -= (share * (densities.slopes[j]! * row[j]! - d / 2)) / (n * d);
      }
    }
    adam.step(values, gradient);
    for (let j = 0; j < m; j++)
      values[j] = Math.max(-LARGEST_LOG_VARIANCE, Math.min(LARGEST_LOG_VARIANCE, values[j]!));
    losses.push(-compensatedSum(likelihoods) / (n * d));
    const last = losses.slice(-5);
    if (epoch > 5 && last.every((loss) => Math.abs(loss - losses.at(-1)!) < SETTLED)) break;
  }
  return values.subarray(0, m);
}

/** Mean negative log-likelihood of rows under Gaussians at the centers, a dimension. */
async function negativeLogLikelihood(
  rows: Rows,
  { centers, logVariances }: { readonly centers: Rows; readonly logVariances: Float64Array },
  algebra: Algebra,
): Promise<number> {
  const [m, d] = [centers.n, centers.d];
  const distances = await squaredDistances(rows, centers, algebra);
  const densities = logDensities(logVariances, { d, m });
  const shares = new Float64Array(m);
  const each = Float64Array.from({ length: rows.n }, (_, i) =>
    sharesOfRow(distances, i * m, densities, shares),
  );
  return -compensatedSum(each) / (rows.n * d);
}

/** Half of the training images play the generated ones: what the divergence is measured from. */
async function baseline(
  { train, heldOut }: TrainingComparison,
  most: number,
  seed: number,
  algebra: Algebra,
): Promise<number> {
  const order = sampleIndices({ n: train.n, size: train.n }, seededRandom(seed, 'baseline'));
  const split = Math.min(most, Math.floor(train.n / 2));
  const centers = selectRows(train, order.subarray(0, split));
  const logVariances = await fittedLogVariances(centers, selectRows(train, order.subarray(split)), algebra);
  return negativeLogLikelihood(heldOut, { centers, logVariances }, algebra);
}

/**
 * Feature likelihood divergence and its generalization gap. A Gaussian sits at each generated image, its variance fitted so that the training images are likely;
 * FLD is 100 times the held-out images' mean negative log-likelihood a dimension, less that of Gaussians at half of the training images. The gap is 100 times
 * the training images' less the held-out ones'. Columns are standardized by the held-out images.
 *
 * @param sets  (n, d) each, at least 2 rows; of more than 10,000 generated ones as many are drawn
 * @param options  `seed` of the draws, default 2020; `baseline`: the negative log-likelihood to measure from, in place of that of these training images
 * @returns no bounds; `fld` lower is better. No interval: each would need the fit again, which itself draws
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming set and row, or a column that is constant over the held-out images
 * @throws SampleSizeError TOO_FEW_SAMPLES; OUT_OF_RANGE for more than 2²⁹ pairs
 * @source Jiralerspong et al. 2023, arXiv:2302.04440, sections 3 and 4
 * @agreesWith fld ffbbf20, `FLD` with a given baseline and `FLD("gap")`, to its float32 (test/reference/feature-likelihood.json)
 *
 * Memory: 16 bytes for each pair of a training (held-out) and a generated image, of which at most 10,000 count; 8 once products are made.
 */
export async function featureLikelihood(
  sets: TrainingComparison,
  {
    seed = 2020,
    baseline: known,
    where = featureLikelihood.name,
  }: { readonly seed?: number; readonly baseline?: number; readonly where?: string },
  algebra: Algebra,
): Promise<FeatureLikelihood> {
  const given = givenSets(sets, TRAINING_SETS, where);
  requireLikelihood({ train: given.train.n, heldOut: given.heldOut.n, generated: given.generated.n }, where);
  const scaled = standardized(given, where);
  const few =
    scaled.generated.n > MOST_GENERATED
      ? selectRows(
          scaled.generated,
          sampleIndices({ n: scaled.generated.n, size: MOST_GENERATED }, seededRandom(seed, 'generated')),
        )
      : scaled.generated;
  const model = { centers: few, logVariances: await fittedLogVariances(few, scaled.train, algebra) };
  const ofHeldOut = await negativeLogLikelihood(scaled.heldOut, model, algebra);
  const ofTrain = await negativeLogLikelihood(scaled.train, model, algebra);
  const from = known ?? (await baseline(scaled, few.n, seed, algebra));
  return { fld: 100 * (ofHeldOut - from), gap: 100 * (ofTrain - ofHeldOut) };
}

/**
 * That the sets are neither too small nor too large, as far as their numbers of images are known.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES; OUT_OF_RANGE for more pairs than memory is taken for
 */
export function requireLikelihood(
  counts: Readonly<Record<(typeof TRAINING_SETS)[number], number | null>>,
  where: string,
): void {
  for (const name of TRAINING_SETS) {
    const n = counts[name];
    if (n !== null && n < 2)
      throw new SampleSizeError('TOO_FEW_SAMPLES', {
        where: `${where}: ${name}`,
        expected: 'must hold at least 2 images',
        received: String(n),
        help: 'Supply more images.',
        n,
        needed: 2,
      });
  }
  const centers = Math.min(counts.generated ?? 0, MOST_GENERATED);
  for (const name of ['train', 'heldOut'] as const) {
    const n = counts[name] ?? 0;
    if (n * centers <= MOST_PAIRS) continue;
    const known = TRAINING_SETS.flatMap((one) => counts[one] ?? []);
    const limit = Math.min(...known, Math.floor(MOST_PAIRS / MOST_GENERATED));
    throw new SampleSizeError('OUT_OF_RANGE', {
      where: `${where}: ${name}`,
      expected: `must hold at most ${countText(Math.floor(MOST_PAIRS / centers))} images beside ${countText(centers)} generated ones, at 16 bytes a pair`,
      received: countText(n),
      help: `Pass --limit ${limit}, which draws as many of each set.`,
      n,
      limit,
    });
  }
}
