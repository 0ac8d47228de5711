import { NumericalError, ShapeError } from '../errors.js';
import type { DenseKernels, MatrixLayout } from './kernels/kernel-module.js';
import { matrixLayout } from './kernels/kernel-module.js';
import { runKernel } from './kernels/kernel-team.js';
import { compensatedSum } from './mean-and-variance.js';
import { binaryScale } from './rows.js';
import type { MatrixShape } from './singular-values.js';
import { singularValues } from './singular-values.js';
import { checkedMagnitude, symmetricEigenvalues } from './symmetric-eigenvalues.js';
import { tridiagonalEigenvalues } from './tridiagonal.js';

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
  const magnitude = largestMagnitude(matrix, shape);
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
      load(memory, matrixLayout(kernels, job), { matrix, rows, columns, scale });
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
function loadRows(
  memory: Float64Array,
  layout: MatrixLayout,
  { matrix, rows, columns, scale }: Loaded,
): void {
  for (let j = 0; j < columns; j++) {
    let to = layout.matrix + (j >> 2) * layout.panel + (j & 3);
    for (let at = j; at < rows * columns; at += columns) {
      memory[to] = matrix[at]! / scale;
      to += 4;
    }
  }
}

/** The transpose: row j of the matrix is column j there. */
function loadColumns(
  memory: Float64Array,
  layout: MatrixLayout,
  { matrix, rows, columns, scale }: Loaded,
): void {
  for (let j = 0; j < rows; j++) {
    let to = layout.matrix + (j >> 2) * layout.panel + (j & 3);
    for (let at = j * columns; at < (j + 1) * columns; at++) {
      memory[to] = matrix[at]! / scale;
      to += 4;
    }
  }
}

function largestMagnitude(matrix: Float64Array, { rows, columns }: MatrixShape): number {
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

/**
 * Eigenvalues, ascending, of a symmetric matrix of any size: reduction to a band by products of blocks, to tridiagonal form by
 * chasing bulges, in WebAssembly with threads, then implicit QL. Each is within about ε·√d times the largest. The same bits on every
 * machine and for every number of threads.
 *
 * @param matrix  (d, d) row-major; its lower triangle is read; not changed
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE, DID_NOT_CONVERGE
 * @source Bischof, Lang & Sun 2000, ACM Trans. Math. Softw. 26:581–601 (successive band reduction)
 * @agreesWith scipy.linalg.eigvalsh at d = 16 … 512, to 1e-12 of the largest (test/reference/large-decompositions.json)
 */
export async function fastSymmetricEigenvalues(
  matrix: Float64Array,
  d: number,
  options: ThreadOptions = {},
): Promise<Float64Array> {
  const magnitude = checkedMagnitude(matrix, d, 'symmetricEigenvalues');
  if (d < SMALL || magnitude === 0) return symmetricEigenvalues(matrix, d);
  const scale = binaryScale(magnitude);
  const width = bandedWidth(d);
  const { diagonal, beside } = await runKernel({
    kernel: 'tridiagonalize',
    ...options,
    prepare: (kernels, threads) => kernels.prepared(width, width, threads, 0),
    load: (memory, kernels, job) => loadSymmetric(memory, matrixLayout(kernels, job), { matrix, d, scale }),
    read: (memory, kernels, job) => {
      // the rows of zeros that fill the band up stay at its end, unmixed
      const start = kernels.valuesAddress(job) / 8;
      return {
        diagonal: memory.slice(start, start + d),
        beside: memory.slice(start + width + 1, start + width + d),
      };
    },
  });
  tridiagonalEigenvalues(diagonal, beside);
  return diagonal.map((value) => value * scale).sort();
}

/** The lower triangle and its mirror image, four columns at a time. */
function loadSymmetric(
  memory: Float64Array,
  layout: MatrixLayout,
  { matrix, d, scale }: { readonly matrix: Float64Array; readonly d: number; readonly scale: number },
): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = matrix[i * d + j]! / scale;
      memory[layout.matrix + (j >> 2) * layout.panel + 4 * i + (j & 3)] = value;
      memory[layout.matrix + (i >> 2) * layout.panel + 4 * j + (i & 3)] = value;
    }
  }
}
