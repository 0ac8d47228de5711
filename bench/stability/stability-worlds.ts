import { frechetBiasSlope } from '../../metrics/frechet-distance.js';
import type { Rows } from '../../numerics/rows.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import type { FilterWorld } from '../../test/support/filter-study.js';

/** Length of the embeddings. */
const D = 2;
const REFERENCE_ROWS = 400;

/** What is true of a filtered set beside another, of as many images, n → ∞. */
export interface StabilityTruth {
  /** ratios of spreads and values; null where none is known */
  readonly ratio: number | null;
  readonly slope: number | null;
  readonly limit: number | null;
}

/** A population of images with scores, and what must be found of a filter there. */
export interface StabilityWorld {
  readonly name: string;
  readonly metrics: readonly string[];
  /** at most, where a trial takes long */
  readonly trials?: number;
  readonly rule: string;
  readonly order: 'draw' | 'pool';
  readonly world: (random: { readonly n: number; readonly seed: number }) => FilterWorld;
  /** by what the filtered set stands beside; left out where nothing is known */
  readonly truths: Readonly<Partial<Record<'unfiltered' | 'random' | 'matched', StabilityTruth>>>;
  /** n·variance of a first-order metric of the images kept, in images drawn; null where none is known */
  readonly variance: number | null;
}

/** Rows of mean 0 and covariance I exactly (divisor n − 1): distances to them have no error of the reference. */
function exactReference(): Rows {
  const size = Math.sqrt(((REFERENCE_ROWS - 1) * D) / REFERENCE_ROWS);
  const data = new Float64Array(REFERENCE_ROWS * D);
  for (let i = 0; i < REFERENCE_ROWS; i++) data[i * D + (i % D)] = Math.floor(i / D) % 2 === 0 ? size : -size;
  return { n: REFERENCE_ROWS, d: D, data };
}

/** Normal images of mean `shift` on the first axis, and what the score of each is. */
function gaussianWorld(
  shift: number,
  scored: (row: Float64Array, random: () => number) => number,
): StabilityWorld['world'] {
  const reference = exactReference();
  return ({ n, seed }) => {
    const data = standardNormals(n * D, seededRandom(seed, 'images'));
    for (let i = 0; i < n; i++) data[i * D]! += shift;
    const random = seededRandom(seed, 'score');
    const score = Float64Array.from({ length: n }, (_, i) =>
      scored(data.subarray(i * D, (i + 1) * D), random),
    );
    return { reference, generated: { n, d: D, data }, score };
  };
}

const UNCHANGED: StabilityTruth = { ratio: 1, slope: 0, limit: 0 };
/** Beside unfiltered images of as many drawn, fewer are scored: spreads differ by that alone. */
const OF_FEWER: StabilityTruth = { ratio: null, slope: 0, limit: 0 };

function randomScore(metric: string, order: 'draw' | 'pool', shift: number): StabilityWorld {
  return {
    name: `random score, ${metric}, ${order}${shift === 0 ? ', like the reference' : ''}`,
    metrics: [metric],
    rule: 'mean+1sd',
    order,
    world: gaussianWorld(shift, (_, random) => standardNormals(1, random)[0]!),
    truths: { unfiltered: OF_FEWER, random: UNCHANGED, matched: UNCHANGED },
    variance: null,
  };
}

const SHIFT = 0.5;
const MODE = { share: 1 / 8, distance: 3 };

/** Mean, variance and fourth central moment of the mixture along the first axis: of N(SHIFT, 1) and its copy at a distance. */
function mixtureMoments(): { readonly mean: number; readonly variance: number; readonly fourth: number } {
  const { share, distance } = MODE;
  const parts = [
    { weight: 1 - share, offset: -share * distance },
    { weight: share, offset: (1 - share) * distance },
  ];
  const over = (of: (offset: number) => number) =>
    parts.reduce((sum, { weight, offset }) => sum + weight * of(offset), 0);
  return {
    mean: SHIFT + share * distance,
    variance: over((a) => 1 + a ** 2),
    fourth: over((a) => 3 + 6 * a ** 2 + a ** 4),
  };
}

/**
 * Without the mode, b = trΣ + ½[Σᵢⱼ λᵢλⱼ/(λᵢ + λⱼ) + ½ Σ λᵢ] of N(·, I), λ = 1. With it the first axis has fourth moment m₄ and variance
 * r², so that its term of b, r + r²… of a normal, has (m₄ − r⁴)/(4r³) in place of r/2.
 */
function outlyingMode(): StabilityWorld {
  const { mean, variance, fourth } = mixtureMoments();
  const r = Math.sqrt(variance);
  const roots = [r, ...new Array<number>(D - 1).fill(1)];
  const asNormal = frechetBiasSlope(Float64Array.from(roots), variance + D - 1);
  const unfiltered = {
    slope: asNormal - r / 2 + (fourth - variance ** 2) / (4 * r ** 3),
    limit: mean ** 2 + (r - 1) ** 2,
  };
  const filtered = { slope: frechetBiasSlope(new Float64Array(D).fill(1), D), limit: SHIFT ** 2 };
  const differences = {
    slope: filtered.slope - unfiltered.slope,
    limit: filtered.limit - unfiltered.limit,
  };
  const plain = gaussianWorld(SHIFT, () => 0);
  return {
    name: 'outlying mode removed',
    metrics: ['fid'],
    rule: 'below-1',
    order: 'draw',
    world: (given) => {
      const { generated, score, ...rest } = plain(given);
      const random = seededRandom(given.seed, 'mode');
      for (let i = 0; i < generated.n; i++) {
        const isFar = random() < MODE.share;
        if (isFar) generated.data[i * D]! += MODE.distance;
        (score as Float64Array)[i] = isFar ? 2 : random();
      }
      return { generated, score, ...rest };
    },
    truths: {
      unfiltered: { ratio: null, ...differences },
      random: { ratio: null, ...differences },
    },
    variance: (4 * SHIFT ** 2) / (1 - MODE.share),
  };
}

const FAR = 3;
const KEPT = 0.75;

/**
 * The score is the first coordinate, and the lower three quarters are kept: truncated at ξ, of mean m and variance r². With the influence
 * h(x) = 2mx + (1 − 1/r)(x − m)², n·variance is var h/q where the threshold is fixed (of n images of which a share q is kept), and
 * (1 − q)/q·(h(ξ) − E h)² more where it is learned.
 */
function learnedThreshold(order: 'draw' | 'pool'): StabilityWorld {
  const steps = 40000;
  const grid = Array.from({ length: steps }, (_, i) => -8 + (16 * (i + 0.5)) / steps);
  const density = (x: number) => (Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)) * (16 / steps);
  let below = 0;
  const kept = grid.filter((x) => {
    below += density(x);
    return below <= KEPT;
  });
  const expected = (of: (x: number) => number) =>
    kept.reduce((sum, x) => sum + density(x) * of(x), 0) / kept.reduce((sum, x) => sum + density(x), 0);
  const m = expected((x) => x);
  const r = Math.sqrt(expected((x) => (x - m) ** 2));
  const h = (x: number) => 2 * (FAR + m) * x + (1 - 1 / r) * (x - m) ** 2;
  const center = expected(h);
  const within = expected((x) => (h(x) - center) ** 2);
  const learned = (1 - KEPT) * (h(kept.at(-1)!) - center) ** 2;
  return {
    name: order === 'draw' ? 'threshold learned in the draw' : 'threshold of the pool',
    metrics: ['fid'],
    rule: 'q75',
    order,
    world: gaussianWorld(FAR, (row) => row[0]!),
    truths: {},
    variance: order === 'draw' ? (within + learned) / KEPT : within,
  };
}

const distances = gaussianWorld(0, (row) => Math.hypot(...row));

/**
 * The farther from the middle, the more is dropped: fewer kinds of images are left. The reference is drawn, for recall of few points that
 * are copies of each other says nothing.
 */
const NARROWING: StabilityWorld = {
  name: 'diversity narrowed',
  metrics: ['fid', 'precision-recall'],
  rule: 'q60',
  order: 'draw',
  world: (given) => ({
    ...distances(given),
    reference: {
      n: REFERENCE_ROWS,
      d: D,
      data: standardNormals(REFERENCE_ROWS * D, seededRandom(given.seed, 'reference')),
    },
  }),
  truths: {},
  variance: null,
};

/** Worlds in which it is known what a filter does to the stability of a metric. */
export const STABILITY_WORLDS: readonly StabilityWorld[] = [
  randomScore('fid', 'draw', SHIFT),
  randomScore('fid', 'pool', SHIFT),
  randomScore('fid', 'draw', 0),
  randomScore('cmmd', 'draw', 1),
  outlyingMode(),
  learnedThreshold('draw'),
  learnedThreshold('pool'),
  NARROWING,
];
