/**
 * How many standard deviations of a normal a value of the noncentral χ² lies above its middle.
 *
 * @param freedom  degrees of freedom, above 0
 * @source Sankaran 1963, Biometrika 50:199, the third approximation
 * @agreesWith scipy.stats.ncx2, to 0.03 between −2.2 and 2.2 from 8 degrees of freedom on, to 0.11 from −1 on at fewer; at one the lower tail is off by 0.8 (test/numerics/noncentral-chi-square.test.ts)
 */
export function noncentralDeviate(
  x: number,
  { freedom, noncentrality = 0 }: { readonly freedom: number; readonly noncentrality?: number },
): number {
  const total = freedom + noncentrality;
  const twice = freedom + 2 * noncentrality;
  const h = 1 - (2 * total * (freedom + 3 * noncentrality)) / (3 * twice ** 2);
  const p = twice / total ** 2;
  const m = (h - 1) * (1 - 3 * h);
  const middle = 1 + h * p * (h - 1 - ((2 - h) * m * p) / 2);
  return ((Math.max(0, x) / total) ** h - middle) / (h * Math.sqrt(2 * p) * (1 + (m * p) / 2));
}
