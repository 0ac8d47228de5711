// Vectors of float64 in memory: pointers in bytes, lengths in elements. Every sum has one fixed order, so that results have
// the same bits on every machine and for every number of threads.

/** Σ xᵢyᵢ */
export function dot(x: usize, y: usize, n: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(x, 32), v128.load(y, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(x, 48), v128.load(y, 48)));
    x += 64;
    y += 64;
  }
  let sum = lanes(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (; i < n; i++) {
    sum += load<f64>(x) * load<f64>(y);
    x += 8;
    y += 8;
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function lanes(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** The dots of v with four vectors `stride` bytes apart, into out[0 … 3]: v is loaded once for all of them. */
export function dot4(v: usize, x0: usize, stride: usize, n: i32, out: usize): void {
  const x1 = x0 + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  let a0 = f64x2.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  let i = 0;
  let o: usize = 0;
  for (; i + 4 <= n; i += 4) {
    const p = v128.load(v + o);
    const q = v128.load(v + o, 16);
    a0 = f64x2.add(a0, f64x2.mul(p, v128.load(x0 + o)));
    a1 = f64x2.add(a1, f64x2.mul(q, v128.load(x0 + o, 16)));
    b0 = f64x2.add(b0, f64x2.mul(p, v128.load(x1 + o)));
    b1 = f64x2.add(b1, f64x2.mul(q, v128.load(x1 + o, 16)));
    c0 = f64x2.add(c0, f64x2.mul(p, v128.load(x2 + o)));
    c1 = f64x2.add(c1, f64x2.mul(q, v128.load(x2 + o, 16)));
    d0 = f64x2.add(d0, f64x2.mul(p, v128.load(x3 + o)));
    d1 = f64x2.add(d1, f64x2.mul(q, v128.load(x3 + o, 16)));
    o += 32;
  }
  let a = lanes(f64x2.add(a0, a1));
  let b = lanes(f64x2.add(b0, b1));
  let c = lanes(f64x2.add(c0, c1));
  let d = lanes(f64x2.add(d0, d1));
  for (; i < n; i++) {
    const p = load<f64>(v + o);
    a += p * load<f64>(x0 + o);
    b += p * load<f64>(x1 + o);
    c += p * load<f64>(x2 + o);
    d += p * load<f64>(x3 + o);
    o += 8;
  }
  store<f64>(out, a);
  store<f64>(out, b, 8);
  store<f64>(out, c, 16);
  store<f64>(out, d, 24);
}

/** x ← x − s·v */
export function subtractScaled(x: usize, v: usize, n: i32, s: f64): void {
  const q = f64x2.splat(s);
  let i = 0;
  for (; i + 2 <= n; i += 2) {
    v128.store(x, f64x2.sub(v128.load(x), f64x2.mul(q, v128.load(v))));
    x += 16;
    v += 16;
  }
  if (i < n) store<f64>(x, load<f64>(x) - s * load<f64>(v));
}

/** xₖ ← xₖ − sₖ·v for four vectors `stride` bytes apart */
export function subtractScaled4(x0: usize, stride: usize, v: usize, n: i32, s: usize): void {
  const x1 = x0 + stride;
  const x2 = x1 + stride;
  const x3 = x2 + stride;
  const s0 = v128.load_splat<f64>(s);
  const s1 = v128.load_splat<f64>(s, 8);
  const s2 = v128.load_splat<f64>(s, 16);
  const s3 = v128.load_splat<f64>(s, 24);
  let i = 0;
  let o: usize = 0;
  for (; i + 2 <= n; i += 2) {
    const p = v128.load(v + o);
    v128.store(x0 + o, f64x2.sub(v128.load(x0 + o), f64x2.mul(s0, p)));
    v128.store(x1 + o, f64x2.sub(v128.load(x1 + o), f64x2.mul(s1, p)));
    v128.store(x2 + o, f64x2.sub(v128.load(x2 + o), f64x2.mul(s2, p)));
    v128.store(x3 + o, f64x2.sub(v128.load(x3 + o), f64x2.mul(s3, p)));
    o += 16;
  }
  if (i < n) {
    const p = load<f64>(v + o);
    store<f64>(x0 + o, load<f64>(x0 + o) - load<f64>(s) * p);
    store<f64>(x1 + o, load<f64>(x1 + o) - load<f64>(s, 8) * p);
    store<f64>(x2 + o, load<f64>(x2 + o) - load<f64>(s, 16) * p);
    store<f64>(x3 + o, load<f64>(x3 + o) - load<f64>(s, 24) * p);
  }
}

/** What the last `reflect` mapped its vector to: (head, 0, …). */
export let head: f64 = 0;

/** Turns x into the Householder vector (1 first) of the reflection I − τ·v·vᵀ that maps it to (head, 0, …); gives τ. */
export function reflect(x: usize, n: i32): f64 {
  const first = load<f64>(x);
  const tail = n > 1 ? dot(x + 8, x + 8, n - 1) : 0;
  store<f64>(x, 1);
  if (tail == 0) {
    head = first;
    if (n > 1) memory.fill(x + 8, 0, <usize>(n - 1) << 3);
    return 0;
  }
  const norm = Math.sqrt(first * first + tail);
  head = first > 0 ? -norm : norm;
  const scale = 1 / (first - head);
  const q = f64x2.splat(scale);
  let i = 1;
  let p = x + 8;
  for (; i + 2 <= n; i += 2) {
    v128.store(p, f64x2.mul(v128.load(p), q));
    p += 16;
  }
  if (i < n) store<f64>(p, load<f64>(p) * scale);
  return (head - first) / head;
}
