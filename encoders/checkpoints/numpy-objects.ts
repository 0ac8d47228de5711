import type { PickleClass, PickleFailure, PickleReading } from './pickle-rules.js';
import { elementCount, gatheredBytes, MOST_AXES } from './strided-view.js';
import { TENSOR_DTYPES, type TensorDtype } from './tensor-dtype.js';

const DTYPES: Readonly<Record<string, TensorDtype>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i8: 'int64',
  i4: 'int32',
  i2: 'int16',
  i1: 'int8',
  u1: 'uint8',
  b1: 'bool',
};

/** numpy's type of an array's elements. */
class NumpyDtype {
  order: 'little' | 'big' = 'little';

  constructor(readonly dtype: TensorDtype) {}
}

interface Contents {
  readonly dtype: TensorDtype;
  readonly order: NumpyDtype['order'];
  readonly shape: readonly number[];
  readonly layout: 'rows first' | 'columns first';
  readonly bytes: Uint8Array;
}

/** A numpy array that a pickle holds whole; empty until its state is set. */
export class NumpyArray {
  #contents: Contents | undefined;

  get contents(): Contents | undefined {
    return this.#contents;
  }

  /** Sets what the array holds, checked against its shape. */
  fill(contents: Contents, { fail, spend }: PickleReading): void {
    const { shape, dtype, bytes } = contents;
    spend(bytes.length);
    if (elementCount(shape) * TENSOR_DTYPES[dtype] !== bytes.length)
      fail(`has an array of ${bytes.length} bytes for its shape (${shape.join(', ')})`);
    this.#contents = contents;
  }

  /** Elements row-major and little-endian, in memory of their own. */
  get bytes(): Uint8Array {
    const { shape, dtype, bytes, layout, order } = this.#contents!;
    const size = TENSOR_DTYPES[dtype];
    const ordered =
      layout === 'rows first'
        ? new Uint8Array(bytes)
        : gatheredBytes(bytes, { offset: 0, shape, stride: columnStrides(shape) }, size);
    const buffer = Buffer.from(ordered.buffer, ordered.byteOffset, ordered.byteLength);
    if (order === 'big' && size === 2) buffer.swap16();
    if (order === 'big' && size === 4) buffer.swap32();
    if (order === 'big' && size === 8) buffer.swap64();
    return ordered;
  }
}

function columnStrides(shape: readonly number[]): number[] {
  let step = 1;
  return shape.map((side) => {
    const stride = step;
    step *= side;
    return stride;
  });
}

function isShape(value: unknown): value is number[] {
  const isCount = (side: unknown) => typeof side === 'number' && Number.isSafeInteger(side) && side >= 0;
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isCount);
}

/** numpy.dtype('f8', False, True); its byte order follows as state. */
function dtype([text]: readonly unknown[], { fail }: PickleReading): NumpyDtype {
  const found = typeof text === 'string' && Object.hasOwn(DTYPES, text) ? DTYPES[text] : undefined;
  return found === undefined
    ? fail(`has an array of type ${typeof text === 'string' ? text.slice(0, 20) : 'unknown'}`)
    : new NumpyDtype(found);
}

function contentsOf(
  [shape, type, bytes, layout]: readonly [unknown, unknown, unknown, Contents['layout']],
  fail: PickleFailure,
): Contents {
  if (!(type instanceof NumpyDtype)) return fail('has an array without a type');
  if (!isShape(shape)) return fail('has an array whose shape is no list of counts');
  if (!(bytes instanceof Uint8Array)) return fail('has an array without bytes');
  return { dtype: type.dtype, order: type.order, shape, bytes, layout };
}

/** `_reconstruct(ndarray, (0,), b'b')` makes an empty one, whose state is (version, shape, dtype, columns first, bytes). */
const RECONSTRUCT: Omit<PickleClass, 'name'> = {
  make: () => new NumpyArray(),
  build(object, state, reading) {
    if (!Array.isArray(state) || state.length !== 5)
      return reading.fail('has an array whose state is not known');
    const [, shape, type, isFortran, bytes] = state as unknown[];
    const layout = isFortran === true || isFortran === 1 ? 'columns first' : 'rows first';
    (object as NumpyArray).fill(contentsOf([shape, type, bytes, layout], reading.fail), reading);
  },
};

/** `_frombuffer(bytes, dtype, shape, 'C')`, of pickles of protocol 5. */
const FROM_BUFFER: Omit<PickleClass, 'name'> = {
  make([bytes, type, shape, order], reading) {
    const array = new NumpyArray();
    const layout = order === 'F' ? 'columns first' : 'rows first';
    array.fill(contentsOf([shape, type, bytes, layout], reading.fail), reading);
    return array;
  },
};

/** `scalar(dtype, bytes)` */
const SCALAR: Omit<PickleClass, 'name'> = {
  make([type, bytes], reading) {
    const array = new NumpyArray();
    array.fill(contentsOf([[], type, bytes, 'rows first'], reading.fail), reading);
    return array;
  },
};

/** `_codecs.encode(text, 'latin1')`: how protocols before 3 write bytes. */
function encoded([text, encoding]: readonly unknown[], { fail, spend }: PickleReading): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1') return fail('encodes what is no text of bytes');
  spend(text.length);
  const bytes = Buffer.from(text, 'latin1');
  return bytes.toString('latin1') === text ? bytes : fail('encodes what is no text of bytes');
}

/** What numpy's pickles may name: arrays, their types, and numbers alone. Arrays of objects have no type here. */
export const NUMPY_CLASSES: ReadonlyMap<string, PickleClass> = new Map(
  [
    ...['numpy.core', 'numpy._core'].flatMap((module) => [
      { name: `${module}.multiarray._reconstruct`, ...RECONSTRUCT },
      { name: `${module}.numeric._frombuffer`, ...FROM_BUFFER },
      { name: `${module}.multiarray.scalar`, ...SCALAR },
    ]),
    { name: 'numpy.ndarray', make: () => null },
    {
      name: 'numpy.dtype',
      make: dtype,
      build(object: unknown, state: unknown) {
        if (object instanceof NumpyDtype && Array.isArray(state) && state[1] === '>') object.order = 'big';
      },
    },
    { name: '_codecs.encode', make: encoded },
  ].map((allowed: PickleClass) => [allowed.name, allowed]),
);
