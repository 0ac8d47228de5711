// Products of small tiles. A matrix is kept as panels of 4 columns, (rows, 4) row-major each: a tile of 4 × 4 is 128 bytes in a
// row, and the same bytes serve as the right operand (k, 4). A left operand is (k, 4) too: four rows, k-major.

// @ts-ignore: decorator
@inline
function changed<Sign>(old: v128, sum: v128): v128 {
  return isSigned<Sign>() ? f64x2.sub(old, sum) : f64x2.add(old, sum);
}

/** C ± Σₖ a[k]·b[k]ᵀ on one tile: eight accumulators, the most that stay in registers. A signed type subtracts. */
// @ts-ignore: decorator
@inline
function product<Sign>(k: i32, a: usize, b: usize, c: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = a + (<usize>k << 5);
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f64>(a);
    c00 = f64x2.add(c00, f64x2.mul(x, b0));
    c01 = f64x2.add(c01, f64x2.mul(x, b1));
    x = v128.load_splat<f64>(a, 8);
    c10 = f64x2.add(c10, f64x2.mul(x, b0));
    c11 = f64x2.add(c11, f64x2.mul(x, b1));
    x = v128.load_splat<f64>(a, 16);
    c20 = f64x2.add(c20, f64x2.mul(x, b0));
    c21 = f64x2.add(c21, f64x2.mul(x, b1));
    x = v128.load_splat<f64>(a, 24);
    c30 = f64x2.add(c30, f64x2.mul(x, b0));
    c31 = f64x2.add(c31, f64x2.mul(x, b1));
    a += 32;
    b += 32;
  }
  v128.store(c, changed<Sign>(v128.load(c), c00));
  v128.store(c, changed<Sign>(v128.load(c, 16), c01), 16);
  v128.store(c, changed<Sign>(v128.load(c, 32), c10), 32);
  v128.store(c, changed<Sign>(v128.load(c, 48), c11), 48);
  v128.store(c, changed<Sign>(v128.load(c, 64), c20), 64);
  v128.store(c, changed<Sign>(v128.load(c, 80), c21), 80);
  v128.store(c, changed<Sign>(v128.load(c, 96), c30), 96);
  v128.store(c, changed<Sign>(v128.load(c, 112), c31), 112);
}

/** C ← C + Σₖ a[k]·b[k]ᵀ on one tile */
export function addProduct(k: i32, a: usize, b: usize, c: usize): void {
  product<u32>(k, a, b, c);
}

/** C ← C − Σₖ a[k]·b[k]ᵀ on one tile */
export function subtractProduct(k: i32, a: usize, b: usize, c: usize): void {
  product<i32>(k, a, b, c);
}

/** Writes the transpose of one tile to another address. */
export function transposeTile(from: usize, to: usize): void {
  const a0 = v128.load(from);
  const a1 = v128.load(from, 16);
  const b0 = v128.load(from, 32);
  const b1 = v128.load(from, 48);
  const c0 = v128.load(from, 64);
  const c1 = v128.load(from, 80);
  const d0 = v128.load(from, 96);
  const d1 = v128.load(from, 112);
  v128.store(to, v128.shuffle<f64>(a0, b0, 0, 2));
  v128.store(to, v128.shuffle<f64>(c0, d0, 0, 2), 16);
  v128.store(to, v128.shuffle<f64>(a0, b0, 1, 3), 32);
  v128.store(to, v128.shuffle<f64>(c0, d0, 1, 3), 48);
  v128.store(to, v128.shuffle<f64>(a1, b1, 0, 2), 64);
  v128.store(to, v128.shuffle<f64>(c1, d1, 0, 2), 80);
  v128.store(to, v128.shuffle<f64>(a1, b1, 1, 3), 96);
  v128.store(to, v128.shuffle<f64>(c1, d1, 1, 3), 112);
}

/** One 32-byte row of a tile. */
// @ts-ignore: decorator
@inline
export function copyQuad(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}
