import { type DenoiserDescription, imageSides } from '../../diffusion/denoiser.js';
import { type Npz, openNpz } from '../../encoders/files/npz.js';
import { InputError, OptionError } from '../../errors.js';
import type { FitBatch } from './fit-pairs.js';

/** Noisy images, times and labels of an `.npz`, checked against a network. */
export interface DenoiserArrays {
  readonly n: number;
  /** (n, channels, H, W) */
  readonly x: Float32Array;
  /** (n) */
  readonly t: Int32Array;
  /** (n); of a network with classes alone */
  readonly y?: Int32Array | undefined;
}

/** Pairs of an `.npz` that are read as they are asked for. */
export interface FitSet {
  /** pairs in all */
  readonly count: number;
  batches(batchSize: number): AsyncGenerator<FitBatch>;
  close(): Promise<void>;
}

/**
 * Reads `x` (n, channels, H, W) and `t` (n), and `y` (n) where the network has classes.
 *
 * @throws InputError UNREADABLE_FILE naming the array that is missing, of another shape, or not finite, whole or in range
 * @throws OptionError CONFLICTING_OPTIONS if labels are missing, or the network has no classes
 */
export async function readDenoiserArrays(
  path: string,
  description: DenoiserDescription,
): Promise<DenoiserArrays> {
  const npz = await openNpz(path);
  try {
    requireArrays(npz, ['x', 't']);
    const { n, read } = await imageArray(npz, 'x', description);
    return { n, x: await read(0, n), ...(await timesAndLabels(npz, description, n)) };
  } finally {
    await npz.close();
  }
}

/**
 * Opens a fit set: clean images `x` and their `noise`, both (n, channels, H, W), `t` (n) and, where the network has classes, `y` (n).
 * Images and noise are read a batch at a time where the file holds float32 uncompressed, as `numpy.savez` writes it, so that memory is that of a batch.
 *
 * @throws as `readDenoiserArrays`; for values that are not finite as their batch comes
 */
export async function openFitSet(path: string, description: DenoiserDescription): Promise<FitSet> {
  const npz = await openNpz(path);
  try {
    requireArrays(npz, ['x', 't', 'noise']);
    const images = await imageArray(npz, 'x', description);
    const { n } = images;
    const { t, y } = await timesAndLabels(npz, description, n);
    const noise = await imageArray(npz, 'noise', description, n);
    return {
      count: n,
      async *batches(batchSize) {
        for (let start = 0; start < n; start += batchSize) {
          const count = Math.min(batchSize, n - start);
          yield {
            n: count,
            x: await images.read(start, count),
            t: t.subarray(start, start + count),
            noise: await noise.read(start, count),
            y: y?.subarray(start, start + count),
          };
        }
      },
      close: () => npz.close(),
    };
  } catch (error) {
    await npz.close();
    throw error;
  }
}

function requireArrays(npz: Npz, wanted: readonly string[]): void {
  if (wanted.every((name) => npz.arrays.includes(name))) return;
  throw new InputError('UNREADABLE_FILE', {
    where: npz.path,
    expected: `must hold the arrays ${wanted.join(', ')}`,
    received: npz.arrays.join(', ') || 'none',
  });
}

async function timesAndLabels(
  npz: Npz,
  description: DenoiserDescription,
  n: number,
): Promise<Pick<DenoiserArrays, 't' | 'y'>> {
  const { steps } = description.schedule;
  const t = await wholeNumbers(npz, 't', { n, end: steps, also: undefined });
  return { t, y: await labels(npz, description, n) };
}

/** @param n  how many images there must be; any number if absent */
async function imageArray(
  npz: Npz,
  name: string,
  description: DenoiserDescription,
  n?: number,
): Promise<{ readonly n: number; read(from: number, count: number): Promise<Float32Array> }> {
  const where = `${npz.path}, array ${name}`;
  const sides = [description.channels, ...imageSides(description)];
  const { shape, read } = await npz.parts(name);
  const [count, ...rest] = shape;
  if (rest.join() !== sides.join() || (n !== undefined && count !== n) || !count) {
    throw unfit(
      where,
      `must have the shape (${n ?? 'n'}, ${sides.join(', ')}), n at least 1`,
      `(${shape.join(', ')})`,
    );
  }
  const size = sides.reduce((product, side) => product * side, 1);
  return {
    n: count,
    async read(from, length) {
      const data = await read(from, length);
      const wrong = data.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) {
        const image = from + Math.floor(wrong / size);
        throw unfit(where, 'every value must be finite', `${data[wrong]} in image ${image} (counted from 0)`);
      }
      return data instanceof Float32Array ? data : Float32Array.from(data);
    },
  };
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
