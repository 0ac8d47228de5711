import { panels, multiplied, spread } from './bidiagonal-band.as';
import { BLOCK, Job, WIDTH } from './job.as';
import { factorized } from './reflectors.as';
import { addProduct, copyQuad, subtractProduct, transposeTile } from './tiles.as';

// A symmetric → band of WIDTH diagonals below the main one. At column c, with the reflectors V, T of the rows below its block:
// G = V·T, X = A·G, W = X − ½·V·(Gᵀ·X), and A ← A − V·Wᵀ − W·Vᵀ. Tiles below the diagonal are computed, those above copied.

const TILE: usize = 128;
const PAIR: usize = (<usize>WIDTH * 2) << 5;
const HALF: usize = <usize>WIDTH << 5;
const ROW: usize = <usize>WIDTH << 3;
const GROUPS: i32 = WIDTH >> 2;

/** Rows of a task, and how many tasks there are, beyond the block at c. */
export function symmetricTasks(job: Job, c: i32): i32 {
  return (job.rows - c - WIDTH + BLOCK - 1) / BLOCK;
}

// @ts-ignore: decorator
@inline
function bandEntry(job: Job, i: i32, j: i32): usize {
  return job.band + job.bandBytes * i + (<usize>(2 * WIDTH + j - i) << 3);
}

/** The block on the diagonal at c, which is finished, to the band. */
export function keepDiagonal(job: Job, c: i32): void {
  for (let i = c; i < c + WIDTH; i++) {
    for (let j = c; j <= i; j++) {
      const from = job.matrix + job.panel * (j >> 2) + (<usize>i << 5) + (<usize>(j & 3) << 3);
      store<f64>(bandEntry(job, i, j), load<f64>(from));
    }
  }
}

/** Run by the leader thread before the others: reflectors of columns c … below their block, and G. */
export function factorBelow(job: Job, c: i32): void {
  const start = c + WIDTH;
  const n = job.rows - start;
  const stride = <usize>n << 3;
  for (let p = 0; p < GROUPS; p++) {
    let tile = job.matrix + job.panel * ((c >> 2) + p) + (<usize>start << 5);
    let to = job.vectors + stride * (p << 2);
    for (let i = 0; i < n; i += 4) {
      spread(tile, to, stride);
      tile += TILE;
      to += 32;
    }
  }
  factorized(job.vectors, stride, n, job.block, job.triangle, job.scratch);
  for (let i = 0; i < WIDTH; i++) {
    for (let j = i; j < WIDTH; j++) {
      store<f64>(bandEntry(job, start + i, c + j), load<f64>(job.block + ROW * i + (<usize>j << 3)));
    }
  }
  panels(job.triangle, job.factor);
  for (let i = 0; i < n >> 2; i++) {
    const left = job.left + PAIR * i;
    for (let k = 0; k < WIDTH; k++) {
      copyQuad(job.vectors + stride * k + (<usize>i << 5), left + (<usize>k << 5));
    }
    for (let g = 0; g < GROUPS; g++) {
      const to = job.more + job.wideBytes * g + TILE * i;
      memory.fill(to, 0, TILE);
      addProduct(WIDTH, left, job.factor + HALF * g, to);
    }
  }
}

/** A task: X of a block of rows. */
export function multiplySymmetric(job: Job, c: i32, task: i32, thread: i32): void {
  const start = c + WIDTH + task * BLOCK;
  const quads = min(BLOCK, job.rows - start) >> 2;
  const first = (c + WIDTH) >> 2;
  const quad = (start >> 2) - first;
  const rows = job.matrix + job.panel * first + (<usize>start << 5);
  for (let g = 0; g < GROUPS; g++) memory.fill(job.wide + job.wideBytes * g + TILE * quad, 0, TILE * quads);
  multiplied(
    rows,
    job.panel,
    quads,
    job,
    (job.columns >> 2) - first,
    job.wide + TILE * quad,
    job.wideBytes,
    TILE,
    job.scratch + job.scratchBytes * thread,
  );
}

/** The leader, between: W, and both operands of the update. */
export function completeSymmetric(job: Job, c: i32): void {
  const quads = (job.rows - c - WIDTH) >> 2;
  const half = f64x2.splat(0.5);
  memory.fill(job.product, 0, ROW * WIDTH);
  for (let g = 0; g < GROUPS; g++) {
    for (let q = 0; q < GROUPS; q++) {
      const tile = job.product + HALF * g + TILE * q;
      addProduct(quads << 2, job.more + job.wideBytes * q, job.wide + job.wideBytes * g, tile);
    }
  }
  for (let o: usize = 0; o < ROW * WIDTH; o += 16) {
    v128.store(job.product + o, f64x2.mul(v128.load(job.product + o), half));
  }
  for (let i = 0; i < quads; i++) {
    const left = job.left + PAIR * i;
    for (let g = 0; g < GROUPS; g++) {
      const x = job.wide + job.wideBytes * g + TILE * i;
      subtractProduct(WIDTH, left, job.product + HALF * g, x);
      transposeTile(x, left + HALF + TILE * g);
    }
    const right = job.right + PAIR * i;
    memory.copy(right, left + HALF, HALF);
    memory.copy(right + HALF, left, HALF);
  }
}

/** A task: a block of rows of A, from the first column to the diagonal, and its mirror image. Large ones first. */
export function updateSymmetric(job: Job, c: i32, task: i32): void {
  const base = (c + WIDTH) >> 2;
  const number = symmetricTasks(job, c) - 1 - task;
  const first = (number * BLOCK) >> 2;
  const last = min(first + (BLOCK >> 2), (job.rows >> 2) - base);
  for (let p = 0; p < last; p++) {
    const right = job.right + PAIR * p;
    const panel = job.matrix + job.panel * (base + p);
    for (let i = max(first, p); i < last; i++) {
      const tile = panel + TILE * (base + i);
      subtractProduct(2 * WIDTH, job.left + PAIR * i, right, tile);
      if (i > p) transposeTile(tile, job.matrix + job.panel * (base + i) + TILE * (base + p));
    }
  }
}
