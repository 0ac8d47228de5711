import { NumericalError, ShapeError } from '../errors.js';

/** n vectors of length d, one a row, row-major: vector i is `data[i·d … (i + 1)·d)`. */
export interface Rows {
  readonly n: number;
  readonly d: number;
  readonly data: Float32Array | Float64Array;
}

/**
 * Rows over existing storage, checked once where the data enter.
 *
 * @param name  what the caller calls these rows, for the error
 * @throws ShapeError SHAPE_MISMATCH unless `data` is a Float32Array or Float64Array of n × d values, n and d whole numbers
 * @throws NumericalError NOT_FINITE naming the first row and column that is NaN or infinite
 */
export function rows(
  data: Float32Array | Float64Array,
  { n, d, name }: { readonly n: number; readonly d: number; readonly name: string },
): Rows {
  const isTyped = /Float(32|64)Array/.test(kindOf(data));
  if (!isTyped || !Number.isInteger(n) || !Number.isInteger(d) || n < 0 || d < 0) {
    throw noRows(name, `n ${String(n)}, d ${String(d)}, data ${kindOf(data)}`);
  }
  if (data.length !== n * d) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: name,
      expected: `must hold n × d = ${n} × ${d} = ${n * d} values`,
      received: String(data.length),
    });
  }
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      throw new NumericalError('NOT_FINITE', {
        where: name,
        expected: 'every value must be finite',
        received: `${data[i]} in row ${Math.floor(i / d)}, column ${i % d} (counted from 0)`,
        help: 'Encode the images again, or leave that row out on purpose.',
      });
    }
  }
  return { n, d, data };
}

/** What a value is: `undefined`, `Array`, `Float32Array`, `Object`, … */
function kindOf(value: unknown): string {
  return value === undefined
    ? 'undefined'
    : Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function noRows(name: string, received: string): ShapeError {
  return new ShapeError('SHAPE_MISMATCH', {
    where: name,
    expected: 'must be { n, d, data }, data a Float32Array or Float64Array of n rows of d values',
    received,
  });
}

/**
 * Rows as a caller gave them, who may have no type checker.
 *
 * @param name  what the caller calls these rows, for the error
 * @throws what `rows` does
 */
export function givenRows(vectors: Rows, name: string): Rows {
  const given: unknown = vectors;
  if (typeof given !== 'object' || given === null || Array.isArray(given) || ArrayBuffer.isView(given))
    throw noRows(name, kindOf(given));
  return rows(vectors.data, { n: vectors.n, d: vectors.d, name });
}

/**
 * Sets of rows as a caller gave them, by their names.
 *
 * @param where  the function that they were given to
 * @throws ShapeError SHAPE_MISMATCH unless each is there, with vectors of one length; what `givenRows` throws
 */
export function givenSets<Name extends string>(
  sets: Readonly<Record<Name, Rows>>,
  names: readonly Name[],
  where: string,
): Readonly<Record<Name, Rows>> {
  const given: unknown = sets;
  if (typeof given !== 'object' || given === null || !names.some((name) => name in given)) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where,
      expected: `must be given one object { ${names.join(', ')} } of sets of rows`,
      received:
        given !== null && typeof given === 'object' ? `{ ${Object.keys(given).join(', ')} }` : kindOf(given),
    });
  }
  const checked = names.map((name) => [name, givenRows(sets[name], `${where}: ${name}`)] as const);
  const lengths = checked.map(([, { d }]) => d);
  if (lengths.some((d) => d !== lengths[0])) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where,
      expected: `${names.length === 2 ? 'both' : 'all'} sets must have vectors of one length`,
      received: `${lengths.slice(0, -1).join(', ')} and ${lengths.at(-1)}`,
      help: `Encode ${names.length === 2 ? 'both' : 'all'} by one network.`,
    });
  }
  return Object.fromEntries(checked) as Record<Name, Rows>;
}

/**
 * The power of two at or just below a magnitude: dividing by it rounds nothing.
 *
 * @returns 1 for a magnitude of 0
 * @example
 * binaryScale(12); // 8
 */
export function binaryScale(magnitude: number): number {
  return magnitude === 0 ? 1 : 2 ** Math.min(1023, Math.floor(Math.log2(magnitude))); // log2 of the largest rounds up
}

/**
 * The rows at the given indices, in the given order, copied.
 *
 * @param indices  indices in 0 … n − 1
 * @returns (indices, d)
 */
export function selectRows(vectors: Rows, indices: ArrayLike<number>): Rows {
  const { d, data } = vectors;
  const Kind = data.constructor as Float32ArrayConstructor | Float64ArrayConstructor;
  const selected = new Kind(indices.length * d);
  for (let i = 0; i < indices.length; i++) {
    selected.set(data.subarray(indices[i]! * d, (indices[i]! + 1) * d), i * d);
  }
  return { n: indices.length, d, data: selected };
}

/** Rows `start … end − 1`, sharing storage. */
export function rowRange(vectors: Rows, start: number, end: number): Rows {
  const { d, data } = vectors;
  return { n: end - start, d, data: data.subarray(start * d, end * d) };
}

/** Columns as rows, in float64. */
export function transposed({ n, d, data }: Rows): Rows & { readonly data: Float64Array } {
  const columns = new Float64Array(n * d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) columns[j * n + i] = data[i * d + j]!;
  return { n: d, d: n, data: columns };
}

/**
 * Rows divided by their lengths, in float64. Each is first scaled by a power of two, so that no square overflows or vanishes.
 *
 * @param name  what the caller calls these rows, for the error
 * @throws NumericalError NOT_FINITE naming a row of zeros, which has no direction
 */
export function unitRows({ n, d, data }: Rows, name: string): Rows {
  const unit = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const from = i * d;
    let largest = 0;
    for (let j = 0; j < d; j++) {
      const size = Math.abs(data[from + j]!);
      if (size > largest) largest = size;
    }
    const scale = binaryScale(largest);
    let squares = 0;
    for (let j = 0; j < d; j++) {
      const value = data[from + j]! / scale;
      unit[from + j] = value;
      squares += value * value;
    }
    const length = Math.sqrt(squares);
    if (!(length > 0)) {
      throw new NumericalError('NOT_FINITE', {
        where: name,
        expected: 'every row must have a direction',
        received: `zeros alone in row ${i} (counted from 0)`,
        help: 'Encode the image again, or leave that row out on purpose.',
      });
    }
    for (let j = 0; j < d; j++) unit[from + j]! /= length;
  }
  return { n, d, data: unit };
}

/** The column of the largest value of row i, of equal ones the first: the class that logits predict. */
export function largestColumn({ d, data }: Rows, i: number): number {
  let best = 0;
  for (let j = 1; j < d; j++) if (data[i * d + j]! > data[i * d + best]!) best = j;
  return best;
}

/** Rows of one d after each other, in float32. */
export function joinedRows(parts: readonly Rows[]): Rows & { readonly data: Float32Array } {
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  const { d } = parts[0]!;
  const data = new Float32Array(n * d);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { n, d, data };
}
