import { BLOCK, Job } from './job.as';
import { addProduct } from './tiles.as';

const TILE: usize = 128;
/** Terms that are added at a time. */
const TERMS: i32 = 256;

export function productTasks(job: Job): i32 {
  return (job.rows + BLOCK - 1) / BLOCK;
}

/** A task: a block of rows of the product. Terms that a triangular factor makes 0 are left out, a quad at a time. */
export function multiplyRows(job: Job, task: i32): void {
  const first = (task * BLOCK) >> 2;
  const last = min(task * BLOCK + BLOCK, job.rows) >> 2;
  const panels = job.columns >> 2;
  const quadBytes = <usize>job.depth << 5;
  for (let p = 0; p < panels; p++) {
    memory.fill(job.matrix + job.panel * p + TILE * first, 0, TILE * (last - first));
  }
  for (let k = 0; k < job.depth; k += TERMS) {
    const end = min(k + TERMS, job.depth);
    for (let p = 0; p < panels; p++) {
      const panel = job.matrix + job.panel * p;
      const right = job.columnOperand + quadBytes * p;
      for (let i = first; i < last; i++) {
        const zeros = job.triangular == 1 ? i << 2 : job.triangular == 2 ? p << 2 : 0;
        const start = max(k, zeros);
        if (start >= end) continue;
        const offset = <usize>start << 5;
        addProduct(end - start, job.rowOperand + quadBytes * i + offset, right + offset, panel + TILE * i);
      }
    }
  }
}
