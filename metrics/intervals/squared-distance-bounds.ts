import { noncentralDeviate } from '../../numerics/noncentral-chi-square.js';

/** What is known of the unbiased estimate of a squared distance ‖δ‖², δ seen with an error of covariance C. */
export interface SquaredDistanceError {
  /** tr C: by how much ‖δ + error‖² is larger than ‖δ‖², on average */
  readonly noise: number;
  /** 4δ̂ᵀCδ̂, by δ as it was seen, error and all */
  readonly projected: number;
  /** 2 tr C²: the variance where δ is 0 */
  readonly pairs: number;
}

/** The value at which a decreasing function is `target`, between 0, where it is higher, and beyond. */
function rootOf(decreasing: (value: number) => number, target: number, start: number): number {
  let [low, high] = [0, start];
  for (let i = 0; i < 200 && decreasing(high) > target; i++) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (decreasing(middle) > target) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The squared distances that an unbiased estimate does not contradict: those at which it lies within t of its middle. The variance grows with
 * the distance, a·‖δ‖² + 2 tr C², and near 0 the estimate has the long upper tail of a χ²; an interval of the estimate ± t standard
 * errors misses on one side there. The law is a noncentral χ² that has this variance at every distance, λ·χ²(k, ‖δ‖²/λ) − λk with λ = a/4 and
 * k = 2 tr C²/(2λ²); a = 4δ̂ᵀCδ̂/‖δ̂‖², which lies between the directions of the errors and that of the distance, as it should.
 *
 * @param t  quantile of the normal, or of Student's t where C is itself estimated of few groups
 * @returns both at least 0; undefined where the estimate lies too far below 0 for any distance
 * @source the principle of Wilson 1927, JASA 22:209, for the law of Satterthwaite 1946, Biometrics Bulletin 2:110; coverage: bench/results/coverage.json
 */
export function squaredDistanceBounds(
  estimate: number,
  { noise, projected, pairs }: SquaredDistanceError,
  t: number,
): { readonly low: number; readonly high: number } | undefined {
  const seen = estimate + noise;
  if (!(seen > 0 && projected > 0 && pairs > 0)) return undefined;
  const lambda = projected / seen / 4;
  const freedom = pairs / (2 * lambda ** 2);
  const observed = estimate / lambda + freedom;
  const deviate = (distance: number): number =>
    noncentralDeviate(observed, { freedom, noncentrality: distance / lambda });
  if (deviate(0) < -t) return undefined;
  const start = Math.abs(estimate) + Math.sqrt(pairs);
  return {
    low: deviate(0) < t ? 0 : rootOf(deviate, t, start),
    high: rootOf(deviate, -t, start),
  };
}
