import { defined } from '../../defined.js';
import { InputError, SampleSizeError } from '../../errors.js';
import type { NpyHeader } from '../files/npy.js';
import { converted } from '../files/npy-array.js';
import { ReadBudget } from '../files/read-budget.js';
import type { Image } from './image.js';
import type { ImageEntry } from './image-set.js';
import { rowsInOrder } from './rows-in-order.js';
import type { ImageRange } from './source-options.js';

/** An image is an entry of its own, however small. */
const STEPS_PER_IMAGE = 64;

/** How the values of an array of images lie in its file. */
interface Layout {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly order: 'channels first' | 'channels last';
}

/** The bytes of an array: all that is stored, by range, or as a stream that can be begun again. */
export type ArrayBytes =
  | { readonly kind: 'ranges'; read(start: number, length: number): Promise<Uint8Array> }
  | { readonly kind: 'stream'; open(): AsyncIterable<Uint8Array> };

/** An array of images in a file. */
export interface ImageArray {
  /** the file and array, as errors name them */
  readonly where: string;
  readonly header: Pick<NpyHeader, 'shape' | 'descr' | 'fortranOrder' | 'itemSize' | 'dataOffset'>;
  /** of the array with its head; undefined where a stream ends where it ends */
  readonly size: number | undefined;
  /** of the file on the disk */
  readonly fileSize: number;
  readonly bytes: ArrayBytes;
}

/** Images of an array, and what must be closed before the file is. */
export interface OpenImageArray {
  readonly entries: readonly ImageEntry[];
  close(): Promise<void>;
}

function unreadable(where: string, expected: string, received: string, help?: string): InputError {
  return new InputError('UNREADABLE_FILE', {
    where,
    expected,
    received,
    ...defined({ help }),
  });
}

/** N × H × W is gray; of four axes the last is the channels' where it can be, as TensorFlow and numpy have it, else the second. */
function layoutOf(shape: readonly number[]): Layout | undefined {
  const [n, a, b, c] = shape;
  if (n === undefined || a === undefined || b === undefined) return undefined;
  if (shape.length === 3) return { n, height: a, width: b, channels: 1, order: 'channels last' };
  if (shape.length !== 4 || c === undefined) return undefined;
  if (c === 3 || c === 1) return { n, height: a, width: b, channels: c, order: 'channels last' };
  if (a === 3 || a === 1) return { n, height: b, width: c, channels: a, order: 'channels first' };
  return undefined;
}

function checkedLayout({ where, header, size, fileSize }: ImageArray, range: ImageRange | undefined): Layout {
  const { shape, descr, fortranOrder, itemSize, dataOffset } = header;
  const found = `${shape.join(' × ') || 'one value'} of ${descr}${fortranOrder ? ', columns first' : ''}`;
  const layout = layoutOf(shape);
  if (layout === undefined || fortranOrder || !/^(\|u1|[<>]f[248])$/.test(descr))
    throw unreadable(
      where,
      'must be N × H × W × 3 or N × 3 × H × W of uint8 or floats, rows first',
      found,
      'Save the images as numpy.savez(path, array) with a C-ordered uint8 array.',
    );
  const { n, height, width, channels } = layout;
  if (descr !== '|u1' && range === undefined)
    throw unreadable(
      where,
      'images of floats need to be told their range',
      found,
      'Pass --image-range 0..1 or -1..1, for one set of several as generated=0..1, or save uint8.',
    );
  if (n === 0)
    throw new SampleSizeError('EMPTY_FOLDER', {
      where,
      expected: 'must hold at least one image',
      received: '0',
    });
  if (height === 0 || width === 0)
    throw unreadable(where, 'images must be at least 1 × 1 pixels', `${height} × ${width}`);
  const bytes = dataOffset + n * height * width * channels * itemSize;
  if (size !== undefined && size !== bytes)
    throw unreadable(where, `must be ${bytes} bytes for its shape`, `${size}`, 'Write the file again.');
  new ReadBudget(where, fileSize).spend(STEPS_PER_IMAGE * n);
  return layout;
}

/** Where bytes of an image lie in a row of the array, for values that are bytes already. */
function rgb(values: Uint8Array, { height, width, channels, order }: Layout): Image {
  if (channels === 3 && order === 'channels last') return { width, height, data: values };
  const pixels = height * width;
  const data = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < 3; c++) data[3 * i + c] = values[channels === 1 ? i : c * pixels + i]!;
  return { width, height, data };
}

/** Floats as 8 bits, rounded to nearest, a half upward, as torchvision's save_image does. */
function eightBits(
  values: Float32Array | Float64Array,
  range: ImageRange,
  { where, id }: { readonly where: string; readonly id: string },
): Uint8Array {
  const low = range === '0..1' ? 0 : -1;
  return Uint8Array.from(values, (value, i) => {
    if (!(value >= low && value <= 1))
      throw new InputError('UNREADABLE_IMAGE', {
        where: `${where}, image ${id}`,
        expected: `values must lie in ${range}`,
        received: `${value} (value ${i} of the image, counted from 0)`,
        help: 'Give the range that the values have, or clip them first.',
      });
    const share = low === 0 ? value : (value + 1) / 2;
    return Math.floor(255 * share + 0.5);
  });
}

/**
 * The images of an array (N × H × W × 3 or N × 3 × H × W; one channel or none is gray) of uint8, or of floats whose range is given,
 * named by their zero-padded index. Rows that are stored as they are are read by their place; a compressed array is one stream: images are
 * read from it in bounded memory, at full speed in order; going back begins the stream again.
 *
 * @throws InputError UNREADABLE_FILE if the array has another shape, type or order, is cut off, or has floats without a range;
 *   loading throws UNREADABLE_IMAGE for a float outside its range
 */
export function arrayImages(array: ImageArray, range: ImageRange | undefined): OpenImageArray {
  const layout = checkedLayout(array, range);
  const { where, header, bytes } = array;
  const { n, height, width, channels } = layout;
  const rowSize = height * width * channels * header.itemSize;
  const rows =
    bytes.kind === 'ranges'
      ? { at: (i: number) => bytes.read(header.dataOffset + i * rowSize, rowSize), close: async () => {} }
      : rowsInOrder({ open: bytes.open, skip: header.dataOffset, rowSize });
  async function pixels(i: number, id: string): Promise<Image> {
    const stored = await rows.at(i);
    if (header.descr === '|u1') return rgb(stored, layout);
    const copy = new Uint8Array(stored).buffer;
    const { data } = converted({ ...header, shape: [rowSize / header.itemSize] }, copy, where);
    return rgb(eightBits(data, range!, { where, id }), layout);
  }
  const digits = String(n - 1).length;
  const entries = Array.from({ length: n }, (_, i): ImageEntry => {
    const id = String(i).padStart(digits, '0');
    return { id, load: async () => ({ kind: 'pixels', image: await pixels(i, id) }) };
  });
  return { entries, close: rows.close };
}
