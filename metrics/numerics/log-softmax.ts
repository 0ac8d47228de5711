import type { Rows } from './rows.js';

/** log softmax of one row of logits, into `target`; no exponential overflows. */
export function logSoftmax(logits: Rows, row: number, target: Float64Array): void {
  const { d: classes, data } = logits;
  const start = row * classes;
  let largest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c++) largest = Math.max(largest, data[start + c]!);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum += Math.exp(data[start + c]! - largest);
  const logSum = Math.log(sum); // not added to the largest, whose rounding would be that of all
  for (let c = 0; c < classes; c++) target[c] = data[start + c]! - largest - logSum;
}
