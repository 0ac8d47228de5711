import { NumericalError } from '../../errors.js';
import { binaryScale } from './binary-scale.js';
import type { Rows } from './rows.js';

/**
 * Rows divided by their lengths, in float64. Each is first scaled by a power of two, so that no square overflows or vanishes.
 *
 * @param name  what the caller calls these rows, for the error
 * @throws NumericalError NOT_FINITE naming a row of zeros, which has no direction
 */
export function unitRows({ n, d, data }: Rows, name: string): Rows {
  const unit = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const from = i * d;
    let largest = 0;
    for (let j = 0; j < d; j++) {
      const size = Math.abs(data[from + j]!);
      if (size > largest) largest = size;
    }
    const scale = binaryScale(largest);
    let squares = 0;
    for (let j = 0; j < d; j++) {
      const value = data[from + j]! / scale;
      unit[from + j] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    if (!(length > 0)) {
      throw new NumericalError('NOT_FINITE', {
        where: name,
        expected: 'every row must have a direction',
        received: `zeros alone in row ${i} (counted from 0)`,
        help: 'Encode the image again, or leave that row out on purpose.',
      });
    }
    for (let j = 0; j < d; j++) unit[from + j]! /= length;
  }
  return { n, d, data: unit };
}
