import type { Comparison } from '../metric-definition.js';
import type { Algebra } from '../numerics/algebra.js';
import { pairedImages } from '../paired-sides.js';
import type { MmdSums } from '../squared-mmd.js';
import type { IntervalsOf } from './jackknife-of-metric.js';
import { mmdIntervals } from './mmd-interval.js';
import { pairedMmdIntervals } from './paired-mmd-interval.js';

/** By the closed form for sides drawn apart, by a jackknife for paired ones. */
export async function mmdIntervalsOfSides(
  sets: Comparison,
  sums: MmdSums,
  options: Parameters<typeof mmdIntervals>[1] & { readonly algebra: Algebra },
): Promise<IntervalsOf> {
  return pairedImages(sets) > 0 ? pairedMmdIntervals(sets, sums, options) : mmdIntervals(sums, options);
}
