/** Keys' cubic kernel, as torch's: a = −0.75. */
const A = -0.75;

function nearWeight(x: number): number {
  return ((A + 2) * x - (A + 3)) * x * x + 1;
}

function farWeight(x: number): number {
  return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
}

interface Taps {
  readonly indices: readonly number[];
  readonly weights: readonly number[];
}

/** The four grid points around a place between them, and their weights; beyond the border the last one is repeated. */
function taps(point: number, grid: number): Taps {
  const first = Math.floor(point);
  const t = Math.fround(point - first);
  return {
    indices: [-1, 0, 1, 2].map((step) => Math.min(Math.max(first + step, 0), grid - 1)),
    weights: [farWeight(t + 1), nearWeight(t), nearWeight(1 - t), farWeight(2 - t)],
  };
}

/**
 * Position embeddings of a square grid at another grid's points, by cubic convolution without antialiasing, as DINOv2
 * does: places are scaled by from/(to + 0.1), its authors' work-around for rounding, and computed in float32.
 *
 * @param positions  (from × from, width), row-major
 * @returns (to × to, width)
 *
 * Source: facebookresearch/dinov2 `interpolate_pos_encoding` with `interpolate_offset` 0.1; torch's bicubic `interpolate`.
 * Agrees with: torch 2.13 to 1e-6, test/reference/networks.json.
 */
export function interpolatedPositions(
  positions: Float32Array,
  { from, to, width }: { readonly from: number; readonly to: number; readonly width: number },
): Float32Array {
  const scale = Math.fround(1 / ((to + 0.1) / from));
  const gridPoints = Array.from({ length: to }, (_, i) =>
    taps(Math.fround(Math.fround(scale * Math.fround(i + 0.5)) - 0.5), from),
  );
  const result = new Float32Array(to * to * width);
  gridPoints.forEach((row, y) => {
    gridPoints.forEach((column, x) => {
      const sums = new Float64Array(width);
      row.indices.forEach((gridY, i) => {
        column.indices.forEach((gridX, j) => {
          const weight = row.weights[i]! * column.weights[j]!;
          const source = (gridY * from + gridX) * width;
          for (let c = 0; c < width; c++) sums[c]! += weight * positions[source + c]!;
        });
      });
      result.set(sums, (y * to + x) * width);
    });
  });
  return result;
}
