import { ShapeError } from '../../errors.js';
import type { GaussianMoments } from '../../numerics/gaussian-moments.js';
import { rows } from '../../numerics/rows.js';
import type { NpyArray } from './npy-array.js';

/** numpy's covariances are symmetric to the last digit in float64 and to 2⁻²⁴ of the largest variance in float32. */
const SYMMETRY_TOLERANCE = 1e-6;

/** Arrays of a file by name. */
export interface NamedArrays {
  readonly path: string;
  readonly arrays: readonly string[];
  array(name: string): Promise<NpyArray>;
}

/**
 * Moments out of the arrays `mu` and `sigma`, and `n` and `mu_rest` where they are there.
 *
 * @throws ShapeError SHAPE_MISMATCH if their shapes do not fit together, or `sigma` is not symmetric
 * @throws NumericalError NOT_FINITE for NaN or infinity
 */
export async function statistics(
  npz: NamedArrays,
): Promise<{ readonly n: number | null; readonly moments: GaussianMoments }> {
  const { path } = npz;
  const { data: mu, shape, descr } = await npz.array('mu');
  const { data: sigma, shape: square, descr: sigmaDescr } = await npz.array('sigma');
  const d = mu.length;
  if (shape.length !== 1 || d === 0 || square.length !== 2 || square[0] !== d || square[1] !== d)
    throw new ShapeError('SHAPE_MISMATCH', {
      where: path,
      expected: 'mu must be (d) and sigma (d, d)',
      received: `mu (${shape.join(', ')}), sigma (${square.join(', ')})`,
      help: 'Save mu = embeddings.mean(axis=0) and sigma = cov(embeddings, rowvar=False) of one set of embeddings, or write the file with steadfid stats.',
    });
  const mean = rows(Float64Array.from(mu), { n: 1, d, name: `${path}, array mu` }).data as Float64Array;
  rows(sigma, { n: d, d, name: `${path}, array sigma` });
  const n = npz.arrays.includes('n') ? count(await npz.array('n'), `${path}, array n`) : null;
  const covariance = symmetric(Float64Array.from(sigma), d, path);
  const rest = npz.arrays.includes('mu_rest') ? await restOf(npz, mean) : {};
  const unitRoundoff = Math.max(roundoffOf(descr), roundoffOf(sigmaDescr));
  const moments = { n, d, mean, ...rest, covariance, ...(unitRoundoff === 0 ? {} : { unitRoundoff }) };
  return { n, moments };
}

/** Share of a number that is lost in numpy's type: in float16 2⁻¹¹, in float32 2⁻²⁴; 0 where float64 holds what was meant. */
function roundoffOf(descr: string): number {
  if (/f2$/.test(descr)) return 2 ** -11;
  return /f4$/.test(descr) ? 2 ** -24 : 0;
}

/** What rounding left off the means: less than half of their last digit each. */
async function restOf(npz: NamedArrays, mean: Float64Array): Promise<Pick<GaussianMoments, 'meanRest'>> {
  const { data, shape } = await npz.array('mu_rest');
  const meanRest = Float64Array.from(data);
  if (
    shape.length === 1 &&
    shape[0] === mean.length &&
    mean.every((value, j) => value + meanRest[j]! === value)
  )
    return { meanRest };
  throw new ShapeError('SHAPE_MISMATCH', {
    where: `${npz.path}, array mu_rest`,
    expected: 'must be what the rounding of mu left off',
    received: `(${shape.join(', ')}), of other numbers`,
    help: 'Take it out of the archive, or make the statistics again.',
  });
}

function count({ data }: NpyArray, where: string): number {
  const [n] = data;
  if (data.length === 1 && Number.isSafeInteger(n) && n! >= 1) return n!;
  throw new ShapeError('SHAPE_MISMATCH', {
    where,
    expected: 'must be one whole number, how many images the statistics are of',
    received: Array.from(data.subarray(0, 3)).join(', ') || 'none',
    help: 'Save n as a single integer, or leave it out where it is not known.',
  });
}

/** The two triangles, which rounding may have made differ, averaged. */
function symmetric(covariance: Float64Array, d: number, path: string): Float64Array {
  let largest = 0;
  for (let i = 0; i < d; i++) largest = Math.max(largest, covariance[i * d + i]!);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [covariance[i * d + j]!, covariance[j * d + i]!];
      if (Math.abs(lower - upper) > SYMMETRY_TOLERANCE * largest)
        throw new ShapeError('SHAPE_MISMATCH', {
          where: `${path}, array sigma`,
          expected: 'must be symmetric',
          received: `${lower} at (${i}, ${j}) and ${upper} at (${j}, ${i})`,
          help: 'Save the whole covariance, both triangles of it.',
        });
      covariance[i * d + j] = covariance[j * d + i] = (lower + upper) / 2;
    }
  }
  return covariance;
}
