import { CMMD_KERNEL, CMMD_SCALE } from '../../metrics/cmmd.js';
import { frechetDistance } from '../../metrics/frechet-distance.js';
import { inceptionScoreOf } from '../../metrics/inception-score.js';
import { cubicKernel } from '../../metrics/kernel-inception-distance.js';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { type GaussianMoments, gaussianMoments } from '../../numerics/gaussian-moments.js';
import type { Kernel } from '../../numerics/kernel.js';
import type { Rows } from '../../numerics/rows.js';
import { unitRows } from '../../numerics/rows.js';
import { finitePopulation, gaussianPopulation, members, type Population } from '../coverage/populations.js';

/** Where the arms of a study come from, and the limits that it must find. */
export interface StudyTruthCase {
  readonly name: string;
  readonly metrics: readonly string[];
  readonly reference: Population;
  /** of arm one, two and three */
  readonly alike: Population;
  readonly unlike: Population;
  /** limit of the arms alike, by metric; some depend on the reference that was drawn, which is held fixed */
  truths(reference: Rows): Readonly<Record<string, number>>;
  /** b of limit + b/n, where a formula gives it */
  readonly slope: number | null;
  /** below which n bias alone reverses the arms alike and the unlike one; null where it never does, or no formula says it */
  crossing(reference: Rows): number | null;
}

const D = 12;
/** Of a narrow population whose limit is the higher one, so that it is better below about 170 images. */
const CROSSING_SHIFT = 0.15;

type Gaussian = ReturnType<typeof gaussianPopulation>;

function trueMoments({ d, mean, variances }: Gaussian): GaussianMoments {
  const covariance = new Float64Array(d * d);
  for (let j = 0; j < d; j++) covariance[j * d + j] = variances[j]!;
  return { n: Number.MAX_SAFE_INTEGER, d, mean, covariance };
}

/**
 * b = tr Σ + ½[Σᵢⱼ λᵢλⱼ/(λᵢ + λⱼ) + ½ Σ λᵢ], λ the eigenvalues of (ΣᵣΣ)^½: of diagonal covariances, the products of their
 * deviations.
 */
function trueSlope(reference: Gaussian, pool: Gaussian): number {
  const roots = [...pool.variances].map((variance, j) => Math.sqrt(variance * reference.variances[j]!));
  const total = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0);
  const pairs = total(roots.flatMap((one) => roots.map((other) => (one * other) / (one + other))));
  return total(pool.variances) + (pairs + total(roots) / 2) / 2;
}

function gaussianCase(name: string, reference: Gaussian, alike: Gaussian, unlike: Gaussian): StudyTruthCase {
  return {
    name,
    metrics: ['fid'],
    reference,
    alike,
    unlike,
    truths: (rows) => ({ fid: frechetDistance(gaussianMoments(rows), trueMoments(alike)) }),
    slope: trueSlope(reference, alike),
    crossing: (rows) => {
      const limit = (pool: Gaussian) => frechetDistance(gaussianMoments(rows), trueMoments(pool));
      const below =
        (trueSlope(reference, alike) - trueSlope(reference, unlike)) / (limit(unlike) - limit(alike));
      return below > 0 ? below : null;
    },
  };
}

function population(shift: number, seed: number): Population & { readonly rows: Rows } {
  return finitePopulation(members({ n: 1500, d: D, shift, seed }));
}

/** Squared MMD of two finite populations: every pair of members, a member with itself too. */
function trueMmd(kernel: Kernel, first: Rows, second: Rows): number {
  return squaredMmd(mmdSums(first, second, kernel), 'biased');
}

function finiteCase(name: string, { alikeShift }: { readonly alikeShift: number }): StudyTruthCase {
  const reference = population(0.5, 1);
  const alike = alikeShift === 0.5 ? reference : population(alikeShift, 2);
  const indices = Uint32Array.from({ length: alike.rows.n }, (_, i) => i);
  const truths = {
    kid: trueMmd(cubicKernel(D), reference.rows, alike.rows),
    cmmd: CMMD_SCALE * trueMmd(CMMD_KERNEL, unitRows(reference.rows, 'r'), unitRows(alike.rows, 'a')),
    is: inceptionScoreOf(alike.rows, indices),
  };
  return {
    name,
    metrics: ['kid', 'cmmd', 'is'],
    reference,
    alike,
    unlike: population(alikeShift + 0.25, 3),
    truths: () => truths,
    slope: null,
    crossing: () => null,
  };
}

/** Populations whose Fréchet distance, its bias, squared MMD and score are known. */
export function studyTruthCases(): readonly StudyTruthCase[] {
  const near = gaussianPopulation({ d: D, shift: 0, largest: 1 });
  const far = gaussianPopulation({ d: D, shift: 0.15, largest: 1.15 });
  const farther = gaussianPopulation({ d: D, shift: 0.3, largest: 1.3 });
  const wide = gaussianPopulation({ d: D, shift: 0, largest: 1.3 });
  const narrow = gaussianPopulation({ d: D, shift: CROSSING_SHIFT, largest: 0.8 });
  return [
    gaussianCase('Gaussians apart from the reference', near, far, farther),
    gaussianCase('Gaussians like the reference', near, near, far),
    gaussianCase('Gaussians whose lines cross', near, wide, narrow),
    finiteCase('populations apart from the reference', { alikeShift: 0.7 }),
    finiteCase('populations like the reference', { alikeShift: 0.5 }),
  ];
}
