import { NumericalError, ShapeError } from '../../errors.js';
import { binaryScale } from './binary-scale.js';
import { compensatedSum } from './compensated-sum.js';
import { type MatrixShape, singularValues } from './singular-values.js';
import { type DenseKernels, type MatrixPlace, matrixPlace } from './workers/kernel-module.js';
import { runKernel } from './workers/kernel-team.js';

/** How many threads share the work; the result does not depend on it. */
export interface ThreadOptions {
  /** default: one for each core */
  readonly threads?: number;
}

/** Below this many rows and columns, starting threads costs more than it saves. */
const SMALL = 96;
/** columns are reduced in bands of this width */
const BAND = 32;

/**
 * Singular values, ascending, for matrices of any size: reduction to a band by products of blocks, to a bidiagonal by
 * chasing bulges, then implicit QR, in WebAssembly with threads. Each is within about ε·√d times the largest, the smallest too. The
 * same bits on every machine and for every number of threads.
 *
 * @param matrix  (rows, columns) row-major; not changed
 * @returns (min(rows, columns))
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE, DID_NOT_CONVERGE
 * @source Großer & Lang 1999, Parallel Computing 25:969–986 (band, then bidiagonal); Golub & Kahan 1965
 * @agreesWith scipy.linalg.svdvals at d = 16 … 512, to 1e-12 of the largest (test/reference/large-decompositions.json)
 * @example
 * (await fastSingularValues(Float64Array.of(3, 0, 0, -4), { rows: 2, columns: 2 })).join(' '); // 3 4
 */
export async function fastSingularValues(
  matrix: Float64Array,
  shape: MatrixShape,
  options: ThreadOptions = {},
): Promise<Float64Array> {
  const { rows, columns } = shape;
  const magnitude = checkedMagnitude(matrix, shape);
  const count = Math.min(rows, columns);
  if (magnitude === 0) return new Float64Array(count);
  if (count < SMALL) return singularValues(matrix, shape);
  const scale = binaryScale(magnitude);
  const width = bandedWidth(count);
  const height = Math.ceil(Math.max(rows, columns) / 4) * 4;
  return runKernel({
    kernel: 'singularValues',
    ...options,
    prepare: (kernels, threads) => kernels.prepared(Math.max(height, width), width, threads, 0),
    load: (memory, kernels, job) => {
      const load = rows >= columns ? loadRows : loadColumns;
      load(memory, matrixPlace(kernels, job), { matrix, rows, columns, scale });
    },
    read: foundValues(count, scale),
    failed: () => notConverged('fastSingularValues'),
  });
}

/** Takes the values out, ascending: the columns that fill the band up gave zeros, which come first. */
export function foundValues(count: number, scale: number) {
  return (memory: Float64Array, kernels: DenseKernels, job: number): Float64Array => {
    const start = kernels.valuesAddress(job) / 8;
    const width = bandedWidth(count);
    return memory
      .slice(start, start + width)
      .map((value) => Math.abs(value))
      .sort()
      .subarray(width - count)
      .map((value) => value * scale);
  };
}

/** A number of columns filled up to whole bands. */
export function bandedWidth(columns: number): number {
  return Math.ceil(columns / BAND) * BAND;
}

export function notConverged(where: string): NumericalError {
  return new NumericalError('DID_NOT_CONVERGE', {
    where,
    expected: 'every singular value must be found within 60 sweeps',
    received: 'none for one of them',
  });
}

/**
 * Nuclear norm, the sum of the singular values, of a matrix of any size.
 *
 * @example
 * await fastNuclearNorm(Float64Array.of(3, 0, 0, -4), { rows: 2, columns: 2 }); // 7
 */
export async function fastNuclearNorm(
  matrix: Float64Array,
  shape: MatrixShape,
  options: ThreadOptions = {},
): Promise<number> {
  return compensatedSum(await fastSingularValues(matrix, shape, options));
}

interface Loaded extends MatrixShape {
  readonly matrix: Float64Array;
  readonly scale: number;
}

/** Panel by panel, four columns of a row at a time. */
function loadRows(memory: Float64Array, place: MatrixPlace, { matrix, rows, columns, scale }: Loaded): void {
  for (let j = 0; j < columns; j++) {
    let to = place.matrix + (j >> 2) * place.panel + (j & 3);
    for (let at = j; at < rows * columns; at += columns) {
      memory[to] = matrix[at]! / scale;
      to += 4;
    }
  }
}

/** The transpose: row j of the matrix is column j there. */
function loadColumns(
  memory: Float64Array,
  place: MatrixPlace,
  { matrix, rows, columns, scale }: Loaded,
): void {
  for (let j = 0; j < rows; j++) {
    let to = place.matrix + (j >> 2) * place.panel + (j & 3);
    for (let at = j * columns; at < (j + 1) * columns; at++) {
      memory[to] = matrix[at]! / scale;
      to += 4;
    }
  }
}

function checkedMagnitude(matrix: Float64Array, { rows, columns }: MatrixShape): number {
  if (matrix.length !== rows * columns) {
    throw new ShapeError('SHAPE_MISMATCH', {
      where: 'fastSingularValues',
      expected: `must hold rows × columns = ${rows} × ${columns} = ${rows * columns} values`,
      received: String(matrix.length),
    });
  }
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) {
    const magnitude = Math.abs(matrix[i]!);
    if (!(magnitude < Number.POSITIVE_INFINITY)) {
      throw new NumericalError('NOT_FINITE', {
        where: 'fastSingularValues',
        expected: 'every value must be finite',
        received: `${matrix[i]} in row ${Math.floor(i / columns)}, column ${i % columns} (counted from 0)`,
      });
    }
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}
