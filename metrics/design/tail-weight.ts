import { mean } from '../../numerics/mean-and-variance.js';
import { squaredDistancesFromMean } from '../../numerics/pair-distances.js';
import type { Rows } from '../../numerics/rows.js';

/** Fewer images than this that carry the spread make an interval of them. */
const FEWEST_CARRYING = 20;

/** Of a normal distribution a fifteenth of the images carry it where one direction has all variance, and up to a third where many have. */
const LEAST_SHARE = 0.04;

/**
 * How many images carry the spread of the second moments: (Σ v)²/Σ v² with v = (‖x − x̄‖² − mean)². Of normal embeddings n/3 to n/15; of heavy
 * tails a handful, and then no interval that the images themselves give can know what the next far image would change.
 *
 * @returns undefined where there are enough
 * @source Kish's effective number, for the images' influence on a trace
 */
export function fewCarryingVariance(vectors: Rows): number | undefined {
  const squares = squaredDistancesFromMean(vectors);
  const middle = mean(squares)!;
  const influences = squares.map((square) => (square - middle) ** 2);
  const sum = influences.reduce((total, one) => total + one, 0);
  const carrying = sum ** 2 / influences.reduce((total, one) => total + one ** 2, 0);
  return carrying < Math.min(FEWEST_CARRYING, LEAST_SHARE * vectors.n) ? carrying : undefined;
}
