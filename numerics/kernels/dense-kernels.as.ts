import {
  columnTasks,
  factorColumns,
  factorRows,
  projectColumns,
  rowTasks,
  updateRows,
} from './bidiagonal-band.as';
import { chaseBidiagonal } from './bidiagonal-chase.as';
import { bidiagonalValues } from './bidiagonal-values.as';
import { Job, WIDTH, prepared } from './job.as';
import {
  Factorization,
  begin,
  eliminated,
  packRows,
  preparedFactorization,
  squeeze,
  updateLower,
  updateTasks,
} from './pivoted-cholesky.as';
import { multiplyRows, productTasks } from './product.as';
import {
  completeSymmetric,
  factorBelow,
  keepDiagonal,
  multiplySymmetric,
  symmetricTasks,
  updateSymmetric,
} from './tridiagonal-band.as';
import { chaseTridiagonal } from './tridiagonal-chase.as';
import { called, claimed, dismiss, finished, joined, opened } from './team.as';

export { prepared, preparedFactorization };

export function matrixAddress(job: Job): usize {
  return job.matrix;
}

export function panelBytes(job: Job): usize {
  return job.panel;
}

/** Address of the result: as many values as the matrix has columns. */
export function valuesAddress(job: Job): usize {
  return job.vectors;
}

const PROJECT_COLUMNS: i32 = 1;
const UPDATE_ROWS: i32 = 2;
const UPDATE_LOWER: i32 = 3;
const MULTIPLY_ROWS: i32 = 4;
const MULTIPLY_SYMMETRIC: i32 = 5;
const UPDATE_SYMMETRIC: i32 = 6;

function work(job: Job, thread: i32): void {
  while (true) {
    const task = claimed(job);
    if (task < 0) return;
    const operation = job.operation;
    const number = task - job.first;
    if (operation == PROJECT_COLUMNS) projectColumns(job, job.step, number, thread);
    else if (operation == UPDATE_ROWS) updateRows(job, job.step, number, thread);
    else if (operation == MULTIPLY_ROWS) multiplyRows(job, number);
    else if (operation == MULTIPLY_SYMMETRIC) multiplySymmetric(job, job.step, number, thread);
    else if (operation == UPDATE_SYMMETRIC) updateSymmetric(job, job.step, number);
    else updateLower(changetype<Factorization>(changetype<usize>(job)), number);
    finished(job);
  }
}

function phase(job: Job, operation: i32, step: i32, count: i32): void {
  opened(job, operation, step, count);
  work(job, 0);
  joined(job);
}

/** What every thread but the leader runs, until the job is over. */
export function help(job: Job, thread: i32): void {
  while (called(job)) work(job, thread);
}

export function rowOperandAddress(job: Job): usize {
  return job.rowOperand;
}

export function columnOperandAddress(job: Job): usize {
  return job.columnOperand;
}

export function setTriangular(job: Job, triangular: i32): void {
  job.triangular = triangular;
}

/** The leader's part: the singular values of the product of the operands. */
export function productSingularValues(job: Job): bool {
  phase(job, MULTIPLY_ROWS, 0, productTasks(job));
  return singularValues(job);
}

/** The leader's part: the singular values, unsorted and with signs. False if one was not found. */
export function singularValues(job: Job): bool {
  for (let c = 0; c < job.columns; c += WIDTH) {
    factorColumns(job, c);
    if (c + WIDTH >= job.columns) break;
    phase(job, PROJECT_COLUMNS, c, columnTasks(job, c));
    factorRows(job, c);
    phase(job, UPDATE_ROWS, c, rowTasks(job, c));
  }
  dismiss(job);
  chaseBidiagonal(job);
  let from = job.band + (<usize>WIDTH << 3);
  for (let i = 0; i < job.columns; i++) {
    store<f64>(job.vectors + (<usize>i << 3), load<f64>(from));
    store<f64>(job.others + (<usize>i << 3), load<f64>(from, 8));
    from += job.bandBytes;
  }
  return bidiagonalValues(job.vectors, job.others, job.columns);
}

export function factorAddress(job: Factorization): usize {
  return job.output;
}

export function pivotsAddress(job: Factorization): usize {
  return job.pivots;
}

export function rank(job: Factorization): i32 {
  return job.rank;
}

/** Feature whose variance turned out negative, or −1. */
export function negativeFeature(job: Factorization): i32 {
  return job.negative;
}

/** The leader's part: F with FᵀF the matrix, row after row. False if the matrix is not positive semi-definite. */
export function choleskyFactor(job: Factorization): bool {
  begin(job, f64.EPSILON * job.rows, 1e-6);
  while (eliminated(job)) {
    packRows(job);
    phase(job, UPDATE_LOWER, 0, updateTasks(job));
    squeeze(job);
  }
  dismiss(job);
  return job.negative < 0;
}

/**
 * The leader's part: a symmetric matrix, of which the diagonal tiles and those below must be right and those above their mirror image, to
 * tridiagonal form. The diagonal stands where the values do, what is beside it behind that.
 */
export function tridiagonalize(job: Job): bool {
  for (let c = 0; c < job.columns; c += WIDTH) {
    keepDiagonal(job, c);
    if (c + WIDTH >= job.columns) break;
    factorBelow(job, c);
    phase(job, MULTIPLY_SYMMETRIC, c, symmetricTasks(job, c));
    completeSymmetric(job, c);
    phase(job, UPDATE_SYMMETRIC, c, symmetricTasks(job, c));
  }
  dismiss(job);
  chaseTridiagonal(job);
  let from = job.band + (<usize>(2 * WIDTH) << 3);
  for (let i = 0; i < job.columns; i++) {
    store<f64>(job.vectors + (<usize>i << 3), load<f64>(from));
    store<f64>(job.vectors + (<usize>(job.columns + i) << 3), load<f64>(from - 8));
    from += job.bandBytes;
  }
  return true;
}
