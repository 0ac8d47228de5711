import { type DenoiserDescription, imageSides } from '../../diffusion/denoiser.js';
import { type Npz, openNpz } from '../../encoders/files/npz.js';
import { InputError, OptionError } from '../../errors.js';
import type { FitBatch } from './fit-pairs.js';

/** Images, times and labels of an `.npz`, checked against a network. */
export interface DenoiserArrays {
  readonly n: number;
  /** (n, channels, H, W) */
  readonly x: Float32Array;
  /** (n) */
  readonly t: Int32Array;
  /** (n); of a network with classes alone */
  readonly y?: Int32Array | undefined;
  /** (n, channels, H, W), where it was asked for */
  readonly noise?: Float32Array | undefined;
}

/**
 * Reads `x` (n, channels, H, W) and `t` (n), `y` (n) where the network has classes, and `noise` (n, channels, H, W) if it is wanted.
 *
 * @throws InputError UNREADABLE_FILE naming the array that is missing, of another shape, or not finite, whole or in range
 * @throws OptionError CONFLICTING_OPTIONS if labels are missing, or the network has no classes
 */
export async function readDenoiserArrays(
  path: string,
  description: DenoiserDescription,
  noise: 'wanted' | 'unwanted',
): Promise<DenoiserArrays> {
  const npz = await openNpz(path);
  try {
    const wanted = noise === 'wanted' ? ['x', 't', 'noise'] : ['x', 't'];
    const missing = wanted.filter((name) => !npz.arrays.includes(name));
    if (missing.length > 0) {
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: `must hold the arrays ${wanted.join(', ')}`,
        received: npz.arrays.join(', ') || 'none',
      });
    }
    const [height, width] = imageSides(description);
    const sides = [description.channels, height, width];
    const x = await imageArray(npz, 'x', sides);
    const n = x.length / (sides[0]! * height * width);
    const { steps } = description.schedule;
    return {
      n,
      x,
      t: await wholeNumbers(npz, 't', { n, end: steps, also: undefined }),
      y: await labels(npz, description, n),
      ...(noise === 'wanted' ? { noise: await imageArray(npz, 'noise', sides, n) } : {}),
    };
  } finally {
    await npz.close();
  }
}

/** The pairs of a fit set, some at a time. */
export function* fitSetBatches(
  { n, x, t, y, noise }: DenoiserArrays & { readonly noise: Float32Array },
  batchSize: number,
): Generator<FitBatch> {
  const size = x.length / n;
  for (let start = 0; start < n; start += batchSize) {
    const end = Math.min(n, start + batchSize);
    yield {
      n: end - start,
      x: x.subarray(start * size, end * size),
      t: t.subarray(start, end),
      noise: noise.subarray(start * size, end * size),
      y: y?.subarray(start, end),
    };
  }
}

async function imageArray(
  npz: Npz,
  name: string,
  sides: readonly number[],
  n?: number,
): Promise<Float32Array> {
  const where = `${npz.path}, array ${name}`;
  const { shape, data } = await npz.array(name);
  const [count, ...rest] = shape;
  if (rest.join() !== sides.join() || (n !== undefined && count !== n) || !count) {
    throw unfit(
      where,
      `must have the shape (${n ?? 'n'}, ${sides.join(', ')}), n at least 1`,
      `(${shape.join(', ')})`,
    );
  }
  const wrong = data.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const image = Math.floor(wrong / (data.length / count));
    throw unfit(where, 'every value must be finite', `${data[wrong]} in image ${image} (counted from 0)`);
  }
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

async function wholeNumbers(
  npz: Npz,
  name: string,
  { n, end, also }: { readonly n: number; readonly end: number; readonly also: number | undefined },
): Promise<Int32Array> {
  const where = `${npz.path}, array ${name}`;
  const { shape, data } = await npz.array(name);
  if (shape.length !== 1 || shape[0] !== n) {
    throw unfit(where, `must hold a whole number for each of ${n} images`, `shape (${shape.join(', ')})`);
  }
  const wrong = data.findIndex(
    (value) => !(Number.isInteger(value) && value >= 0 && value < end) && value !== also,
  );
  if (wrong >= 0) {
    const range = `must be whole numbers of 0 to ${end - 1}${also === undefined ? '' : `, or ${also} for no class`}`;
    throw unfit(where, range, `${data[wrong]} for image ${wrong} (counted from 0)`);
  }
  return Int32Array.from(data);
}

async function labels(
  npz: Npz,
  { classes, nullClass, id }: DenoiserDescription,
  n: number,
): Promise<Int32Array | undefined> {
  const given = npz.arrays.includes('y');
  if (given !== (classes !== null)) {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: npz.path,
      expected:
        classes === null
          ? `must have no labels y: the network ${id} has no classes`
          : `must have labels y, 0 to ${classes - 1}: the network ${id} has classes`,
      received: npz.arrays.join(', '),
    });
  }
  return classes === null ? undefined : wholeNumbers(npz, 'y', { n, end: classes, also: nullClass });
}

function unfit(where: string, expected: string, received: string): InputError {
  return new InputError('UNREADABLE_FILE', { where, expected, received });
}
