import { symmetricEigenDecomposition } from '../../numerics/symmetric-eigenvalues.js';
import { parametersPerOutput, weightsPerOutput } from './layer-shape.js';
import { type Posterior, weightBlock, withoutGram } from './posterior.js';
import { curvatureScale, type Structure } from './posterior-settings.js';
import { priorLost } from './variance-form.js';

/** γ² under each of S settings as Σ_i w_si·(v_i·ψ + o_i)² + c_s: the directions are the same for all. */
export interface SpectralForm {
  /** v, (rows, F) row-major: eigenvectors of the curvature */
  readonly directions: Float64Array;
  /** o, (rows): their entries of the bias */
  readonly offsets: Float64Array;
  /** w, (S, rows) row-major: 1/(h_i/(σ²T) + λ) */
  readonly weights: Float64Array;
  /** c, (S): what an independent bias adds */
  readonly constants: Float64Array;
}

/**
 * The predictive variance under several settings of one curvature, `full` or `kron`, by one eigendecomposition: with H = Σ h_i v_i v_iᵀ,
 * P⁻¹ = Σ v_i v_iᵀ/(h_i/(σ²T) + λ), so that noise and prior change the weights of the sum alone.
 *
 * @param posteriors  of one curvature and structure, at least one
 * @throws OptionError CONFLICTING_OPTIONS if the sums have no G
 * @throws NumericalError NOT_POSITIVE_SEMIDEFINITE if a λ is lost in the rounding of the largest eigenvalue
 */
export function spectralForm(posteriors: readonly Posterior[]): SpectralForm {
  const [{ curvature, structure }] = posteriors as readonly [Posterior];
  const { layer, positions } = curvature;
  const count = weightsPerOutput(layer);
  const isTogether = structure === 'full' && layer.bias === 'with';
  const { values, vectors } = eigenbasis(posteriors[0]!, structure);
  const rows = values.length;
  const directions = new Float64Array(rows * count);
  const offsets = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    directions.set(vectors.subarray(i * rows, i * rows + count), i * count);
    if (isTogether) offsets[i] = vectors[i * rows + count]!;
  }
  const weights = new Float64Array(posteriors.length * rows);
  const constants = new Float64Array(posteriors.length);
  for (const [s, posterior] of posteriors.entries()) {
    const { priorPrecision } = posterior;
    const scale = curvatureScale(posterior);
    const error = Number.EPSILON * Math.sqrt(rows) * values.at(-1)! * scale;
    if (priorPrecision < 2 * error)
      throw priorLost(`an eigenvalue of ${values.at(-1)! * scale} with prior precision ${priorPrecision}`);
    for (let i = 0; i < rows; i++)
      weights[s * rows + i] = 1 / (Math.max(0, values[i]!) * scale + priorPrecision);
    if (layer.bias === 'with' && !isTogether) constants[s] = 1 / (positions * scale + priorPrecision);
  }
  return { directions, offsets, weights, constants };
}

function eigenbasis({ curvature }: Posterior, structure: Structure) {
  const { layer, gram } = curvature;
  if (gram === null) throw withoutGram(structure);
  return structure === 'full'
    ? symmetricEigenDecomposition(gram, parametersPerOutput(layer))
    : symmetricEigenDecomposition(weightBlock(curvature), weightsPerOutput(layer));
}
