import type { Warning } from '../../encoders/encoder.js';
import type { Algebra } from '../../numerics/algebra.js';
import { reducedKernel } from '../../numerics/kernel.js';
import { mean, variance } from '../../numerics/mean-and-variance.js';
import { errorText } from '../../numerics/number-text.js';
import { squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { requireEach, requireEmbeddingPair, requireSquares } from '../comparable-sets.js';
import type { IntervalsOf } from '../intervals/jackknife-of-metric.js';
import { NOT_NEGATIVE } from '../intervals/limit-bounds.js';
import { mmdIntervalsOfSides } from '../intervals/mmd-interval.js';
import { withIntervals } from '../intervals/with-intervals.js';
import { cubicKernel, kernelInceptionDistance, requireSubsets } from '../kernel-inception-distance.js';
import type { ResultDefinition } from '../metric-definition.js';
import { type Evaluation, metricDefinition, wholeParameter } from '../metric-record.js';
import { type MmdSums, mmdSumsBy, squaredMmd } from '../squared-mmd.js';
import { negativeWarnings } from '../warnings.js';
import { INCEPTION_TF } from './preprocessings.js';

const SOURCE = 'Bińkowski et al. 2018, arXiv:1801.01401';

function kidResult(id: string, symmetric: boolean): ResultDefinition {
  return {
    id,
    direction: 'lower-is-better',
    range: [null, null],
    atEquality: null,
    symmetric,
    units: 'squared MMD, not multiplied',
  };
}

interface RowPair {
  readonly reference: Rows;
  readonly generated: Rows;
}

/**
 * A value that rounding of the kernels alone could leave. Their mean is at most that of (‖x‖²/d + 1)³, and of it 2ε were lost at most in
 * 30 sets whose entries lay 100 to 1e6 from 0, against numpy's longdouble.
 */
function kernelRoundingWarnings(value: number, { reference, generated }: RowPair): readonly Warning[] {
  const largest = Math.max(meanOwnKernel(reference), meanOwnKernel(generated));
  const rounding = 2 * Number.EPSILON * largest;
  if (!(0.1 * Math.abs(value) < rounding)) return [];
  if (value === 0 && isOneVector(reference, generated)) return [];
  return [
    {
      code: 'WITHIN_ROUNDING',
      message: `rounding may leave ${errorText(rounding)} of kernels of ${errorText(largest)}, more than a tenth of the value: it has hardly a digit`,
    },
  ];
}

/** Whether all vectors of both sides are the same: their distance is 0, and not by rounding. */
function isOneVector(...sides: readonly Rows[]): boolean {
  const [{ d, data: first }] = sides as [Rows];
  return sides.every(({ data }) => data.every((value, i) => value === first[i % d]));
}

/** Mean over x of k(x, x). */
function meanOwnKernel(vectors: Rows): number {
  const value = reducedKernel(cubicKernel(vectors.d));
  return mean(squaredNorms(vectors).map((norm) => value(norm, norm, norm)))!;
}

function allPairs({ reference, generated }: RowPair, algebra: Algebra): Promise<MmdSums> {
  return mmdSumsBy(algebra, { first: reference, second: generated }, cubicKernel(reference.d));
}

/**
 * The interval is that of all pairs. A mean over subsets scatters around it as its draws do, by their variance over their number,
 * which its standard error has beside the images' own.
 */
function kidIntervals(
  { sets, algebra }: Pick<Evaluation, 'sets' | 'algebra'>,
  { reference, generated }: RowPair,
  sums: MmdSums,
  options: Pick<Parameters<typeof mmdIntervalsOfSides>[2], 'level' | 'drawVariance' | 'seed'>,
): Promise<IntervalsOf> {
  const rows = { first: reference, second: generated };
  const kernel = cubicKernel(reference.d);
  return mmdIntervalsOfSides(sets, sums, { rows, kernel, scale: 1, algebra, ...options });
}

function wholeSetsWarning(n: number): Warning {
  return {
    code: 'SUBSETS_ARE_WHOLE',
    message: `every subset of ${n} is all ${n} images of both sides, so that the subsets have no spread: take a smaller --kid-subset-size, or --metric kid-all-pairs`,
  };
}

export const kid = metricDefinition({
  id: 'kid',
  title: 'Kernel Inception Distance',
  formula: 'mean over subsets of unbiased MMD² with k(x, y) = (xᵀy/d + 1)³',
  source: SOURCE,
  agreesWith: 'torch-fidelity 0.4: its draws (RandomState(2020), generated first) and its formula',
  disagreements: [
    'torch-fidelity computes kernels and sums in float32, which costs about 1e-7; here float64.',
    'clean-fid, dgm-eval and fld shrink the subsets where there are too few images, and clean-fid and torchmetrics draw without a seed; here too few images are an error.',
    'dgm-eval’s `kd_variance` holds a standard deviation. Papers often print 1000 times the value.',
  ],
  bias: 'none; the value may be below 0',
  invariantUnder: ['rotation'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'both',
  parameters: { kidSubsets: 100, kidSubsetSize: 1000, seed: 2020 },
  results: [kidResult('kid', false)],
  requireImages: (counts, parameters) => {
    const subsets = wholeParameter(parameters, 'kidSubsets', 1);
    const subsetSize = wholeParameter(parameters, 'kidSubsetSize', 2);
    requireEach(counts, 'kid', 2);
    requireSubsets(counts, { subsets, subsetSize });
  },
  compute: async ({ sets, parameters, algebra, interval }) => {
    const subsets = wholeParameter(parameters, 'kidSubsets', 1);
    const subsetSize = wholeParameter(parameters, 'kidSubsetSize', 2);
    const seed = wholeParameter(parameters, 'seed', 0);
    const pair = requireEmbeddingPair(sets, 'kid', 2);
    requireSquares(sets, 'kid');
    const drawn = await kernelInceptionDistance(pair, { subsets, subsetSize, seed }, algebra);
    const { value, spread } = drawn;
    const of = `${subsets} subsets of ${subsetSize}`;
    const isWhole = [pair.reference, pair.generated].every(({ n }) => n === subsetSize);
    const warnings = [
      ...negativeWarnings(value),
      ...kernelRoundingWarnings(value, pair),
      ...(isWhole ? [wholeSetsWarning(subsetSize)] : []),
    ];
    const values = [{ id: 'kid', value, ...(isWhole ? {} : { spread: { value: spread, of } }), warnings }];
    if (interval === null) return values;
    const ofDraws = variance(drawn.subsets, 1);
    if (ofDraws === undefined)
      return withIntervals(values, { reason: 'one subset does not say how the draws vary' });
    const options = { ...interval, drawVariance: ofDraws / subsets, seed };
    const sums = await allPairs(pair, algebra);
    const intervals = await kidIntervals({ sets, algebra }, pair, sums, options);
    return withIntervals(values, intervals, NOT_NEGATIVE);
  },
});

export const kidAllPairs = metricDefinition({
  id: 'kid-all-pairs',
  title: 'Kernel Inception Distance on all pairs',
  formula: 'unbiased MMD² with k(x, y) = (xᵀy/d + 1)³, pairs i ≠ j',
  source: SOURCE,
  agreesWith: 'numpy over whole kernel matrices; the expectation of `kid` over its draws',
  disagreements: ['Every peer averages over random subsets instead (see kid), for the sake of memory.'],
  bias: 'none; the value may be below 0',
  invariantUnder: ['rotation'],
  encoder: 'inception-v3-fid',
  preprocessing: INCEPTION_TF,
  uses: 'embeddings',
  sides: 'both',
  parameters: {},
  results: [kidResult('kid-all-pairs', true)],
  requireImages: (counts) => requireEach(counts, 'kid-all-pairs', 2),
  compute: async ({ sets, algebra, interval }) => {
    const pair = requireEmbeddingPair(sets, 'kid-all-pairs', 2);
    requireSquares(sets, 'kid-all-pairs');
    const sums = await allPairs(pair, algebra);
    const value = squaredMmd(sums, 'unbiased');
    const warnings = [...negativeWarnings(value), ...kernelRoundingWarnings(value, pair)];
    const values = [{ id: 'kid-all-pairs', value, warnings }];
    return interval === null
      ? values
      : withIntervals(values, await kidIntervals({ sets, algebra }, pair, sums, interval), NOT_NEGATIVE);
  },
});
