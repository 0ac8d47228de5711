import { WIDTH } from './job.as';
import { dot, dot4, head, reflect, subtractScaled, subtractScaled4 } from './vectors.as';

const ROW: usize = <usize>WIDTH << 3;

/**
 * Householder factorization of WIDTH vectors of length n, vector j at v + j·stride. Vector j becomes reflector j (zeros, 1 at j,
 * then the rest). `block` gets R, with R[i][j] of vector j; `triangle` T of Q = I − V·T·Vᵀ.
 */
export function factorized(v: usize, stride: usize, n: i32, block: usize, triangle: usize, scratch: usize): void {
  memory.fill(block, 0, ROW * WIDTH);
  memory.fill(triangle, 0, ROW * WIDTH);
  for (let j = 0; j < WIDTH; j++) {
    const offset = <usize>j << 3;
    const x = v + stride * j + offset;
    const length = n - j;
    const tau = reflect(x, length);
    store<f64>(block + ROW * j + offset, head);
    store<f64>(triangle + ROW * j + offset, tau);
    if (tau != 0) {
      applied(x, tau, v + offset, stride, j, length, scratch);
      column(x, tau, v + offset, stride, j, length, triangle, scratch);
    }
    for (let l = j + 1; l < WIDTH; l++) {
      const y = v + stride * l + offset;
      store<f64>(block + ROW * j + (<usize>l << 3), load<f64>(y));
      store<f64>(y, 0);
    }
  }
}

/** Reflector j on the vectors after it. */
function applied(x: usize, tau: f64, v: usize, stride: usize, j: i32, n: i32, scratch: usize): void {
  const q = f64x2.splat(tau);
  let l = j + 1;
  for (; l + 4 <= WIDTH; l += 4) {
    const y = v + stride * l;
    dot4(x, y, stride, n, scratch);
    v128.store(scratch, f64x2.mul(v128.load(scratch), q));
    v128.store(scratch, f64x2.mul(v128.load(scratch, 16), q), 16);
    subtractScaled4(y, stride, x, n, scratch);
  }
  for (; l < WIDTH; l++) {
    const y = v + stride * l;
    subtractScaled(y, x, n, tau * dot(x, y, n));
  }
}

/** Column j of T: −τ·T·(V[:, 0 … j − 1]ᵀ·v) */
function column(x: usize, tau: f64, v: usize, stride: usize, j: i32, n: i32, triangle: usize, scratch: usize): void {
  let i = 0;
  for (; i + 4 <= j; i += 4) dot4(x, v + stride * i, stride, n, scratch + (<usize>i << 3));
  for (; i < j; i++) store<f64>(scratch + (<usize>i << 3), dot(x, v + stride * i, n));
  for (i = 0; i < j; i++) {
    let sum: f64 = 0;
    for (let k = i; k < j; k++) {
      sum += load<f64>(triangle + ROW * i + (<usize>k << 3)) * load<f64>(scratch + (<usize>k << 3));
    }
    store<f64>(triangle + ROW * i + (<usize>j << 3), -tau * sum);
  }
}
