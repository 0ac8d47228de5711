import { OptionError, SampleSizeError } from '../errors.js';
import type { Algebra } from '../numerics/algebra.js';
import type { Kernel } from '../numerics/kernel.js';
import { mean, standardDeviation } from '../numerics/mean-and-variance.js';
import { numpyRandomState } from '../numerics/numpy-random-state.js';
import type { Rows } from '../numerics/rows.js';
import { selectRows } from '../numerics/rows.js';
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
}

/** @throws OptionError, SampleSizeError: what `kernelInceptionDistance` says; a side whose size is not known passes */
export function requireSubsets(
  sets: {
    readonly reference: { readonly n: number | null };
    readonly generated: { readonly n: number | null };
  },
  { subsets, subsetSize, where = 'kernelInceptionDistance', allPairs }: SubsetPlan,
): void {
  for (const [flag, value, least] of [
    ['--kid-subsets', subsets, 1],
    ['--kid-subset-size', subsetSize, 2],
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
        expected: `--kid-subset-size must be at most the ${side} set's size`,
        received: `--kid-subset-size ${subsetSize}, n ${n}`,
        help:
          n < 2
            ? 'Supply more images.'
            : `Pass --kid-subset-size ${n} or fewer${allPairs === undefined ? '' : `, take --metric ${allPairs}`}, or supply ${subsetSize - n} more image${subsetSize - n === 1 ? '' : 's'}.`,
        n,
        needed: subsetSize,
      });
    }
  }
}

/**
 * Kernel Inception Distance: the unbiased squared MMD of a kernel, (xᵀy/d + 1)³ unless another is given, averaged over random subsets. The draws are
 * those of numpy's RandomState(seed), without replacement, for each subset from the generated set first and then from the
 * reference.
 *
 * @returns lower is better; unbiased, so it may be negative where the sets are alike. Swapping the sets changes the draws
 * @throws OptionError OUT_OF_RANGE unless there is a subset, and two images in it
 * @throws SampleSizeError TOO_FEW_SAMPLES if a subset is larger than a set
 * @source Bińkowski et al. 2018, arXiv:1801.01401, section 4.1
 * @agreesWith torch-fidelity's draws and formula evaluated in float64, to 1e-11; torch-fidelity itself computes kernels and sums in
 * float32, which costs it about 1e-7 (test/reference/kernel-metrics.json)
 */
export async function kernelInceptionDistance(
  sets: { readonly reference: Rows; readonly generated: Rows },
  {
    seed,
    kernel = cubicKernel(sets.reference.d),
    ...plan
  }: SubsetPlan & { readonly seed: number; readonly kernel?: Kernel },
  algebra: Algebra,
): Promise<KernelInceptionDistance> {
  requireSubsets(sets, plan);
  const { reference, generated } = sets;
  const { subsets, subsetSize } = plan;
  const random = numpyRandomState(seed);
  const values = new Float64Array(subsets);
  for (let i = 0; i < subsets; i++) {
    const first = selectRows(generated, random.choice(generated.n, subsetSize));
    const second = selectRows(reference, random.choice(reference.n, subsetSize));
    values[i] = squaredMmd(await mmdSumsBy(algebra, { first, second }, kernel), 'unbiased');
  }
  return { value: mean(values)!, spread: standardDeviation(values, 0)!, subsets: values };
}
