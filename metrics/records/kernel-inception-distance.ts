import type { Warning } from '../../encoders/encoder.js';
import type { Algebra } from '../../numerics/algebra.js';
import { type Kernel, reducedKernel } from '../../numerics/kernel.js';
import { mean, variance } from '../../numerics/mean-and-variance.js';
import { errorText } from '../../numerics/number-text.js';
import { squaredNorms } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { fileSets } from '../canonical-order.js';
import { requireEach, requireEmbeddingPair, requireSquares } from '../comparable-sets.js';
import { NOT_NEGATIVE } from '../intervals/limit-bounds.js';
import { mmdIntervalsOfSides } from '../intervals/mmd-interval.js';
import { withIntervals } from '../intervals/with-intervals.js';
import { cubicKernel, kernelInceptionDistance, requireSubsets } from '../kernel-inception-distance.js';
import type {
  KernelFamily,
  MetricDefinition,
  MetricOf,
  ParameterDefinition,
  Parameters,
  ResultDefinition,
} from '../metric-definition.js';
import { metricDefinition } from '../metric-record.js';
import { type MmdSums, mmdSumsBy, squaredMmd } from '../squared-mmd.js';
import { negativeWarnings } from '../warnings.js';
import { KID_SUBSETS, RBF_SIGMA, SEED } from './parameters.js';
import { INCEPTION_TF } from './preprocessings.js';

const SOURCE = 'Bińkowski et al. 2018, arXiv:1801.01401';

/** What tells one kernel distance from another: the kernel with its parameters, and what is said of it. */
interface KernelDistance extends Pick<MetricDefinition, 'invariantUnder'> {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly formula: string;
  readonly agreesWith: string;
  readonly disagreements: readonly string[];
  /** of the kernel */
  readonly parameters: Definitions;
  readonly kernelOf: KernelFamily['kernelOf'];
  /** most that a value can be */
  readonly highest: number | null;
}

type Definitions = Readonly<Record<string, ParameterDefinition>>;

/** What both forms of a kernel distance share: on random subsets, and on all pairs. */
function sharedFields(distance: KernelDistance) {
  const { kernelOf: _, label: __, parameters: ___, highest: ____, ...words } = distance;
  return {
    ...words,
    source: SOURCE,
    bias: 'none; the value may be below 0',
    isUnbiased: true,
    encoder: 'inception-v3-fid',
    preprocessing: INCEPTION_TF,
    uses: 'embeddings',
    sides: 'both',
  } as const;
}

const ON_VECTORS = {
  kind: 'kernel',
  estimator: 'unbiased',
  scale: 1,
  vectors: 'as-given',
  byMoments: null,
} as const;

/** @param symmetric  on all pairs; subsets are drawn from one side first */
function resultOf({ id, label, highest }: KernelDistance, symmetric: boolean): ResultDefinition {
  return {
    id,
    label,
    role: 'quality',
    direction: 'lower-is-better',
    range: [null, highest],
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
function kernelRoundingWarnings(
  value: number,
  { reference, generated }: RowPair,
  kernel: Kernel,
): readonly Warning[] {
  const largest = Math.max(meanOwnKernel(reference, kernel), meanOwnKernel(generated, kernel));
  const rounding = 2 * Number.EPSILON * largest;
  if (!(0.1 * Math.abs(value) < rounding)) return [];
  if (value === 0 && isOneVector(reference, generated)) return [];
  return [
    {
      code: 'WITHIN_ROUNDING',
      message: `rounding may leave ${errorText(rounding)} of ${kernel.kind === 'rbf' ? 'exponents' : 'kernels'} of ${errorText(largest)}, more than a tenth of the value: it has hardly a digit`,
    },
  ];
}

/** Whether all vectors of both sides are the same: their distance is 0, and not by rounding. */
function isOneVector(...sides: readonly Rows[]): boolean {
  const [{ d, data: first }] = sides as [Rows];
  return sides.every(({ data }) => data.every((value, i) => value === first[i % d]));
}

/** Mean over x of k(x, x); of an RBF kernel, whose exponent is a difference of squares, what that difference is taken of, or 1. */
function meanOwnKernel(vectors: Rows, kernel: Kernel): number {
  const norms = squaredNorms(vectors);
  if (kernel.kind === 'rbf') return Math.max(1, mean(norms)! / kernel.sigma ** 2);
  const value = reducedKernel(kernel);
  return mean(norms.map((norm) => value(norm, norm, norm)))!;
}

function allPairSums({ reference, generated }: RowPair, kernel: Kernel, algebra: Algebra): Promise<MmdSums> {
  return mmdSumsBy(algebra, { first: reference, second: generated }, kernel);
}

/** @param instead  id of the metric on all pairs, where the catalog has one */
function wholeSetsWarning(n: number, instead: string | undefined): Warning {
  const other = instead === undefined ? '' : `, or --metric ${instead}`;
  return {
    code: 'SUBSETS_ARE_WHOLE',
    message: `every subset of ${n} holds all ${n} images of both sets, so the subsets have no spread: use a smaller --kid-subset-size${other}`,
  };
}

/** On all pairs i ≠ j: deterministic, and symmetric. */
function onAllPairs(distance: KernelDistance): MetricOf<KernelFamily> {
  const { id, kernelOf } = distance;
  return metricDefinition({
    ...sharedFields(distance),
    family: { ...ON_VECTORS, kernelOf, allPairs: null },
    cost: 'other',
    curves: 'protocol',
    subsets: 'none',
    repeats: 'few',
    parameters: distance.parameters,
    results: [resultOf(distance, true)],
    requireImages: (counts) => requireEach(counts, id, 2),
    compute: async ({ sets, parameters, algebra, interval, isIndependent }) => {
      const pair = requireEmbeddingPair(sets, id, 2);
      requireSquares(sets, id);
      const kernel = kernelOf(pair.reference.d, parameters);
      const sums = await allPairSums(pair, kernel, algebra);
      const value = squaredMmd(sums, 'unbiased');
      const warnings = [
        ...negativeWarnings(value, isIndependent),
        ...kernelRoundingWarnings(value, pair, kernel),
      ];
      const values = [{ id, value, warnings }];
      if (interval === null) return values;
      const options = { rows: { first: pair.reference, second: pair.generated }, kernel, scale: 1, algebra };
      return withIntervals(
        values,
        await mmdIntervalsOfSides(sets, sums, { ...options, ...interval }),
        NOT_NEGATIVE,
      );
    },
  });
}

const OF_SUBSETS = { ...KID_SUBSETS, seed: SEED } as const;

/**
 * A mean over random subsets, as the protocol has it; studies and filtering take all pairs instead.
 *
 * @param allPairs  the same kernel on all pairs
 * @param instead  its id, where the catalog has it
 */
function onSubsets(
  distance: KernelDistance,
  allPairs: MetricDefinition,
  instead?: string,
): MetricOf<KernelFamily> {
  const { id, kernelOf } = distance;
  return metricDefinition({
    ...sharedFields(distance),
    family: { ...ON_VECTORS, kernelOf, allPairs },
    cost: 'kernel',
    curves: 'family',
    subsets: 'family',
    repeats: 'many',
    parameters: { ...OF_SUBSETS, ...distance.parameters } as typeof OF_SUBSETS & Definitions,
    results: [resultOf(distance, false)],
    requireImages: (counts, { kidSubsets: subsets, kidSubsetSize: subsetSize }) => {
      requireEach(counts, id, 2);
      requireSubsets(counts, { subsets, subsetSize, where: id, allPairs: instead });
    },
    compute: async ({ sets, parameters, algebra, interval, isIndependent }) => {
      const { kidSubsets: subsets, kidSubsetSize: subsetSize, seed } = parameters;
      const pair = requireEmbeddingPair(sets, id, 2);
      requireSquares(sets, id);
      const kernel = kernelOf(pair.reference.d, parameters);
      const plan = { subsets, subsetSize, seed, kernel, where: id, allPairs: instead };
      const inFile = requireEmbeddingPair(fileSets(sets), id, 2); // torch-fidelity draws by row
      const drawn = await kernelInceptionDistance(inFile, plan, algebra);
      const { value, spread } = drawn;
      const of = `${subsets} subsets of ${subsetSize}`;
      const isWhole = [pair.reference, pair.generated].every(({ n }) => n === subsetSize);
      const warnings = [
        ...negativeWarnings(value, isIndependent),
        ...kernelRoundingWarnings(value, pair, kernel),
        ...(isWhole ? [wholeSetsWarning(subsetSize, instead)] : []),
      ];
      const values = [{ id, value, ...(isWhole ? {} : { spread: { value: spread, of } }), warnings }];
      if (interval === null) return values;
      const ofDraws = variance(drawn.subsets, 1);
      if (ofDraws === undefined)
        return withIntervals(values, { reason: 'one subset does not say how the draws vary' });
      const sums = await allPairSums(pair, kernel, algebra);
      const intervals = await mmdIntervalsOfSides(sets, sums, {
        rows: { first: pair.reference, second: pair.generated },
        kernel,
        scale: 1,
        algebra,
        ...interval,
        // a mean over subsets scatters around all pairs by the variance of its draws over their number
        drawVariance: ofDraws / subsets,
        seed,
      });
      return withIntervals(values, intervals, NOT_NEGATIVE);
    },
  });
}

const CUBIC = { kernelOf: cubicKernel, parameters: {}, invariantUnder: ['rotation'], highest: null } as const;

export const kidAllPairs = onAllPairs({
  id: 'kid-all-pairs',
  label: 'KID (all pairs)',
  title: 'Kernel Inception Distance on all pairs',
  formula: 'unbiased MMD² with k(x, y) = (xᵀy/d + 1)³, pairs i ≠ j',
  agreesWith: 'numpy over whole kernel matrices; the expectation of `kid` over its draws',
  disagreements: ['Other libraries average over random subsets instead (see kid), to save memory.'],
  ...CUBIC,
});

export const kid = onSubsets(
  {
    id: 'kid',
    label: 'KID',
    title: 'Kernel Inception Distance',
    formula: 'mean over subsets of unbiased MMD² with k(x, y) = (xᵀy/d + 1)³',
    agreesWith: 'torch-fidelity 0.4: its draws (RandomState(2020), generated first) and its formula',
    disagreements: [
      'torch-fidelity computes kernels and sums in float32, which costs about 1e-7; here float64.',
      'clean-fid, dgm-eval and fld shrink the subsets where there are too few images, and clean-fid and torchmetrics draw without a seed; here too few images are an error.',
      'dgm-eval’s `kd_variance` holds a standard deviation. Papers often print 1000 times the value.',
    ],
    ...CUBIC,
  },
  kidAllPairs,
  'kid-all-pairs',
);

const rbf = {
  id: 'kid-rbf',
  label: 'KID (RBF)',
  title: 'Kernel Inception Distance with an RBF kernel',
  formula: 'mean over subsets of unbiased MMD² with k(x, y) = exp(−‖x − y‖²/(2σ²))',
  agreesWith: 'torch-fidelity master 5e211a9, `kid_kernel="rbf"`: its draws, its σ of 10 and its formula',
  disagreements: [
    'torch-fidelity takes ‖x − y‖² as a difference of squares in float32, which loses digits far from the origin: 1e-4 at a distance of 300.',
    'Published values of KID use the cubic kernel (see kid).',
  ],
  invariantUnder: ['rotation', 'shift'],
  parameters: RBF_SIGMA,
  kernelOf: (_d: number, { kidKernelRbfSigma }: Parameters) =>
    ({ kind: 'rbf', sigma: Number(kidKernelRbfSigma) }) as const,
  highest: 2,
} as const;

/** Kernels lie within 0 … 1, so that a few far images count no more than others. */
export const kidRbf = onSubsets(rbf, onAllPairs(rbf));
