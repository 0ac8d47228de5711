import { largestOf } from '../../numerics/order-statistics.js';

/** A polynomial fitted by weighted least squares, its coefficients from the constant upwards. */
export interface WeightedFit {
  readonly coefficients: readonly number[];
  /** standard errors of the coefficients, residual variance estimated; null without spare points */
  readonly standardErrors: readonly number[] | null;
  /** points minus coefficients */
  readonly degreesOfFreedom: number;
}

/**
 * Least squares Σ wᵢ(yᵢ − Σₖ cₖ xᵢᵏ)² by Householder QR on the scaled design.
 *
 * @param degree  0 for a weighted mean, 1 for a line, 2 for a parabola
 * @returns undefined with fewer points than coefficients
 *
 * Agrees with: numpy.polyfit(x, y, degree, w=√w, cov=True) to 1e-9 relative, test/reference/study-analysis.json.
 */
export function weightedFit(
  points: readonly { readonly x: number; readonly y: number; readonly weight: number }[],
  { degree }: { readonly degree: 0 | 1 | 2 },
): WeightedFit | undefined {
  const size = degree + 1;
  const degreesOfFreedom = points.length - size;
  if (degreesOfFreedom < 0) return undefined;
  const unit = largestOf(points.map(({ x }) => Math.abs(x))) || 1; // so that powers stay near 1
  const rows = points.map(({ x, y, weight }) => {
    const root = Math.sqrt(weight);
    return [...Array.from({ length: size }, (_, power) => root * (x / unit) ** power), root * y];
  });
  const triangle = triangular(rows, size);
  const scaled = backSubstituted(triangle, size);
  if (scaled.some((value) => !Number.isFinite(value))) return undefined;
  const residual = rows.reduce((sum, row) => {
    const fitted = scaled.reduce((total, coefficient, k) => total + coefficient * row[k]!, 0);
    return sum + (row[size]! - fitted) ** 2;
  }, 0);
  const scales = scaled.map((_, power) => unit ** power);
  return {
    coefficients: scaled.map((value, k) => value / scales[k]!),
    standardErrors:
      degreesOfFreedom === 0
        ? null
        : inverseDiagonal(triangle, size).map(
            (value, k) => Math.sqrt((value * residual) / degreesOfFreedom) / scales[k]!,
          ),
    degreesOfFreedom,
  };
}

/** R of a QR decomposition, with Qᵀy as its last column. */
function triangular(rows: readonly (readonly number[])[], size: number): number[][] {
  const work = rows.map((row) => [...row]);
  for (let k = 0; k < size; k++) {
    const norm = Math.hypot(...work.slice(k).map((row) => row[k]!));
    if (norm === 0) continue;
    const alpha = work[k]![k]! > 0 ? -norm : norm;
    const mirror = work.slice(k).map((row, i) => row[k]! - (i === 0 ? alpha : 0));
    const length = mirror.reduce((sum, value) => sum + value * value, 0);
    for (let column = k; column <= size; column++) {
      const dot = mirror.reduce((sum, value, i) => sum + value * work[k + i]![column]!, 0);
      mirror.forEach((value, i) => {
        work[k + i]![column]! -= (2 * value * dot) / length;
      });
    }
  }
  return work.slice(0, size);
}

function backSubstituted(triangle: readonly (readonly number[])[], size: number): number[] {
  const solution = new Array<number>(size).fill(0);
  for (let k = size - 1; k >= 0; k--) {
    let rest = triangle[k]![size]!;
    for (let j = k + 1; j < size; j++) rest -= triangle[k]![j]! * solution[j]!;
    solution[k] = rest / triangle[k]![k]!;
  }
  return solution;
}

/** Diagonal of (RᵀR)⁻¹: squared row norms of R⁻¹. */
function inverseDiagonal(triangle: readonly (readonly number[])[], size: number): number[] {
  const inverse = Array.from({ length: size }, (_, column) =>
    backSubstituted(
      triangle.map((row, k) => [...row.slice(0, size), k === column ? 1 : 0]),
      size,
    ),
  );
  return Array.from({ length: size }, (_, row) =>
    inverse.reduce((sum, column) => sum + column[row]! ** 2, 0),
  );
}
