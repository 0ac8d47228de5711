import { ShapeError } from '../errors.js';
import type { AxisOrder } from './map-source.js';
import { type UncertaintyMap, uncertaintyMap } from './uncertainty-map.js';

/** The most channels that an image or a latent has; more in a place is a height or width. */
const MOST_CHANNELS = 4;

interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

function shapeError({ name, shape }: NamedArray, expected: string, help: string): ShapeError {
  return new ShapeError('SHAPE_MISMATCH', {
    where: name,
    expected,
    received: `shape (${shape.join(', ')})`,
    help,
  });
}

function orderOf(array: NamedArray, axes: readonly number[], order: AxisOrder): 'chw' | 'hwc' {
  if (order !== 'auto') return order;
  const [first, , last] = axes as [number, number, number];
  if (first <= MOST_CHANNELS && last > MOST_CHANNELS) return 'chw';
  if (last <= MOST_CHANNELS && first > MOST_CHANNELS) return 'hwc';
  throw shapeError(
    array,
    'it must be plain which of three axes are the channels (at most 4, the others more)',
    'Pass --layout chw or --layout hwc.',
  );
}

/** (H, W, C) → (C, H, W). */
function planar(
  data: Float32Array | Float64Array,
  pixels: number,
  channels: number,
): Float32Array | Float64Array {
  const result = data.slice();
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < channels; c++) result[c * pixels + i] = data[i * channels + c]!;
  return result;
}

/**
 * A map out of an array of any program: (H, W), (C, H, W) or (H, W, C), leading axes of length 1 dropped.
 *
 * @throws ShapeError SHAPE_MISMATCH if it has other axes, or its channel axis is not clear
 * @throws NumericalError NOT_FINITE naming the first value that is NaN or infinite
 */
export function arrayMap(array: NamedArray, { order }: { readonly order: AxisOrder }): UncertaintyMap {
  const { name, shape, data } = array;
  let axes = shape;
  while (axes.length > 3 && axes[0] === 1) axes = axes.slice(1);
  if (axes.length === 2) {
    return uncertaintyMap(data, { channels: 1, height: axes[0]!, width: axes[1]!, name });
  }
  if (axes.length !== 3) {
    throw shapeError(array, 'an uncertainty map must have two or three axes', 'Save one map for each image.');
  }
  if (orderOf(array, axes, order) === 'chw') {
    return uncertaintyMap(data, { channels: axes[0]!, height: axes[1]!, width: axes[2]!, name });
  }
  const [height, width, channels] = axes as [number, number, number];
  return uncertaintyMap(planar(data, height * width, channels), { channels, height, width, name });
}
