/** A 32 × 32 matrix over GF(2), one column a number. */
type Matrix = Uint32Array;

/** A zero bit more: the remainder moves on by one place of the reflected polynomial. */
const ONE_BIT: Matrix = Uint32Array.from({ length: 32 }, (_, i) => (i === 0 ? 0xedb88320 : 2 ** (i - 1)));

function product(matrix: Matrix, vector: number): number {
  let sum = 0;
  for (let i = 0, rest = vector; rest !== 0; i++, rest >>>= 1) if (rest & 1) sum ^= matrix[i]!;
  return sum >>> 0;
}

function square(matrix: Matrix): Matrix {
  return matrix.map((column) => product(matrix, column));
}

/**
 * CRC-32 of two pieces after each other, from the CRC-32 of each: crc(a ‖ b) = Z^(8·|b|) · crc(a) ⊕ crc(b), where Z
 * appends one zero bit.
 *
 * @param second  `length` is of the second piece in bytes; up to 2⁵³ − 1
 */
export function crc32Combination(
  first: number,
  second: { readonly crc32: number; readonly length: number },
): number {
  let zeros = square(square(square(ONE_BIT))); // one byte
  let shifted = first;
  for (let rest = second.length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) shifted = product(zeros, shifted);
    zeros = square(zeros);
  }
  return (shifted ^ second.crc32) >>> 0;
}
