import { InputError } from '../../errors.js';
import { LONGEST_HEAD, type NpyHeader, npyHeader } from './npy.js';

/** Numbers of a `.npy` array, row-major whatever the file's order was. */
export interface NpyArray {
  /** () for a single number */
  readonly shape: readonly number[];
  /** float32 where that holds every value of the file's type, else float64 */
  readonly data: Float32Array | Float64Array;
  /** numpy's name of the type in the file */
  readonly descr: string;
}

type Convert = (bytes: ArrayBuffer) => Float32Array | Float64Array;

/** An integer that float64 would round. */
class InexactInteger extends RangeError {
  constructor(
    readonly value: bigint,
    /** its place in the file */
    readonly at: number,
  ) {
    super();
  }
}

/** By kind and size; what is not here (complex numbers, long doubles) has no place in an embedding. */
const CONVERSIONS: Readonly<Record<string, Convert>> = {
  f4: (bytes) => new Float32Array(bytes),
  f8: (bytes) => new Float64Array(bytes),
  f2: (bytes) => Float32Array.from(new Uint16Array(bytes), halfFloat),
  i1: (bytes) => new Float32Array(new Int8Array(bytes)),
  u1: (bytes) => new Float32Array(new Uint8Array(bytes)),
  b1: (bytes) => new Float32Array(new Uint8Array(bytes)),
  i2: (bytes) => new Float32Array(new Int16Array(bytes)),
  u2: (bytes) => new Float32Array(new Uint16Array(bytes)),
  i4: (bytes) => new Float64Array(new Int32Array(bytes)),
  u4: (bytes) => new Float64Array(new Uint32Array(bytes)),
  i8: (bytes) => exactIntegers(new BigInt64Array(bytes)),
  u8: (bytes) => exactIntegers(new BigUint64Array(bytes)),
};

/**
 * A `.npy` array out of its bytes as they come; memory is the array's own size, twice for types other than
 * little-endian float32 and float64.
 *
 * @param size   of the whole file in bytes: checked against the shape before memory is taken
 * @param where  the file (and entry) as an error should name it
 * @throws InputError UNREADABLE_FILE as {@link npyHeader}, and if the file's size is not what its shape says, if its
 *   numbers are complex or wider than float64, or integers beyond ±2⁵³ that float64 would round, the first by row and column
 */
export async function npyArray(
  chunks: AsyncIterable<Uint8Array>,
  { size, where }: { readonly size: number; readonly where: string },
): Promise<NpyArray> {
  let head: Uint8Array = new Uint8Array(0);
  let header: NpyHeader | undefined;
  let data: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    if (header === undefined || data === undefined) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
      if (head.length < Math.min(size, LONGEST_HEAD + 12)) continue;
      header = npyHeader(head, where);
      data = memory(checkedSize(header, size, where), where);
      rest = head.subarray(header.dataOffset);
    }
    if (filled + rest.length > data.length) throw sizeError(header, size, where); // it has grown meanwhile
    data.set(rest, filled);
    filled += rest.length;
  }
  if (header === undefined || data === undefined) {
    header = npyHeader(head, where); // says why not
    data = memory(checkedSize(header, size, where), where);
  }
  return converted(header, data.buffer, where);
}

/** Bytes of the data that the header promises, which must be those that follow it. */
export function checkedSize(header: NpyHeader, size: number, where: string): number {
  const { shape, itemSize, dataOffset } = header;
  const bytes = shape.reduce((product, side) => product * side, itemSize);
  if (dataOffset + bytes !== size) throw sizeError(header, size, where);
  return bytes;
}

function sizeError({ shape, itemSize, dataOffset }: NpyHeader, size: number, where: string): InputError {
  const bytes = shape.reduce((product, side) => product * side, itemSize);
  return new InputError('UNREADABLE_FILE', {
    where,
    expected: `must be ${dataOffset + bytes} bytes for its shape (${shape.join(', ')})`,
    received: `${size}`,
    help: 'Save the array again.',
  });
}

/** Numbers from the data of an array. */
export function converted(header: NpyHeader, bytes: ArrayBuffer, where: string): NpyArray {
  const { descr, shape, fortranOrder } = header;
  const kind = `${/[a-z?]/.exec(descr)?.[0]}`.replace('?', 'b') + header.itemSize;
  const convert = CONVERSIONS[kind];
  if (convert === undefined)
    throw new InputError('UNREADABLE_FILE', {
      where,
      expected: 'must hold real numbers of at most 64 bits',
      received: `values of type ${descr}`,
      help: 'Save it as float32, for example array.astype("float32").',
    });
  if (descr.startsWith('>')) swapBytes(bytes, header.itemSize);
  try {
    const values = convert(bytes);
    return { shape, descr, data: fortranOrder ? rowMajor(values, shape) : values };
  } catch (error) {
    if (!(error instanceof InexactInteger)) throw tooLarge(bytes.byteLength, where, error);
    throw new InputError(
      'UNREADABLE_FILE',
      {
        where,
        expected: 'integers must be such that float64 holds them exactly, as it does all up to 2^53',
        received: `${error.value} in ${placeText(error.at, header)}`,
        help: 'Save it as float64 to have them rounded, for example array.astype("float64"), or divide them first.',
      },
      { cause: error },
    );
  }
}

/** `row 1, column 2 (counted from 0)`: where a value of the file stands. */
function placeText(at: number, { shape, fortranOrder }: NpyHeader): string {
  const index = shape.map(() => 0);
  const axes = [...shape.keys()];
  for (const axis of fortranOrder ? axes : axes.reverse()) {
    index[axis] = at % shape[axis]!;
    at = Math.floor(at / shape[axis]!);
  }
  const text =
    index.length === 2 ? `row ${index[0]}, column ${index[1]}` : `the element at (${index.join(', ')})`;
  return `${text} (counted from 0)`;
}

function memory(bytes: number, where: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    throw tooLarge(bytes, where, error);
  }
}

function tooLarge(bytes: number, where: string, cause: unknown): InputError {
  return new InputError(
    'UNREADABLE_FILE',
    {
      where,
      expected: 'must fit in memory',
      received: `${bytes} bytes`,
      help: 'Split the file, or score its statistics (steadfid stats) instead.',
    },
    { cause },
  );
}

function swapBytes(bytes: ArrayBuffer, itemSize: number): void {
  const buffer = Buffer.from(bytes);
  if (itemSize === 2) buffer.swap16();
  if (itemSize === 4) buffer.swap32();
  if (itemSize === 8) buffer.swap64();
}

function exactIntegers(values: BigInt64Array | BigUint64Array): Float64Array {
  return Float64Array.from(values as ArrayLike<bigint> & Iterable<bigint>, (value, at) => {
    const number = Number(value);
    if (BigInt(number) !== value) throw new InexactInteger(value, at);
    return number;
  });
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** From first axis fastest to last axis fastest. */
function rowMajor<Values extends Float32Array | Float64Array>(
  values: Values,
  shape: readonly number[],
): Values {
  const result = values.slice() as Values;
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < values.length; i++) {
    let position = 0; // of `index` in the file
    for (let axis = shape.length - 1; axis >= 0; axis--) position = position * shape[axis]! + index[axis]!;
    result[i] = values[position]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return result;
}
