import type { Algebra } from '../../metrics/numerics/algebra.js';
import { type GaussianMoments, removeMoments, removeRows } from '../../metrics/numerics/gaussian-moments.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { selectRows } from '../../metrics/numerics/select-rows.js';
import { placesOutside } from './places-outside.js';

/** Moments of one set, and of any of its subsets. */
export interface MomentsOfSubsets {
  readonly whole: GaussianMoments;
  of(places: Uint32Array): Promise<GaussianMoments>;
}

/** A subset's moments are the set's without the rows it leaves out, or its own where it leaves out more than it keeps. */
export async function momentsOfSubsets(rows: Rows, algebra: Algebra): Promise<MomentsOfSubsets> {
  const whole = await algebra.gaussianMoments(rows);
  return {
    whole,
    async of(places) {
      const outside = placesOutside(places, rows.n);
      if (outside.length > places.length) return algebra.gaussianMoments(selectRows(rows, places));
      if (outside.length < 2) return removeRows(whole, selectRows(rows, outside));
      return removeMoments(whole, await algebra.gaussianMoments(selectRows(rows, outside)));
    },
  };
}
