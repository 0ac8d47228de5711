import { reflectColumns, reflectRows } from './bidiagonal-chase.as';
import { Job, WIDTH } from './job.as';
import { dot, head, reflect, subtractScaled } from './vectors.as';

// Symmetric band → tridiagonal: column i is reflected to one entry below the diagonal; the bulge that this makes is chased down, WIDTH rows
// at a time. Only its first column is removed; the rest is where the next column's chase expects it. The lower half is kept.

/** D ← (I − τvvᵀ)·D·(I − τvvᵀ) on the lower half of a symmetric block; w holds n values. */
function reflectSymmetric(a: usize, stride: usize, n: i32, v: usize, w: usize, tau: f64): void {
  memory.fill(w, 0, <usize>n << 3);
  let row = a;
  for (let k = 0; k < n; k++) {
    const at = <usize>k << 3;
    const vk = load<f64>(v + at);
    const sum = dot(row, v, k + 1);
    subtractScaled(w, row, k, -vk);
    store<f64>(w + at, load<f64>(w + at) + sum);
    row += stride;
  }
  const half = (tau * tau * dot(w, v, n)) / 2;
  for (let k = 0; k < n; k++) {
    const at = <usize>k << 3;
    store<f64>(w + at, tau * load<f64>(w + at) - half * load<f64>(v + at));
  }
  row = a;
  for (let k = 0; k < n; k++) {
    const at = <usize>k << 3;
    const vk = load<f64>(v + at);
    const wk = load<f64>(w + at);
    const vq = f64x2.splat(vk);
    const wq = f64x2.splat(wk);
    let o: usize = 0;
    let j = 0;
    for (; j + 2 <= k + 1; j += 2) {
      const change = f64x2.add(f64x2.mul(vq, v128.load(w + o)), f64x2.mul(wq, v128.load(v + o)));
      v128.store(row + o, f64x2.sub(v128.load(row + o), change));
      o += 16;
    }
    if (j <= k) store<f64>(row + o, load<f64>(row + o) - (vk * load<f64>(w + o) + wk * load<f64>(v + o)));
    row += stride;
  }
}

export function chaseTridiagonal(job: Job): void {
  const n = job.columns;
  const stride = job.bandBytes - 8; // the band as a dense matrix: one row down is one entry to the left
  const origin = job.band + (<usize>(2 * WIDTH) << 3);
  const v = job.scratch;
  const w = v + (<usize>WIDTH << 3);
  const scratch = w + (<usize>WIDTH << 3);
  for (let i = 0; i + 2 < n; i++) {
    let c = i;
    for (let r = i + 1; r + 1 < n; r += WIDTH) {
      const length = min(WIDTH, n - r);
      const corner = origin + stride * r + (<usize>c << 3);
      let p = corner;
      for (let k = 0; k < length; k++) {
        store<f64>(v + (<usize>k << 3), load<f64>(p));
        p += stride;
      }
      const tau = reflect(v, length);
      store<f64>(corner, head);
      p = corner;
      for (let k = 1; k < length; k++) {
        p += stride;
        store<f64>(p, 0);
      }
      if (tau != 0) {
        reflectColumns(corner + 8, stride, length, r - c - 1, v, tau);
        const block = origin + stride * r + (<usize>r << 3);
        reflectSymmetric(block, stride, length, v, w, tau);
        const below = r + length;
        const rows = min(below + WIDTH, n) - below;
        if (rows > 0) reflectRows(block + stride * length, stride, rows, v, length, tau, scratch);
      }
      c = r;
    }
  }
}
