/**
 * Sum by Neumaier's compensated summation: the error is about one rounding of the result, whatever the count and order.
 *
 * @returns Σ values; 0 for none
 * @source Neumaier 1974, ZAMM 54:39–51
 * @example
 * compensatedSum([1e16, 1, -1e16]); // 1
 */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0;
  let compensation = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const next = sum + value;
    compensation += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + compensation;
}
