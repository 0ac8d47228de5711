import { BAND_ROW, BLOCK, CHUNK, Job, WIDTH } from './job.as';
import { factorized } from './reflectors.as';
import { addProduct, copyQuad, subtractProduct, transposeTile } from './tiles.as';

// A (rows ≥ columns) → upper band of WIDTH superdiagonals, orthogonally from both sides. At column c, with the reflectors V, T of
// the columns and U, S of the rows: Y = Tᵀ·Vᵀ·A, G = U·S, X = A·G − V·(Y·G), and A ← A − V·Y − X·Uᵀ.

const TILE: usize = 128;
const PAIR: usize = (<usize>WIDTH * 2) << 5;
const HALF: usize = <usize>WIDTH << 5;
const ROW: usize = <usize>WIDTH << 3;
const GROUPS: i32 = WIDTH >> 2;
/** Panels of a task of `projectColumns`. */
const PANELS: i32 = 4;
/** Rows of the matrix that are multiplied at a time there. */
const DEPTH: i32 = 256;

export function columnTasks(job: Job, c: i32): i32 {
  return (((job.columns - c - WIDTH) >> 2) + PANELS - 1) / PANELS;
}

export function rowTasks(job: Job, c: i32): i32 {
  return (job.rows - c - WIDTH + BLOCK - 1) / BLOCK;
}

/** Run by the leader thread before the others: reflectors of columns c … c + WIDTH − 1, and their packed forms. */
export function factorColumns(job: Job, c: i32): void {
  const n = job.rows - c;
  const stride = <usize>n << 3;
  for (let p = 0; p < GROUPS; p++) {
    let tile = job.matrix + job.panel * ((c >> 2) + p) + (<usize>c << 5);
    const vector = job.vectors + stride * (p << 2);
    let to = vector;
    for (let i = 0; i < n; i += 4) {
      spread(tile, to, stride);
      tile += TILE;
      to += 32;
    }
  }
  factorized(job.vectors, stride, n, job.block, job.triangle, job.scratch);
  const band = job.band + job.bandBytes * c + ROW;
  for (let i = 0; i < WIDTH; i++) {
    memory.copy(band + job.bandBytes * i, job.block + ROW * i + (<usize>i << 3), ROW - (<usize>i << 3));
  }
  if (c + WIDTH >= job.columns) return;
  // Vᵀ as left operand of eight quads of reflectors, and V as left operand of each quad of rows
  for (let q = 0; q < GROUPS; q++) {
    const vector = job.vectors + stride * (q << 2);
    let wide = job.wide + job.wideBytes * q;
    let left = job.left + (<usize>q << 7);
    for (let i = 0; i < n; i += 4) {
      gather(vector + (<usize>i << 3), stride, wide, left);
      wide += TILE;
      left += PAIR;
    }
  }
}

/** A tile's four columns to four vectors. */
export function spread(tile: usize, to: usize, stride: usize): void {
  const a0 = v128.load(tile);
  const a1 = v128.load(tile, 16);
  const b0 = v128.load(tile, 32);
  const b1 = v128.load(tile, 48);
  const c0 = v128.load(tile, 64);
  const c1 = v128.load(tile, 80);
  const d0 = v128.load(tile, 96);
  const d1 = v128.load(tile, 112);
  v128.store(to, v128.shuffle<f64>(a0, b0, 0, 2));
  v128.store(to, v128.shuffle<f64>(c0, d0, 0, 2), 16);
  to += stride;
  v128.store(to, v128.shuffle<f64>(a0, b0, 1, 3));
  v128.store(to, v128.shuffle<f64>(c0, d0, 1, 3), 16);
  to += stride;
  v128.store(to, v128.shuffle<f64>(a1, b1, 0, 2));
  v128.store(to, v128.shuffle<f64>(c1, d1, 0, 2), 16);
  to += stride;
  v128.store(to, v128.shuffle<f64>(a1, b1, 1, 3));
  v128.store(to, v128.shuffle<f64>(c1, d1, 1, 3), 16);
}

/** Four elements of four vectors as a tile, rows of vectors (`as`) and columns of vectors (`across`). */
function gather(vector: usize, stride: usize, across: usize, as: usize): void {
  const a0 = v128.load(vector);
  const a1 = v128.load(vector, 16);
  vector += stride;
  const b0 = v128.load(vector);
  const b1 = v128.load(vector, 16);
  vector += stride;
  const c0 = v128.load(vector);
  const c1 = v128.load(vector, 16);
  vector += stride;
  const d0 = v128.load(vector);
  const d1 = v128.load(vector, 16);
  v128.store(as, a0);
  v128.store(as, a1, 16);
  v128.store(as, b0, 32);
  v128.store(as, b1, 48);
  v128.store(as, c0, 64);
  v128.store(as, c1, 80);
  v128.store(as, d0, 96);
  v128.store(as, d1, 112);
  v128.store(across, v128.shuffle<f64>(a0, b0, 0, 2));
  v128.store(across, v128.shuffle<f64>(c0, d0, 0, 2), 16);
  v128.store(across, v128.shuffle<f64>(a0, b0, 1, 3), 32);
  v128.store(across, v128.shuffle<f64>(c0, d0, 1, 3), 48);
  v128.store(across, v128.shuffle<f64>(a1, b1, 0, 2), 64);
  v128.store(across, v128.shuffle<f64>(c1, d1, 0, 2), 80);
  v128.store(across, v128.shuffle<f64>(a1, b1, 1, 3), 96);
  v128.store(across, v128.shuffle<f64>(c1, d1, 1, 3), 112);
}

/** A task: Y of four panels, and their finished rows c … c + WIDTH − 1 handed to the row reflectors. */
export function projectColumns(job: Job, c: i32, task: i32, thread: i32): void {
  const n = job.rows - c;
  const first = ((c + WIDTH) >> 2) + task * PANELS;
  const last = min(first + PANELS, job.columns >> 2);
  const products = job.scratch + job.scratchBytes * thread;
  memory.fill(products, 0, HALF * PANELS);
  for (let k = 0; k < n; k += DEPTH) {
    const depth = min(DEPTH, n - k);
    for (let p = first; p < last; p++) {
      const panel = job.matrix + job.panel * p + (<usize>(c + k) << 5);
      for (let q = 0; q < GROUPS; q++) {
        addProduct(depth, job.wide + job.wideBytes * q + (<usize>k << 5), panel, products + HALF * (p - first) + TILE * q);
      }
    }
  }
  const others = <usize>(job.columns - c - WIDTH) << 3;
  for (let p = first; p < last; p++) {
    const y = job.right + PAIR * p;
    triangular(job.triangle, products + HALF * (p - first), y);
    let from = job.matrix + job.panel * p + (<usize>c << 5);
    for (let q = 0; q < GROUPS; q++) subtractProduct(WIDTH, job.left + PAIR * q, y, from + TILE * q);
    let to = job.others + (<usize>((p << 2) - c - WIDTH) << 3);
    for (let i = 0; i < WIDTH; i++) {
      copyQuad(from, to);
      from += 32;
      to += others;
    }
  }
}

/** Y = Tᵀ·W on one panel. */
function triangular(triangle: usize, w: usize, y: usize): void {
  for (let j = 0; j < WIDTH; j++) {
    let y0 = f64x2.splat(0);
    let y1 = y0;
    let t = triangle + (<usize>j << 3);
    let from = w;
    for (let l = 0; l <= j; l++) {
      const x = v128.load_splat<f64>(t);
      y0 = f64x2.add(y0, f64x2.mul(x, v128.load(from)));
      y1 = f64x2.add(y1, f64x2.mul(x, v128.load(from, 16)));
      t += ROW;
      from += 32;
    }
    v128.store(y, y0);
    v128.store(y, y1, 16);
    y += 32;
  }
}

/** The leader, between: reflectors of rows c … c + WIDTH − 1, G = U·S and Y·G. */
export function factorRows(job: Job, c: i32): void {
  const n = job.columns - c - WIDTH;
  const stride = <usize>n << 3;
  factorized(job.others, stride, n, job.block, job.triangle, job.scratch);
  for (let i = 0; i < WIDTH; i++) {
    // row c + j ends in columns c + WIDTH … c + WIDTH + j
    for (let j = i; j < WIDTH; j++) {
      const diagonal = 2 * WIDTH + i - j;
      store<f64>(
        job.band + job.bandBytes * (c + j) + (<usize>diagonal << 3),
        load<f64>(job.block + ROW * i + (<usize>j << 3)),
      );
    }
  }
  panels(job.triangle, job.factor);
  const first = (c + WIDTH) >> 2;
  memory.fill(job.product, 0, ROW * WIDTH);
  for (let p = 0; p < n >> 2; p++) {
    const u = job.right + PAIR * (first + p) + HALF;
    let from = job.others + (<usize>p << 5);
    for (let l = 0; l < WIDTH; l++) {
      copyQuad(from, u + (<usize>l << 5));
      from += stride;
    }
    for (let g = 0; g < GROUPS; g++) {
      const to = job.more + job.wideBytes * g + TILE * p;
      memory.fill(to, 0, TILE);
      addProduct(WIDTH, u, job.factor + HALF * g, to);
    }
  }
  multiplied(job.right + PAIR * first, PAIR, GROUPS, job, n >> 2, job.product, HALF, TILE, job.scratch);
}

/** A WIDTH × WIDTH matrix as eight panels. */
export function panels(matrix: usize, to: usize): void {
  for (let g = 0; g < GROUPS; g++) {
    for (let k = 0; k < WIDTH; k++) {
      copyQuad(matrix + ROW * k + (<usize>g << 5), to);
      to += 32;
    }
  }
}

/**
 * Rows of a matrix in panels times `more`: `quads` quads of rows, from the panel at `from` on, `count` panels `stride` apart. Tile
 * (quad i, group g) is added to at to + g·groupBytes + i·quadBytes.
 */
export function multiplied(
  from: usize,
  stride: usize,
  quads: i32,
  job: Job,
  count: i32,
  to: usize,
  groupBytes: usize,
  quadBytes: usize,
  scratch: usize,
): void {
  const depth = CHUNK >> 2;
  const chunkBytes = <usize>CHUNK << 5;
  for (let p = 0; p < count; p += depth) {
    const width = min(depth, count - p);
    for (let i = 0; i < quads; i++) {
      let tile = from + stride * p + TILE * i;
      let packed = scratch + chunkBytes * i;
      for (let k = 0; k < width; k++) {
        transposeTile(tile, packed);
        tile += stride;
        packed += TILE;
      }
    }
    for (let g = 0; g < GROUPS; g++) {
      const right = job.more + job.wideBytes * g + TILE * p;
      for (let i = 0; i < quads; i++) {
        addProduct(width << 2, scratch + chunkBytes * i, right, to + groupBytes * g + quadBytes * i);
      }
    }
  }
}

/** A task: X of a block of rows, then those rows of A. */
export function updateRows(job: Job, c: i32, task: i32, thread: i32): void {
  const start = c + WIDTH + task * BLOCK;
  const quads = min(BLOCK, job.rows - start) >> 2;
  const first = (c + WIDTH) >> 2;
  const count = (job.columns >> 2) - first;
  const scratch = job.scratch + job.scratchBytes * thread;
  const x = scratch + (32 << 10);
  const left = job.left + PAIR * ((start - c) >> 2);
  memory.fill(x, 0, TILE * GROUPS * quads);
  const rows = job.matrix + (<usize>start << 5);
  multiplied(rows + job.panel * first, job.panel, quads, job, count, x, TILE, TILE * GROUPS, scratch);
  for (let i = 0; i < quads; i++) {
    for (let g = 0; g < GROUPS; g++) {
      const tile = x + TILE * (GROUPS * i + g);
      subtractProduct(WIDTH, left + PAIR * i, job.product + HALF * g, tile);
      transposeTile(tile, left + PAIR * i + HALF + TILE * g);
    }
  }
  for (let p = first; p < first + count; p++) {
    const panel = rows + job.panel * p;
    const right = job.right + PAIR * p;
    for (let i = 0; i < quads; i++) subtractProduct(2 * WIDTH, left + PAIR * i, right, panel + TILE * i);
  }
}
