// Singular values of an upper bidiagonal matrix by the implicitly shifted QR iteration of Golub and Kahan, without vectors. An
// entry above the diagonal counts as zero below ε times the norm: an absolute tolerance, for a relative one never lets graded
// matrices converge, and more than ε times the largest is not to be had.

const SWEEPS: i32 = 60;

// @ts-ignore: decorator
@inline
function get(x: usize, i: i32): f64 {
  return load<f64>(x + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
function set(x: usize, i: i32, value: f64): void {
  store<f64>(x + (<usize>i << 3), value);
}

/** In place: d (n) becomes the values, unsorted, some negative; e (n) is destroyed. False if a value was not found. */
export function bidiagonalValues(d: usize, e: usize, n: i32): bool {
  let norm: f64 = 0;
  set(e, n - 1, 0);
  for (let i = 0; i < n; i++) norm = max(norm, Math.abs(get(d, i)) + Math.abs(get(e, i)));
  const negligible = f64.EPSILON * norm;
  let high = n - 1;
  let sweep = 0;
  while (high > 0) {
    if (Math.abs(get(e, high - 1)) <= negligible) {
      high--;
      sweep = 0;
      continue;
    }
    if (++sweep > SWEEPS) return false;
    let low = high - 1;
    while (low > 0 && Math.abs(get(e, low - 1)) > negligible) low--;
    const zero = zeroOnDiagonal(d, low, high, negligible);
    if (zero >= 0) emptyRow(d, e, zero, high);
    else sweepQR(d, e, low, high);
  }
  return true;
}

function zeroOnDiagonal(d: usize, low: i32, high: i32, negligible: f64): i32 {
  for (let i = low; i < high; i++) if (Math.abs(get(d, i)) <= negligible * 0.001) return i;
  return -1;
}

/** Rotates the entry beside a zero of the diagonal out of its row. */
function emptyRow(d: usize, e: usize, zero: i32, high: i32): void {
  let bulge = get(e, zero);
  set(e, zero, 0);
  set(d, zero, 0);
  for (let k = zero + 1; k <= high && bulge != 0; k++) {
    const dk = get(d, k);
    const r = Math.sqrt(dk * dk + bulge * bulge);
    const cosine = dk / r;
    const sine = -bulge / r;
    set(d, k, r);
    if (k < high) {
      bulge = sine * get(e, k);
      set(e, k, cosine * get(e, k));
    }
  }
}

/** The eigenvalue of the last 2 × 2 block of BᵀB that is nearer to its last entry. */
function shift(d: usize, e: usize, low: i32, high: i32): f64 {
  const dm = get(d, high - 1);
  const dn = get(d, high);
  const em = high - 1 > low ? get(e, high - 2) : 0;
  const en = get(e, high - 1);
  const last = dn * dn + en * en;
  const off = dm * en;
  const half = (dm * dm + em * em - last) / 2;
  const root = Math.sqrt(half * half + off * off);
  const divisor = half >= 0 ? half + root : half - root;
  return divisor == 0 ? last : last - (off / divisor) * off;
}

function sweepQR(d: usize, e: usize, low: i32, high: i32): void {
  let dk = get(d, low);
  let y = dk - shift(d, e, low, high) / dk;
  let z = get(e, low);
  for (let k = low; k < high; k++) {
    let r = Math.sqrt(y * y + z * z);
    let cosine = r == 0 ? 1 : y / r;
    let sine = r == 0 ? 0 : z / r;
    if (k > low) set(e, k - 1, r);
    const ek = get(e, k);
    const next = get(d, k + 1);
    y = cosine * dk + sine * ek;
    const beside = cosine * ek - sine * dk;
    z = sine * next;
    const below = cosine * next;
    r = Math.sqrt(y * y + z * z);
    cosine = r == 0 ? 1 : y / r;
    sine = r == 0 ? 0 : z / r;
    set(d, k, r);
    y = cosine * beside + sine * below;
    dk = cosine * below - sine * beside;
    if (k < high - 1) {
      const after = get(e, k + 1);
      z = sine * after;
      set(e, k + 1, cosine * after);
    }
  }
  set(d, high, dk);
  set(e, high - 1, y);
}
