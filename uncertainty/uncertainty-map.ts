import { NumericalError, ShapeError } from '../errors.js';

/** Pixel-wise uncertainty of one image, (channels, height, width) row-major; values may be negative. */
export interface UncertaintyMap {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array | Float64Array;
}

/**
 * A map over existing storage, checked once where the data enter. Negative values are kept: BayesDiff's variances are
 * differences of estimates and are often below zero.
 *
 * @param name  what the caller calls this map, for the error
 * @throws ShapeError SHAPE_MISMATCH if a side is 0 or `data` does not hold channels × height × width values
 * @throws NumericalError NOT_FINITE naming the first channel, row and column that is NaN or infinite
 */
export function uncertaintyMap(
  data: Float32Array | Float64Array,
  shape: {
    readonly channels: number;
    readonly height: number;
    readonly width: number;
    readonly name: string;
  },
): UncertaintyMap {
  const { channels, height, width, name } = shape;
  if (data.length !== channels * height * width || data.length === 0) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: name,
      expected: `an uncertainty map must hold channels × height × width = ${channels} × ${height} × ${width} values, at least one`,
      received: String(data.length),
    });
  }
  const pixels = height * width;
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const [channel, pixel] = [Math.floor(i / pixels), i % pixels];
      throw new NumericalError('NOT_FINITE', {
        where: name,
        expected: 'every value of an uncertainty map must be finite',
        received: `${data[i]} in channel ${channel}, row ${Math.floor(pixel / width)}, column ${pixel % width} (counted from 0)`,
        help: 'Make this map again, or move it and its image out of both folders.',
      });
    }
  }
  return { channels, height, width, data };
}
