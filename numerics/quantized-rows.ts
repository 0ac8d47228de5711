/** Columns of a block of pairs. */
export const QUANTIZED_COLUMNS = 1024;

/** 7 bits on the one side: with 8 on both, processors without a fused product of bytes add two in 16 bits, which overflow. */
export const ROW_LEVELS = 127;
export const COLUMN_LEVELS = 63;
/** Rows are stored above 0. */
export const ROW_ZERO = 128;
const COLUMN_ZERO = 64;

/** Vectors in bytes, as the first and as the second factor of their products. */
export interface QuantizedRows {
  readonly n: number;
  readonly d: number;
  /** (n, d): round(x/rowStep) + 128 */
  readonly rows: Uint8Array;
  readonly rowStep: number;
  /** (d, c) for every 1,024 vectors: round(x/columnStep) */
  readonly columns: readonly Int8Array[];
  readonly columnStep: number;
  /** no vector is farther than this from its bytes, as a row and as a column */
  readonly rowError: number;
  readonly columnError: number;
}

/**
 * Vectors rounded to bytes of one step: products of two to about two digits.
 *
 * @param data  (n, d)
 */
export function quantizedRows(
  data: Float32Array,
  { n, d }: { readonly n: number; readonly d: number },
): QuantizedRows {
  const largest = largestEntry(data) || 1; // zeros alone: any step serves
  const [rowStep, columnStep] = [largest / ROW_LEVELS, largest / COLUMN_LEVELS];
  const [perRowStep, perColumnStep] = [1 / rowStep, 1 / columnStep];
  const rows = new Uint8Array(n * d);
  const columns: Int8Array[] = [];
  let rowSquare = 0;
  let columnSquare = 0;
  for (let start = 0; start < n; start += QUANTIZED_COLUMNS) {
    const width = Math.min(QUANTIZED_COLUMNS, n - start);
    const block = new Int8Array(d * width);
    for (let i = 0; i < width; i++) {
      const from = (start + i) * d;
      let rowSum = 0;
      let columnSum = 0;
      for (let j = 0; j < d; j++) {
        const value = data[from + j]!;
        // whole numbers, rounded: above 0, cutting off the fraction rounds down
        const row = ((value * perRowStep + (ROW_ZERO + 0.5)) | 0) - ROW_ZERO;
        const column = ((value * perColumnStep + (COLUMN_ZERO + 0.5)) | 0) - COLUMN_ZERO;
        rows[from + j] = row + ROW_ZERO;
        block[j * width + i] = column;
        const rowRest = value - row * rowStep;
        const columnRest = value - column * columnStep;
        rowSum += rowRest * rowRest;
        columnSum += columnRest * columnRest;
      }
      if (rowSum > rowSquare) rowSquare = rowSum;
      if (columnSum > columnSquare) columnSquare = columnSum;
    }
    columns.push(block);
  }
  return {
    n,
    d,
    rows,
    rowStep,
    columns,
    columnStep,
    rowError: Math.sqrt(rowSquare),
    columnError: Math.sqrt(columnSquare),
  };
}

/** The largest magnitude. */
export function largestEntry(data: Float32Array): number {
  let largest = 0;
  for (let at = 0; at < data.length; at++) {
    const size = Math.abs(data[at]!);
    if (size > largest) largest = size;
  }
  return largest;
}
