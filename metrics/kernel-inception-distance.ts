import { OptionError, SampleSizeError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import type { Kernel } from '../numerics/kernel.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import { numpyRandomState } from '../numerics/numpy-random-state.js';
import type { Rows } from '../numerics/rows.js';
import { givenSets, selectRows } from '../numerics/rows.js';
import { mmdSumsBy, squaredMmd } from './squared-mmd.js';

/** Values of the subsets of one comparison. */
export interface KernelInceptionDistance {
  /** mean over the subsets */
  readonly value: number;
  /** standard deviation over the subsets, divisor their number: of subsets that overlap, not a standard error */
  readonly spread: number;
  /** (subsets) */
  readonly subsets: Float64Array;
}

/** (xᵀy/d + 1)³ for vectors of length d. */
export function cubicKernel(d: number): Kernel {
  return { kind: 'polynomial', degree: 3, gamma: 1 / d, coefficient: 1 };
}

/** What a mean over subsets is made of, and what its errors name. */
export interface SubsetPlan {
  readonly subsets: number;
  readonly subsetSize: number;
  /** default `kernelInceptionDistance` */
  readonly where?: string;
  /** id of the metric that takes all pairs instead, for errors */
  readonly allPairs?: string | undefined;
  /** what the caller calls `subsets` and `subsetSize`, for errors; default: their flags */
  readonly names?: readonly [string, string];
}

/** @throws OptionError, SampleSizeError: what `kernelInceptionDistance` says; a side whose size is not known passes */
export function requireSubsets(
  sets: {
    readonly reference: { readonly n: number | null };
    readonly generated: { readonly n: number | null };
  },
  {
    subsets,
    subsetSize,
    where = 'kernelInceptionDistance',
    allPairs,
    names: [countName, sizeName] = ['--kid-subsets', '--kid-subset-size'],
  }: SubsetPlan,
): void {
  for (const [flag, value, least] of [
    [countName, subsets, 1],
    [sizeName, subsetSize, 2],
  ] as const) {
    if (!(Number.isInteger(value) && value >= least)) {
      throw new OptionError('OUT_OF_RANGE', {
        where: flag,
        expected: `must be a whole number, at least ${least}`,
        received: String(value),
      });
    }
  }
  const [reference, generated] = [sets.reference.n, sets.generated.n];
  const smaller = (generated ?? Number.POSITIVE_INFINITY) < (reference ?? Number.POSITIVE_INFINITY);
  for (const side of smaller ? (['generated'] as const) : (['reference', 'generated'] as const)) {
    const { n } = sets[side];
    if (n !== null && n < subsetSize) {
      throw new SampleSizeError('TOO_FEW_SAMPLES', {
        where,
        expected: `${sizeName} must be at most the ${side} set's size`,
        received: `${sizeName} ${subsetSize}, n ${n}`,
        help:
          n < 2
            ? 'Supply more images.'
            : `Pass ${sizeName} ${n} or fewer${allPairs === undefined ? '' : `, take --metric ${allPairs}`}, or supply ${subsetSize - n} more image${subsetSize - n === 1 ? '' : 's'}.`,
        n,
        needed: subsetSize,
      });
    }
  }
}

interface SeededSubsets extends SubsetPlan {
  readonly seed: number;
}

/**
 * The subsets of both sets, one pair after the other: the draws of numpy's RandomState(seed), without replacement, from the generated set first
 * and then from the reference.
 *
 * @throws what `requireSubsets` throws
 */
export function* subsetPairs(
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  { seed, ...plan }: SeededSubsets,
): Generator<{ readonly first: Rows; readonly second: Rows }> {
  requireSubsets({ reference, generated }, plan);
  const { subsets, subsetSize } = plan;
  const random = numpyRandomState(seed);
  for (let i = 0; i < subsets; i++) {
    const first = selectRows(generated, random.choice(generated.n, subsetSize));
    yield { first, second: selectRows(reference, random.choice(reference.n, subsetSize)) };
  }
}

/** Mean and spread of the subsets' values. */
export function kernelInceptionDistanceOf(values: ArrayLike<number>): KernelInceptionDistance {
  const subsets = Float64Array.from(values);
  return { value: mean(subsets)!, spread: standardDeviation(subsets, 0)!, subsets };
}

/**
 * Kernel Inception Distance: the unbiased squared MMD of a kernel, (xᵀy/d + 1)³ unless another is given, averaged over
 * random subsets, which are drawn as `subsetPairs` says.
 *
 * @returns lower is better; unbiased, so it may be negative where the sets are alike. Swapping the sets changes the draws
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE naming set and row
 * @throws OptionError OUT_OF_RANGE unless there is a subset, and two images in it
 * @throws SampleSizeError TOO_FEW_SAMPLES if a subset is larger than a set
 * @source Bińkowski et al. 2018, arXiv:1801.01401, section 4.1
 * @agreesWith torch-fidelity's draws and formula evaluated in float64, to 1e-11; torch-fidelity itself computes kernels and sums in
 * float32, which costs it about 1e-7 (test/reference/kernel-metrics.json)
 */
export async function kernelInceptionDistance(
  sets: { readonly reference: Rows; readonly generated: Rows },
  { kernel: given, ...plan }: SeededSubsets & { readonly kernel?: Kernel },
  algebra: Algebra,
): Promise<KernelInceptionDistance> {
  const checked = givenSets(sets, ['reference', 'generated'], plan.where ?? kernelInceptionDistance.name);
  const kernel = given ?? cubicKernel(checked.reference.d);
  const values: number[] = [];
  for (const pair of subsetPairs(checked, plan))
    values.push(squaredMmd(await mmdSumsBy(algebra, pair, kernel), 'unbiased'));
  return kernelInceptionDistanceOf(values);
}
