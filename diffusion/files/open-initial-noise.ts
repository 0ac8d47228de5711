import { fileHash } from '../../encoders/files/file-hash.js';
import { LONGEST_HEAD, npyHeader } from '../../encoders/files/npy.js';
import { checkedSize, converted } from '../../encoders/files/npy-array.js';
import { openRangeFile } from '../../encoders/files/range-file.js';
import { InputError, NumericalError, ShapeError } from '../../errors.js';

/** x_T of images out of a file, in place of noise that is drawn. */
export interface InitialNoise {
  readonly sha256: string;
  /** x_T (n, size) of images by their numbers: row k is image k */
  rows(images: readonly number[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens a `.npy` of noise, (N, channels, height, width) of any float type; row k is image k, and rows are read as they are needed.
 *
 * @param shape  of one image: channels, height, width
 * @param count  images that will be asked for: the file may hold more
 * @throws ShapeError SHAPE_MISMATCH if it has another shape or fewer rows
 * @throws InputError UNREADABLE_FILE if it is no `.npy` of floats, row-major
 * @throws NumericalError NOT_FINITE naming the image whose noise is NaN or infinite
 */
export async function openInitialNoise(
  path: string,
  { shape, count }: { readonly shape: readonly number[]; readonly count: number },
): Promise<InitialNoise> {
  if (/\.npz$/i.test(path))
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'initial noise must be one array, a .npy',
      help: 'Save it by numpy.save.',
    });
  const file = await openRangeFile(path);
  try {
    const header = npyHeader(await file.read(0, Math.min(file.size, LONGEST_HEAD)), path);
    const [rows = 0, ...each] = header.shape;
    if (header.fortranOrder || !/^[<>=|]?f[248]$/.test(header.descr))
      throw new InputError('UNREADABLE_FILE', {
        where: path,
        expected: 'must hold floats in C order',
        received: `${header.descr}${header.fortranOrder ? ' in Fortran order' : ''}`,
        help: 'Save it as numpy.ascontiguousarray(noise, dtype="float32").',
      });
    if (each.length !== shape.length || each.some((side, i) => side !== shape[i]) || rows < count)
      throw new ShapeError('SHAPE_MISMATCH', {
        where: path,
        expected: `must hold noise of at least ${count} images, (${[count, ...shape].join(', ')})`,
        received: `(${header.shape.join(', ')})`,
      });
    checkedSize(header, file.size, path);
    const size = shape.reduce((product, side) => product * side, 1);
    return {
      sha256: await fileHash(path),
      async rows(images) {
        const noise = new Float32Array(images.length * size);
        for (const [i, image] of images.entries()) {
          const bytes = await file.read(
            header.dataOffset + image * size * header.itemSize,
            size * header.itemSize,
          );
          const { data } = converted({ ...header, shape: [size] }, bytes.slice().buffer, path);
          const wrong = data.findIndex((value) => !Number.isFinite(Math.fround(value)));
          if (wrong >= 0)
            throw new NumericalError('NOT_FINITE', {
              where: path,
              expected: 'noise must be finite in float32',
              received: `${data[wrong]} in row ${image}, value ${wrong} (counted from 0)`,
            });
          noise.set(data, i * size);
        }
        return noise;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}
