import { CMMD_KERNEL, CMMD_SCALE } from '../../metrics/cmmd.js';
import { inceptionScoreOf } from '../../metrics/inception-score.js';
import { cubicKernel } from '../../metrics/kernel-inception-distance.js';
import type { Parameters } from '../../metrics/metric-definition.js';
import { mongeSlices } from '../../metrics/monge-inception-distance.js';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { vendiScore } from '../../metrics/vendi-score.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Kernel } from '../../numerics/kernel.js';
import type { Rows } from '../../numerics/rows.js';
import { unitRows } from '../../numerics/rows.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { finitePopulation, gaussianPopulation, members, type Population } from './populations.js';

/** One metric in one population. */
export interface CoverageCase {
  readonly name: string;
  readonly metric: string;
  readonly parameters: Parameters;
  readonly n: { readonly reference: number; readonly generated: number };
  readonly reference: Population;
  readonly generated: Population;
  /** asymptotic value, n → ∞; null: the mean over the simulated evaluations at this n */
  readonly truth: number | null;
}

const D = 12;
const few = { reference: 400, generated: 300 };
/** for metrics of neighbors, whose evaluation costs more */
const fewer = { reference: 200, generated: 150 };
const near = gaussianPopulation({ d: D, shift: 0, largest: 1 });
const far = gaussianPopulation({ d: D, shift: 0.15, largest: 1.15 });
const same = gaussianPopulation({ d: D, shift: 0, largest: 1 });

/** two generated images for each dimension: the bias is no multiple of 1/n, and intervals are widened by that */
const wide = {
  reference: gaussianPopulation({ d: 32, shift: 0, largest: 1 }),
  generated: gaussianPopulation({ d: 32, shift: 0.15, largest: 1.15 }),
};

function trueFrechet(
  first: ReturnType<typeof gaussianPopulation>,
  second: ReturnType<typeof gaussianPopulation>,
): number {
  let sum = 0;
  for (let j = 0; j < first.d; j++) {
    sum +=
      (first.mean[j]! - second.mean[j]!) ** 2 +
      (Math.sqrt(first.variances[j]!) - Math.sqrt(second.variances[j]!)) ** 2;
  }
  return sum;
}

/** Along a direction both are normal, and W₂² is (difference of means)² + (difference of deviations)². */
function trueMonge(parameters: { readonly projections: number; readonly seed: number }): number {
  const { directions } = mongeSlices(
    {
      reference: near.draw(few.reference, seededRandom(1)),
      generated: far.draw(few.generated, seededRandom(2)),
    },
    parameters,
  );
  let sum = 0;
  for (let i = 0; i < directions.n; i++) {
    let [mean, first, second] = [0, 0, 0];
    for (let j = 0; j < D; j++) {
      const u = directions.data[i * D + j]!;
      mean += u * (near.mean[j]! - far.mean[j]!);
      first += u * u * near.variances[j]!;
      second += u * u * far.variances[j]!;
    }
    sum += mean * mean + (Math.sqrt(first) - Math.sqrt(second)) ** 2;
  }
  return (3 * D * sum) / directions.n;
}

const populations = {
  reference: finitePopulation(members({ n: 1500, d: D, shift: 0.5, seed: 1 })),
  generated: finitePopulation(members({ n: 1500, d: D, shift: 0.7, seed: 2 })),
};

/** Squared MMD of two finite populations: every pair of members, a member with itself too. */
function trueMmd(kernel: Kernel, first: Rows, second: Rows): number {
  return squaredMmd(mmdSums(first, second, kernel), 'biased');
}

const cmmdTruth =
  CMMD_SCALE *
  trueMmd(CMMD_KERNEL, unitRows(populations.reference.rows, 'r'), unitRows(populations.generated.rows, 'g'));
const kidTruth = trueMmd(cubicKernel(D), populations.reference.rows, populations.generated.rows);
const logits = finitePopulation({
  ...populations.generated.rows,
  data: populations.generated.rows.data.map((value) => 3 * value),
});
const isTruth = inceptionScoreOf(
  logits.rows,
  Uint32Array.from({ length: logits.rows.n }, (_, i) => i),
);

/** Every interval that the catalog gives, in populations whose truth is known. */
export async function coverageCases(): Promise<readonly CoverageCase[]> {
  const gaussian = { reference: near, generated: far };
  const vendiTruth = await vendiScore(
    populations.generated.rows,
    { order: 1, name: 'population' },
    plainAlgebra,
  );
  const mind = { mindNumProjections: 50, seed: 2020 };
  const base = { parameters: {}, n: few };
  return [
    { ...base, ...gaussian, name: 'fid', metric: 'fid', truth: trueFrechet(near, far) },
    {
      ...base,
      ...gaussian,
      n: { reference: 2000, generated: 300 },
      name: 'fid, large reference',
      metric: 'fid',
      truth: trueFrechet(near, far),
    },
    {
      ...base,
      ...wide,
      n: { reference: 800, generated: 64 },
      name: 'fid, few images',
      metric: 'fid',
      truth: trueFrechet(wide.reference, wide.generated),
    },
    { ...base, reference: near, generated: same, name: 'fid, equal populations', metric: 'fid', truth: 0 },
    { ...base, ...gaussian, name: 'fid-infinity', metric: 'fid-infinity', truth: trueFrechet(near, far) },
    { ...base, ...populations, generated: logits, name: 'is', metric: 'is', truth: isTruth },
    {
      ...base,
      ...populations,
      generated: logits,
      name: 'is-infinity',
      metric: 'is-infinity',
      truth: isTruth,
    },
    {
      ...base,
      ...populations,
      name: 'kid',
      metric: 'kid',
      parameters: { kidSubsets: 5, kidSubsetSize: 100 },
      truth: kidTruth,
    },
    { ...base, ...populations, name: 'kid-all-pairs', metric: 'kid-all-pairs', truth: kidTruth },
    { ...base, ...populations, name: 'cmmd', metric: 'cmmd', truth: cmmdTruth },
    { ...base, ...populations, name: 'cmmd-v', metric: 'cmmd-v', truth: cmmdTruth },
    {
      ...base,
      reference: populations.reference,
      generated: populations.reference,
      name: 'cmmd, equal populations',
      metric: 'cmmd',
      truth: 0,
    },
    {
      ...base,
      ...gaussian,
      name: 'mind',
      metric: 'mind',
      parameters: mind,
      truth: trueMonge({ projections: 50, seed: 2020 }),
    },
    { ...base, ...populations, name: 'vendi', metric: 'vendi', truth: vendiTruth },
    { ...base, ...gaussian, n: fewer, name: 'precision-recall', metric: 'precision-recall', truth: null },
    { ...base, ...gaussian, n: fewer, name: 'prdc', metric: 'prdc', truth: null },
    { ...base, ...gaussian, n: fewer, name: 'authpct', metric: 'authpct', truth: null },
  ];
}
