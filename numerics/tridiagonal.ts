import { NumericalError } from '../errors.js';

/** A symmetric tridiagonal matrix T, and the reflectors that made it: A = Q·T·Qᵀ. */
export interface Tridiagonal {
  /** (d) */
  readonly diagonal: Float64Array;
  /** (d − 1): entry i couples i and i + 1 */
  readonly offDiagonal: Float64Array;
  /** vector k acts on entries k + 1 … d − 1 and stands in row k of a (d, d) array; its scale is `tau[k]` */
  readonly reflectors: Float64Array;
  readonly tau: Float64Array;
}

/**
 * Householder reduction of a symmetric matrix to tridiagonal form, 4/3·d³ operations, reading its lower triangle.
 *
 * @param matrix  (d, d) row-major; not changed
 * @source Golub & Van Loan, Matrix Computations, 4th ed., algorithm 8.3.1
 */
export function tridiagonalize(matrix: Float64Array, d: number): Tridiagonal {
  const a = matrix.slice();
  const diagonal = new Float64Array(d);
  const offDiagonal = new Float64Array(Math.max(0, d - 1));
  const reflectors = new Float64Array(d * d);
  const tau = new Float64Array(d);
  const p = new Float64Array(d);
  for (let k = 0; k < d; k++) diagonal[k] = a[k * d + k]!;
  for (let k = 0; k < d - 1; k++) {
    diagonal[k] = a[k * d + k]!;
    const v = reflectors.subarray(k * d, (k + 1) * d);
    for (let i = k + 1; i < d; i++) v[i] = a[i * d + k]!;
    const reflection = reflect(v, k + 1);
    offDiagonal[k] = reflection.head;
    tau[k] = reflection.tau;
    if (reflection.tau !== 0) rankTwoUpdate(a, { d, from: k + 1, v, tau: reflection.tau, p });
    diagonal[k + 1] = a[(k + 1) * d + k + 1]!;
  }
  return { diagonal, offDiagonal, reflectors, tau };
}

/**
 * Turns `v[from …]` into the Householder vector (1 at `from`) of the reflection I − τ·v·vᵀ that maps it to (head, 0, …).
 */
export function reflect(v: Float64Array, from: number): { readonly head: number; readonly tau: number } {
  let tail = 0;
  for (let i = from + 1; i < v.length; i++) tail += v[i]! * v[i]!;
  const first = v[from]!;
  if (tail === 0) {
    v.fill(0, from);
    v[from] = 1;
    return { head: first, tau: 0 };
  }
  const norm = Math.sqrt(first * first + tail);
  const head = first > 0 ? -norm : norm;
  const scale = 1 / (first - head);
  for (let i = from + 1; i < v.length; i++) v[i]! *= scale;
  v[from] = 1;
  return { head, tau: (head - first) / head };
}

/** A ← (I − τvvᵀ)·A·(I − τvvᵀ) on the lower triangle of rows and columns from … d − 1. */
function rankTwoUpdate(
  a: Float64Array,
  {
    d,
    from,
    v,
    tau,
    p,
  }: {
    readonly d: number;
    readonly from: number;
    readonly v: Float64Array;
    readonly tau: number;
    readonly p: Float64Array;
  },
): void {
  p.fill(0, from);
  for (let i = from; i < d; i++) {
    const vi = v[i]!;
    let sum = a[i * d + i]! * vi;
    for (let j = from; j < i; j++) {
      const value = a[i * d + j]!;
      sum += value * v[j]!;
      p[j]! += value * vi;
    }
    p[i]! += sum;
  }
  let dot = 0;
  for (let i = from; i < d; i++) dot += p[i]! * v[i]!;
  const half = (tau * tau * dot) / 2;
  for (let i = from; i < d; i++) p[i] = tau * p[i]! - half * v[i]!;
  for (let i = from; i < d; i++) {
    const vi = v[i]!;
    const pi = p[i]!;
    for (let j = from; j <= i; j++) a[i * d + j]! -= vi * p[j]! + pi * v[j]!;
  }
}

/** Applied to neighbors i and i + 1 of whatever the eigenvectors are kept in. */
export type Rotation = (i: number, cosine: number, sine: number) => void;

/** More sweeps than any eigenvalue has been seen to need (two or three each). */
const MOST_SWEEPS = 60;

/**
 * Eigenvalues of a symmetric tridiagonal matrix by the implicitly shifted QL iteration, in place and unsorted. An
 * off-diagonal entry is taken for zero once it is below ε times the matrix's norm: an absolute tolerance, for a relative one
 * never lets a graded matrix (a covariance with dead features) converge.
 *
 * @param diagonal  becomes the eigenvalues, each to about ε times the largest
 * @param onRotation  called with each plane rotation, for eigenvectors
 * @throws NumericalError DID_NOT_CONVERGE after 60 sweeps for one eigenvalue
 * @source Golub & Van Loan, 4th ed., section 8.3.4; Dubrulle, Martin & Wilkinson 1968
 */
export function tridiagonalEigenvalues(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  onRotation?: Rotation,
): void {
  const d = diagonal.length;
  const e = new Float64Array(d);
  e.set(offDiagonal);
  let norm = 0;
  for (let i = 0; i < d; i++) norm = Math.max(norm, Math.abs(diagonal[i]!) + Math.abs(e[i]!));
  const negligible = Number.EPSILON * norm;
  for (let low = 0; low < d; low++) {
    for (let sweep = 0; ; sweep++) {
      let high = low;
      while (high < d - 1 && Math.abs(e[high]!) > negligible) high++;
      if (high === low) break;
      if (sweep === MOST_SWEEPS) {
        throw new NumericalError('DID_NOT_CONVERGE', {
          where: 'tridiagonalEigenvalues',
          expected: `every eigenvalue must be found within ${MOST_SWEEPS} sweeps`,
          received: `none for number ${low} of ${d}`,
        });
      }
      sweepQL(diagonal, e, { low, high, onRotation });
    }
  }
}

/** One implicit QL sweep over the unreduced block low … high, chasing the bulge upwards. */
function sweepQL(
  diagonal: Float64Array,
  e: Float64Array,
  {
    low,
    high,
    onRotation,
  }: { readonly low: number; readonly high: number; readonly onRotation: Rotation | undefined },
): void {
  const half = (diagonal[low + 1]! - diagonal[low]!) / (2 * e[low]!);
  const root = Math.hypot(half, 1);
  let g = diagonal[high]! - diagonal[low]! + e[low]! / (half + (half >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  for (let i = high - 1; i >= low; i--) {
    const f = sine * e[i]!;
    const b = cosine * e[i]!;
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      // the block has split on its own: take the shift back and start again
      diagonal[i + 1]! -= shift;
      e[high] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    const lifted = diagonal[i + 1]! - shift;
    const t = (diagonal[i]! - lifted) * sine + 2 * cosine * b;
    shift = sine * t;
    diagonal[i + 1] = lifted + shift;
    g = cosine * t - b;
    onRotation?.(i, cosine, sine);
  }
  diagonal[low]! -= shift;
  e[low] = g;
  e[high] = 0;
}
