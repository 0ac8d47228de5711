/** The nearest half-precision number, ties to even, as its 16 bits; for |x| below 65,520. */
export function halfBits(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(x);
  if (magnitude === 0) return sign;
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -14);
  const step = 2 ** (exponent - 10);
  const quotient = magnitude / step; // exact: the step is a power of two
  const below = Math.floor(quotient);
  const rest = quotient - below;
  const rounded = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  // A normal number's leading bit is added to its exponent's field, which a carry out of the fraction raises too.
  return sign | (((exponent + 14) << 10) + rounded);
}
