import type { Rows } from '../../numerics/rows.js';
import type { MatrixShape } from '../../numerics/singular-values.js';

/** The kinds of test/reference/large-decompositions.py. */
export type MatrixKind = 'full' | 'tall' | 'wide' | 'graded' | 'duplicated' | 'dead';

export interface FormulaMatrix extends MatrixShape {
  /** row-major */
  readonly data: Float64Array;
}

function entry(i: number, j: number): number {
  return ((37 * i + 101 * j + 13 * i * j + 5 * i * i) % 1021) / 1024 - 0.5;
}

/** Rows `start … start + n − 1` of the formula, as vectors of length d. */
export function formulaRows({
  start,
  n,
  d,
}: {
  readonly start: number;
  readonly n: number;
  readonly d: number;
}): Rows {
  return {
    n,
    d,
    data: Float64Array.from({ length: n * d }, (_, at) => entry(start + Math.floor(at / d), at % d)),
  };
}

/** The same matrix as the Python script makes, to the last bit. */
export function formulaMatrix(kind: MatrixKind, d: number): FormulaMatrix {
  const rows = kind === 'wide' ? d / 2 : d;
  const columns = kind === 'tall' ? d / 2 : d;
  const data = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = entry(kind === 'duplicated' ? i % (d / 4) : i, j);
      const graded = kind === 'graded' ? 2 ** -Math.floor((60 * j) / d) : 1;
      data[i * columns + j] = kind === 'dead' && j % 3 === 0 ? 0 : value * graded;
    }
  }
  return { rows, columns, data };
}

/** A + Aᵀ, or AᵀA/d, as the Python script makes them. */
export function symmetricFormula(kind: MatrixKind | 'indefinite', d: number): Float64Array {
  const { data } = formulaMatrix(kind === 'indefinite' ? 'full' : kind, d);
  return Float64Array.from({ length: d * d }, (_, at) => {
    const [i, j] = [Math.floor(at / d), at % d];
    if (kind === 'indefinite') return data[i * d + j]! + data[j * d + i]!;
    let sum = 0;
    for (let k = 0; k < d; k++) sum += data[k * d + i]! * data[k * d + j]!;
    return sum / d;
  });
}
