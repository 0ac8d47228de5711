import { Job, WIDTH } from './job.as';
import { dot, dot4, head, reflect, subtractScaled, subtractScaled4 } from './vectors.as';

// Upper band → upper bidiagonal: row i is reflected to two entries; the bulge that this makes below the diagonal is chased down,
// WIDTH columns at a time. Only its first column is removed; the rest is where the next row's chase expects it.

/** A ← A·(I − τvvᵀ) on rows `stride` apart */
export function reflectRows(a: usize, stride: usize, rows: i32, v: usize, n: i32, tau: f64, scratch: usize): void {
  const q = f64x2.splat(tau);
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    dot4(v, a, stride, n, scratch);
    v128.store(scratch, f64x2.mul(v128.load(scratch), q));
    v128.store(scratch, f64x2.mul(v128.load(scratch, 16), q), 16);
    subtractScaled4(a, stride, v, n, scratch);
    a += stride << 2;
  }
  for (; i < rows; i++) {
    subtractScaled(a, v, n, tau * dot(v, a, n));
    a += stride;
  }
}

/** A ← (I − τvvᵀ)·A on n rows `stride` apart and `columns` columns */
export function reflectColumns(a: usize, stride: usize, n: i32, columns: i32, v: usize, tau: f64): void {
  const q = f64x2.splat(tau);
  let j = 0;
  for (; j + 8 <= columns; j += 8) {
    let w0 = f64x2.splat(0);
    let w1 = w0;
    let w2 = w0;
    let w3 = w0;
    let p = a;
    let s = v;
    for (let i = 0; i < n; i++) {
      const x = v128.load_splat<f64>(s);
      w0 = f64x2.add(w0, f64x2.mul(x, v128.load(p)));
      w1 = f64x2.add(w1, f64x2.mul(x, v128.load(p, 16)));
      w2 = f64x2.add(w2, f64x2.mul(x, v128.load(p, 32)));
      w3 = f64x2.add(w3, f64x2.mul(x, v128.load(p, 48)));
      p += stride;
      s += 8;
    }
    w0 = f64x2.mul(w0, q);
    w1 = f64x2.mul(w1, q);
    w2 = f64x2.mul(w2, q);
    w3 = f64x2.mul(w3, q);
    p = a;
    s = v;
    for (let i = 0; i < n; i++) {
      const x = v128.load_splat<f64>(s);
      v128.store(p, f64x2.sub(v128.load(p), f64x2.mul(x, w0)));
      v128.store(p, f64x2.sub(v128.load(p, 16), f64x2.mul(x, w1)), 16);
      v128.store(p, f64x2.sub(v128.load(p, 32), f64x2.mul(x, w2)), 32);
      v128.store(p, f64x2.sub(v128.load(p, 48), f64x2.mul(x, w3)), 48);
      p += stride;
      s += 8;
    }
    a += 64;
  }
  for (; j < columns; j++) {
    let w: f64 = 0;
    let p = a;
    let s = v;
    for (let i = 0; i < n; i++) {
      w += load<f64>(s) * load<f64>(p);
      p += stride;
      s += 8;
    }
    w *= tau;
    p = a;
    s = v;
    for (let i = 0; i < n; i++) {
      store<f64>(p, load<f64>(p) - load<f64>(s) * w);
      p += stride;
      s += 8;
    }
    a += 8;
  }
}

export function chaseBidiagonal(job: Job): void {
  const n = job.columns;
  const stride = job.bandBytes - 8; // the band as a dense matrix: one row down is one entry to the left
  const origin = job.band + (<usize>WIDTH << 3);
  const v = job.scratch;
  const scratch = v + (<usize>WIDTH << 3);
  for (let i = 0; i + 1 < n; i++) {
    let r = i;
    for (let c = i + 1; c + 1 < n; c += WIDTH) {
      const length = min(WIDTH, n - c);
      const row = origin + stride * r + (<usize>c << 3);
      memory.copy(v, row, <usize>length << 3);
      let tau = reflect(v, length);
      store<f64>(row, head);
      memory.fill(row + 8, 0, <usize>(length - 1) << 3);
      if (tau != 0) reflectRows(row + stride, stride, c + length - 1 - r, v, length, tau, scratch);

      const corner = origin + stride * c + (<usize>c << 3);
      let p = corner;
      for (let k = 0; k < length; k++) {
        store<f64>(v + (<usize>k << 3), load<f64>(p));
        p += stride;
      }
      tau = reflect(v, length);
      store<f64>(corner, head);
      p = corner;
      for (let k = 1; k < length; k++) {
        p += stride;
        store<f64>(p, 0);
      }
      if (tau != 0) reflectColumns(corner + 8, stride, length, min(c + 2 * WIDTH, n) - c - 1, v, tau);
      r = c;
    }
  }
}
