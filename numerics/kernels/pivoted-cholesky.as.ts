import { Job } from './job.as';
import { copyQuad, subtractProduct } from './tiles.as';

// Rank-revealing Cholesky of a positive semi-definite matrix, of which the quads of rows at and below the diagonal are read. A block of
// rows of F is found from the matrix as it stood before the block, then the block is subtracted from it. Nothing is swapped:
// eliminated entries hold zeros in F, and are squeezed out when they have become many.

/** Rows of F that are subtracted together. */
export const DEPTH: i32 = 64;
/** Rows of the matrix in a task. */
const BLOCK: i32 = 32;
const TILE: usize = 128;
const PACKED: usize = <usize>DEPTH << 5;

/** Beyond the job: what a factorization keeps of its state. */
@unmanaged
export class Factorization extends Job {
  /** features that are kept in the matrix, and that number rounded up to a quad */
  kept: i32;
  padded: i32;
  rank: i32;
  /** feature whose variance turned out negative, or −1 */
  negative: i32;
  tolerance: f64;
  lowest: f64;
  /** what is left of the variance of each entry */
  rest: usize;
  /** 1, or 0 where the entry is eliminated */
  open: usize;
  /** the feature of each entry */
  feature: usize;
  pivots: usize;
  output: usize;
}

let top: usize = 0;

function space(bytes: usize): usize {
  const start = top;
  top = (top + bytes + 127) & ~(<usize>127);
  return start;
}

/** Lays a factorization of a (d, d) matrix out at the start of the memory and grows it; 0 if there is not enough. */
export function preparedFactorization(d: i32, threads: i32): usize {
  const start = (__heap_base + 127) & ~(<usize>127);
  top = start + 512;
  const job = changetype<Factorization>(start);
  const padded = (d + 3) & ~3;
  const quads = <usize>(padded >> 2);
  const length = <usize>padded << 3;
  const panel = (<usize>padded << 5) + 64 + ((<usize>padded << 5) & 64);
  const matrix = space(panel * quads);
  const vectors = space(length * DEPTH);
  const left = space(PACKED * quads);
  const rest = space(length);
  const open = space(length);
  const feature = space(length);
  const pivots = space(length);
  const scratch = space(length);
  const output = space((<usize>d * d) << 3);
  const pages = <i32>((top + 65535) >> 16);
  if (pages > memory.size() && memory.grow(pages - memory.size()) < 0) return 0;
  memory.fill(start, 0, 512);
  job.rows = d;
  job.columns = d;
  job.threads = threads;
  job.matrix = matrix;
  job.panel = panel;
  job.vectors = vectors;
  job.vectorBytes = length;
  job.left = left;
  job.scratch = scratch;
  job.kept = d;
  job.padded = padded;
  job.negative = -1;
  job.rest = rest;
  job.open = open;
  job.feature = feature;
  job.pivots = pivots;
  job.output = output;
  return start;
}

// @ts-ignore: decorator
@inline
function get(x: usize, i: i32): f64 {
  return load<f64>(x + (<usize>i << 3));
}

// @ts-ignore: decorator
@inline
function entry(job: Factorization, i: i32, j: i32): usize {
  return job.matrix + job.panel * (j >> 2) + (<usize>i << 5) + (<usize>(j & 3) << 3);
}

/** Run by the leader thread before the others. A variance below `rounding` times the largest counts as 0. */
export function begin(job: Factorization, rounding: f64, indefinite: f64): void {
  let largest: f64 = 0;
  for (let i = 0; i < job.padded; i++) {
    const real = i < job.kept;
    const variance = real ? load<f64>(entry(job, i, i)) : 0;
    store<f64>(job.rest + (<usize>i << 3), variance);
    store<f64>(job.open + (<usize>i << 3), real ? 1 : 0);
    store<i32>(job.feature + (<usize>i << 3), i);
    largest = max(largest, Math.abs(variance));
  }
  job.tolerance = rounding * largest;
  job.lowest = -indefinite * largest;
}

export function updateTasks(job: Factorization): i32 {
  return (job.padded + BLOCK - 1) / BLOCK;
}

/** The leader: up to DEPTH rows of F. True if the matrix must be updated, and more may follow. */
export function eliminated(job: Factorization): bool {
  for (let j = 0; j < DEPTH; j++) {
    const pivot = indexOfLargest(job);
    if (!(get(job.rest, pivot) > job.tolerance)) return false;
    row(job, pivot, j);
    if (job.negative >= 0) return false;
  }
  return job.rank < job.rows;
}

function indexOfLargest(job: Factorization): i32 {
  let index = 0;
  let largest = get(job.rest, 0);
  for (let i = 1; i < job.kept; i++) {
    const value = get(job.rest, i);
    if (value > largest) {
      largest = value;
      index = i;
    }
  }
  return index;
}

/** Row `rank` of F: the pivot's covariances, less what the block's earlier rows explain, over the root of what is left. */
function row(job: Factorization, pivot: i32, j: i32): void {
  const f = job.vectors + job.vectorBytes * j;
  covariances(job, pivot, f);
  for (let i = 0; i < j; i++) {
    store<f64>(job.scratch + (<usize>i << 3), get(job.vectors + job.vectorBytes * i, pivot));
  }
  subtractSum(f, job.vectors, job.vectorBytes, job.padded, job.scratch, j);
  const root = Math.sqrt(get(job.rest, pivot));
  store<f64>(job.open + (<usize>pivot << 3), 0);
  const q = f64x2.splat(root);
  let offset: usize = 0;
  for (let i = 0; i < job.padded; i += 2) {
    const x = f64x2.mul(f64x2.div(v128.load(f + offset), q), v128.load(job.open + offset));
    v128.store(f + offset, x);
    v128.store(job.rest + offset, f64x2.sub(v128.load(job.rest + offset), f64x2.mul(x, x)));
    offset += 16;
  }
  store<f64>(f + (<usize>pivot << 3), root);
  store<f64>(job.rest + (<usize>pivot << 3), 0);
  store<i32>(job.pivots + (<usize>job.rank << 2), feature(job, pivot));
  const output = job.output + ((<usize>job.rank * job.rows) << 3);
  memory.fill(output, 0, <usize>job.rows << 3); // entries squeezed out are not in f
  for (let i = 0; i < job.kept; i++) {
    store<f64>(output + (<usize>feature(job, i) << 3), get(f, i));
    if (get(job.rest, i) < job.lowest) job.negative = feature(job, i);
  }
  job.rank++;
}

// @ts-ignore: decorator
@inline
function feature(job: Factorization, index: i32): i32 {
  return load<i32>(job.feature + (<usize>index << 3));
}

/** Row `pivot` of the matrix: to the left of its quad as it lies there, from the quad on as the column. */
function covariances(job: Factorization, pivot: i32, to: usize): void {
  const quad = pivot >> 2;
  let from = job.matrix + (<usize>pivot << 5);
  for (let p = 0; p < quad; p++) {
    copyQuad(from, to);
    from += job.panel;
    to += 32;
  }
  from = entry(job, quad << 2, pivot);
  for (let i = quad << 2; i < job.padded; i++) {
    store<f64>(to, load<f64>(from));
    from += 32;
    to += 8;
  }
}

/** x ← x − Σₖ sₖ·vₖ, four vectors at a time */
function subtractSum(x: usize, v: usize, stride: usize, n: i32, s: usize, count: i32): void {
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    const s0 = v128.load_splat<f64>(s);
    const s1 = v128.load_splat<f64>(s, 8);
    const s2 = v128.load_splat<f64>(s, 16);
    const s3 = v128.load_splat<f64>(s, 24);
    const v1 = v + stride;
    const v2 = v1 + stride;
    const v3 = v2 + stride;
    const end = <usize>n << 3;
    for (let o: usize = 0; o < end; o += 16) {
      const first = f64x2.add(f64x2.mul(s0, v128.load(v + o)), f64x2.mul(s1, v128.load(v1 + o)));
      const second = f64x2.add(f64x2.mul(s2, v128.load(v2 + o)), f64x2.mul(s3, v128.load(v3 + o)));
      v128.store(x + o, f64x2.sub(v128.load(x + o), f64x2.add(first, second)));
    }
    v = v3 + stride;
    s += 32;
  }
  for (; k < count; k++) {
    const q = v128.load_splat<f64>(s);
    const end = <usize>n << 3;
    for (let o: usize = 0; o < end; o += 16) {
      v128.store(x + o, f64x2.sub(v128.load(x + o), f64x2.mul(q, v128.load(v + o))));
    }
    v += stride;
    s += 8;
  }
}

/** The leader: the block's rows of F as operand of each quad of entries. */
export function packRows(job: Factorization): void {
  for (let k = 0; k < DEPTH; k++) {
    let from = job.vectors + job.vectorBytes * k;
    let to = job.left + (<usize>k << 5);
    for (let i = 0; i < job.padded; i += 4) {
      copyQuad(from, to);
      from += 32;
      to += PACKED;
    }
  }
}

/** A task: the block's share out of a block of rows, up to the diagonal. Large ones first. */
export function updateLower(job: Factorization, task: i32): void {
  const start = (updateTasks(job) - 1 - task) * BLOCK;
  const first = start >> 2;
  const last = min(start + BLOCK, job.padded) >> 2;
  for (let p = 0; p < last; p++) {
    const right = job.left + PACKED * p;
    const panel = job.matrix + job.panel * p;
    for (let i = max(first, p); i < last; i++) subtractProduct(DEPTH, job.left + PACKED * i, right, panel + TILE * i);
  }
}

/** The leader: squeezes eliminated entries out once they are a fifth. */
export function squeeze(job: Factorization): void {
  const left = job.rows - job.rank;
  if (job.kept - left < job.kept / 5) return;
  let to = 0;
  for (let from = 0; from < job.kept; from++) {
    if (get(job.open, from) == 0) continue;
    store<i32>(job.scratch + (<usize>to << 3), from);
    store<f64>(job.rest + (<usize>to << 3), get(job.rest, from));
    store<i32>(job.feature + (<usize>to << 3), feature(job, from));
    to++;
  }
  for (let j = 0; j < to; j++) {
    const column = load<i32>(job.scratch + (<usize>j << 3));
    for (let i = j; i < to; i++) {
      const row = load<i32>(job.scratch + (<usize>i << 3));
      store<f64>(entry(job, i, j), load<f64>(entry(job, row, column)));
    }
    // the tile on the diagonal is read as a whole
    for (let i = j & ~3; i < j; i++) store<f64>(entry(job, i, j), load<f64>(entry(job, j, i)));
  }
  job.kept = to;
  job.padded = (to + 3) & ~3;
  for (let i = 0; i < job.padded; i++) {
    store<f64>(job.open + (<usize>i << 3), i < to ? 1 : 0);
    if (i >= to) store<f64>(job.rest + (<usize>i << 3), 0);
  }
}
