import type { Algebra } from '../../metrics/numerics/algebra.js';
import type { GaussianMoments } from '../../metrics/numerics/gaussian-moments.js';
import { momentsWithoutRows } from '../../metrics/numerics/moments-without-rows.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { placesOutside } from './places-outside.js';

/** Moments of one set, and of any of its subsets. */
export interface MomentsOfSubsets {
  readonly whole: GaussianMoments;
  of(places: Uint32Array): Promise<GaussianMoments>;
}

/** A subset's moments are the set's without the rows it leaves out. */
export async function momentsOfSubsets(rows: Rows, algebra: Algebra): Promise<MomentsOfSubsets> {
  const whole = await algebra.gaussianMoments(rows);
  return {
    whole,
    of: (places) =>
      momentsWithoutRows(rows, whole, { gone: placesOutside(places, rows.n), stay: places }, algebra),
  };
}
