import { InputError, SampleSizeError } from '../../errors.js';
import { LONGEST_HEAD, npyHeader } from '../files/npy.js';
import { ReadBudget } from '../files/read-budget.js';
import type { ZipArchive } from '../files/zip-archive.js';
import type { ZipEntry } from '../files/zip-entry-reader.js';
import type { ImageSet } from './image-set.js';
import { rowsInOrder } from './rows-in-order.js';

/** The array that guided-diffusion's sample batches keep their images in. */
export const ADM_ARRAY = 'arr_0.npy';

/** An image is an entry of its own, however small. */
const STEPS_PER_IMAGE = 64;

interface Batch {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly dataOffset: number;
}

async function head(zip: ZipArchive, entry: ZipEntry): Promise<Uint8Array> {
  const length = Math.min(entry.size, LONGEST_HEAD + 12);
  if (entry.method === 'stored') return zip.readRange(entry, 0, length);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of zip.chunks(entry)) {
    parts.push(chunk);
    if ((size += chunk.length) >= length) break;
  }
  return Buffer.concat(parts).subarray(0, length);
}

async function batch(zip: ZipArchive, entry: ZipEntry): Promise<Batch> {
  const where = `${zip.path}, array arr_0`;
  const { descr, fortranOrder, shape, dataOffset } = npyHeader(await head(zip, entry), where);
  const [n, height, width, channels] = shape;
  if (descr !== '|u1' || fortranOrder || shape.length !== 4 || channels !== 3)
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: 'must be N × H × W × 3 of uint8, rows first',
      received: `${shape.join(' × ') || 'one value'} of ${descr}${fortranOrder ? ', columns first' : ''}`,
      help: 'Save the images as numpy.savez(path, array) with a C-ordered uint8 array.',
    });
  if (n === 0)
    throw new SampleSizeError('EMPTY_FOLDER', {
      where,
      expected: 'must hold at least one image',
      received: '0',
    });
  if (height === 0 || width === 0)
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: 'images must be at least 1 × 1 pixels',
      received: `${height} × ${width}`,
    });
  const size = dataOffset + n! * height! * width! * 3;
  if (entry.size !== size)
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: `must be ${size} bytes for its shape`,
      received: `${entry.size}`,
      help: 'Write the file again.',
    });
  new ReadBudget(where, zip.fileSize).spend(STEPS_PER_IMAGE * n!);
  return { n: n!, height: height!, width: width!, dataOffset };
}

/**
 * The images of an ADM sample batch (`arr_0`: N × H × W × 3 uint8) in an open `.npz`, named by their zero-padded index;
 * closing the set closes the archive.
 *
 * numpy.savez stores the array as it is, and each image is read by its place. numpy.savez_compressed makes one stream of
 * it: images are read from it in bounded memory, at full speed in order; going back begins the stream again.
 *
 * @throws InputError UNREADABLE_FILE if the array has another shape, type or order, or is cut off
 */
export async function admBatch(zip: ZipArchive, entry: ZipEntry): Promise<ImageSet> {
  const { n, height, width, dataOffset } = await batch(zip, entry);
  const rowSize = height * width * 3;
  const row =
    entry.method === 'stored'
      ? (i: number) => zip.readRange(entry, dataOffset + i * rowSize, rowSize)
      : rowsInOrder({ open: () => zip.chunks(entry), skip: dataOffset, rowSize });
  const digits = String(n - 1).length;
  return {
    source: zip.path,
    kind: 'adm-npz',
    entries: Array.from({ length: n }, (_, i) => ({
      id: String(i).padStart(digits, '0'),
      load: async () => ({ kind: 'pixels', image: { width, height, data: await row(i) } }),
    })),
    close: () => zip.close(),
  };
}
