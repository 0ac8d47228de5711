import { NumericalError, ShapeError } from '../../errors.js';

/** n vectors of length d, one a row, row-major: vector i is `data[i·d … (i + 1)·d)`. */
export interface Rows {
  readonly n: number;
  readonly d: number;
  readonly data: Float32Array | Float64Array;
}

/**
 * Rows over existing storage, checked once where the data enter.
 *
 * @param name  what the caller calls these rows, for the error
 * @throws ShapeError SHAPE_MISMATCH if `data` does not hold n × d values
 * @throws NumericalError NOT_FINITE naming the first row and column that is NaN or infinite
 */
export function rows(
  data: Float32Array | Float64Array,
  { n, d, name }: { readonly n: number; readonly d: number; readonly name: string },
): Rows {
  if (data.length !== n * d) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: name,
      expected: `must hold n × d = ${n} × ${d} = ${n * d} values`,
      received: String(data.length),
    });
  }
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new NumericalError('NOT_FINITE', {
        where: name,
        expected: 'every value must be finite',
        received: `${data[i]} in row ${Math.floor(i / d)}, column ${i % d} (counted from 0)`,
        help: 'Encode the images again, or leave that row out on purpose.',
      });
    }
  }
  return { n, d, data };
}
