import { readTensor } from '../../encoders/checkpoints/open-checkpoint.js';
import { InputError, ShapeError } from '../../errors.js';
import type { Score } from '../score-table.js';

/**
 * Sums that BayesDiff writes for Stable Diffusion, `var_sum.pt`: (batch, rounds), where image q is row q mod batch, column
 * ⌊q / batch⌋, and its id is q. They are sums over channels and pixels.
 *
 * @throws InputError UNREADABLE_FILE, ShapeError SHAPE_MISMATCH
 */
export async function readVarianceSums(path: string): Promise<Score> {
  const { shape, values, dtype } = await readTensor(path);
  if (!(values instanceof Float32Array || values instanceof Float64Array)) {
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'sums must be floating-point numbers',
      received: dtype,
    });
  }
  const [batch, rounds] = shape;
  if (shape.length !== 2 || batch === undefined || rounds === undefined) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: path,
      expected: 'var_sum.pt must have two axes, batch × rounds',
      received: `shape (${shape.join(', ')})`,
    });
  }
  const byId = new Map<string, number>();
  for (let q = 0; q < values.length; q++) {
    const value = values[(q % batch) * rounds + Math.floor(q / batch)]!;
    if (!Number.isFinite(value)) {
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: 'every sum must be finite',
        received: `${value} for image ${q}`,
      });
    }
    byId.set(String(q), value);
  }
  return { name: 'sum', byId, undefinedIds: new Map() };
}
