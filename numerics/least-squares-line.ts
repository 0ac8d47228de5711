import { SampleSizeError } from '../errors.js';
import { compensatedSum } from './mean-and-variance.js';

/** y ≈ intercept + slope·x. */
export interface Line {
  readonly intercept: number;
  readonly slope: number;
}

/**
 * Ordinary least squares line, in deviations from the means.
 *
 * @throws SampleSizeError TOO_FEW_SAMPLES unless two x differ
 * @example
 * leastSquaresLine([1, 2, 3], [3, 5, 7]); // { intercept: 1, slope: 2 }
 */
export function leastSquaresLine(x: readonly number[], y: readonly number[]): Line {
  const n = x.length;
  const meanX = compensatedSum(x) / n;
  const meanY = compensatedSum(y) / n;
  const squares = compensatedSum(x.map((value) => (value - meanX) ** 2));
  if (!(n >= 2 && squares > 0)) {
    throw new SampleSizeError('TOO_FEW_SAMPLES', {
      where: 'leastSquaresLine',
      expected: 'a line needs points at at least two different x',
      received: `${n} point${n === 1 ? '' : 's'}`,
    });
  }
  const slope = compensatedSum(x.map((value, i) => (value - meanX) * (y[i]! - meanY))) / squares;
  return { intercept: meanY - slope * meanX, slope };
}
