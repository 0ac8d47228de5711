import { Team } from './team.as';

/** Reflectors taken together: the width of the band that a reduction leaves. */
export const WIDTH: i32 = 32;
/** Rows of a task: what it needs of them stays in the first-level cache. */
export const BLOCK: i32 = 32;
/** Columns of a matrix that are multiplied at a time. */
export const CHUNK: i32 = 64;

const PANEL_BYTES: usize = 32;
/** two operands of WIDTH columns each, side by side */
const PAIR_BYTES: usize = (<usize>WIDTH * 2) << 5;

/** A matrix being reduced: where everything lies. Sizes in elements, addresses in bytes. */
@unmanaged
export class Job extends Team {
  rows: i32;
  columns: i32;
  threads: i32;
  /** the matrix, panel p of four columns at matrix + p·panel */
  matrix: usize;
  panel: usize;
  /** reflectors of the current columns, each of them a row of `vectorBytes` */
  vectors: usize;
  vectorBytes: usize;
  /** reflectors of the current rows */
  others: usize;
  /** left operand of a row quad: reflectors, then what goes with them: (64, 4) each */
  left: usize;
  /** right operand of a panel: (64, 4) each */
  right: usize;
  /** right operands of all columns or rows: eight panels of (length, 4) */
  wide: usize;
  wideBytes: usize;
  more: usize;
  /** small matrices of WIDTH × WIDTH */
  triangle: usize;
  block: usize;
  factor: usize;
  product: usize;
  scratch: usize;
  scratchBytes: usize;
  band: usize;
  bandBytes: usize;
  /** of a matrix that is a product: how many terms, and its operands, (depth, 4) for each quad of rows and of columns */
  depth: i32;
  /** whether term k is 0 in rows beyond k (1), in columns beyond k (2), or nowhere (0) */
  triangular: i32;
  rowOperand: usize;
  columnOperand: usize;
}

/** Elements of a row of band storage: WIDTH below the diagonal, 2·WIDTH above it. */
export const BAND_ROW: i32 = 3 * WIDTH + 8;

let top: usize = 0;

function space(bytes: usize): usize {
  const start = top;
  top = (top + bytes + 127) & ~(<usize>127);
  return start;
}

/**
 * Lays a job of a (rows, columns) matrix out at the start of the memory and grows it; columns must be a multiple of WIDTH and rows
 * one of 4, at least columns. `depth`: how many terms if the matrix is a product, else 0. Gives the job's address, 0 if there is not enough.
 */
export function prepared(rows: i32, columns: i32, threads: i32, depth: i32): usize {
  const start = (__heap_base + 127) & ~(<usize>127);
  top = start + 256;
  const job = changetype<Job>(start);
  const square = (<usize>WIDTH * WIDTH) << 3;
  const panels = <usize>(columns >> 2);
  const quads = <usize>(rows >> 2);
  const panel = PANEL_BYTES * rows + 64 + ((PANEL_BYTES * rows) & 64); // an odd number of lines: no two panels share sets
  const matrix = space(panel * panels);
  const vectors = space((<usize>WIDTH * rows) << 3);
  const others = space((<usize>WIDTH * columns) << 3);
  const left = space(PAIR_BYTES * quads);
  const right = space(PAIR_BYTES * max(panels, quads));
  const wideBytes = PANEL_BYTES * rows + 64;
  const wide = space(wideBytes * (WIDTH >> 2));
  const more = space(wideBytes * (WIDTH >> 2));
  const triangle = space(square);
  const block = space(square);
  const factor = space(square);
  const product = space(square);
  const scratchBytes: usize = 64 << 10;
  const scratch = space(scratchBytes * threads);
  const bandBytes = <usize>BAND_ROW << 3;
  const band = space(bandBytes * (columns + 2 * WIDTH));
  const rowOperand = space((<usize>depth << 3) * rows);
  const columnOperand = space((<usize>depth << 3) * columns);
  const pages = <i32>((top + 65535) >> 16);
  if (pages > memory.size() && memory.grow(pages - memory.size()) < 0) return 0;
  memory.fill(start, 0, 256);
  // what an earlier job left; operands are written as a whole
  if (depth == 0) memory.fill(matrix, 0, panel * panels);
  memory.fill(band, 0, bandBytes * (columns + 2 * WIDTH));
  job.rows = rows;
  job.columns = columns;
  job.threads = threads;
  job.matrix = matrix;
  job.panel = panel;
  job.vectors = vectors;
  job.others = others;
  job.left = left;
  job.right = right;
  job.wide = wide;
  job.wideBytes = wideBytes;
  job.more = more;
  job.triangle = triangle;
  job.block = block;
  job.factor = factor;
  job.product = product;
  job.scratch = scratch;
  job.scratchBytes = scratchBytes;
  job.band = band;
  job.bandBytes = bandBytes;
  job.depth = depth;
  job.rowOperand = rowOperand;
  job.columnOperand = columnOperand;
  return start;
}
