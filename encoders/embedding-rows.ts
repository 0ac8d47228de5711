import { SampleSizeError, ShapeError } from '../errors.js';
import { type Rows, rows } from '../numerics/rows.js';
import type { NpyArray } from './files/npy-array.js';

/**
 * An array as embeddings, one a row.
 *
 * @param name  what the caller calls it, for the error
 * @throws ShapeError SHAPE_MISMATCH if it is no matrix; SampleSizeError TOO_FEW_SAMPLES for no rows; NumericalError NOT_FINITE
 */
export function embeddingRows({ shape, data }: NpyArray, name: string): Rows {
  const [n, d] = shape;
  if (shape.length !== 2 || d === 0)
    throw new ShapeError('SHAPE_MISMATCH', {
      where: name,
      expected: 'must be 2-d, one embedding a row',
      received: `shape (${shape.join(', ')})`,
      help: 'Save an array of shape (images, dimensions).',
    });
  if (n === 0)
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: name,
      expected: 'must have at least one row',
      received: '0',
      help: 'Save the embedding of every image, one a row.',
    });
  return rows(data, { n: n!, d: d!, name });
}
