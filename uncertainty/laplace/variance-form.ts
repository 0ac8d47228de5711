import { NumericalError } from '../../errors.js';
import { isIndefinite } from '../../numerics/pivoted-cholesky.js';
import { inverseOfLower, lowerCholesky } from '../../numerics/triangular-factor.js';
import {
  checkedFeatures,
  type FeatureBatch,
  type LayerShape,
  parametersPerOutput,
  patches,
  weightsPerOutput,
} from './layer-shape.js';
import { type Posterior, withoutGram } from './posterior.js';
import { curvatureScale } from './posterior-settings.js';

/** γ² as ‖M·ψ + m‖² + s, the same for all outputs. */
export interface QuadraticForm {
  readonly kind: 'quadratic';
  /** M, (F, F) row-major, lower triangular */
  readonly factor: Float64Array;
  /** m, (F): what the bias adds */
  readonly offset: Float64Array;
  /** s ≥ 0 */
  readonly constant: number;
}

/** γ² as Σ_f v_f·ψ_f² + s, of each output its own or one for all. */
export interface DiagonalForm {
  readonly kind: 'diagonal';
  /** 1 for all, or D */
  readonly outputs: number;
  /** v, (outputs, F) row-major */
  readonly weights: Float64Array;
  /** s, (outputs) */
  readonly constants: Float64Array;
}

export type VarianceForm = QuadraticForm | DiagonalForm;

/**
 * The predictive variance of ε̂ as a function of the patch alone, γ² = ψ̃ᵀP⁻¹ψ̃, without the noise σ² itself.
 *
 * For `full` and `kron`, P = LLᵀ and γ² = ‖L⁻¹ψ̃‖², the bias first.
 *
 * @throws NumericalError NOT_POSITIVE_SEMIDEFINITE if λ is lost in the rounding of G/(σ²T)
 * @source Kristiadi et al. 2020, arXiv:2002.10118 (last-layer Laplace); the convolution as a linear layer of its patches
 */
export async function varianceForm(posterior: Posterior): Promise<VarianceForm> {
  const { structure, curvature, priorPrecision, fisherFactor } = posterior;
  const { layer, diagonal, squaredGradients, pairs } = curvature;
  const scale = curvatureScale(posterior);
  if (structure === 'full' || structure === 'kron') return quadraticForm(posterior);
  if (structure === 'isotropic') {
    const variance = 1 / (priorPrecision * (pairs * scale + 1));
    return diagonalForm(layer, new Float64Array(parametersPerOutput(layer)).fill(variance), 1);
  }
  if (structure === 'diag') {
    return diagonalForm(
      layer,
      diagonal.map((value) => 1 / (value * scale + priorPrecision)),
      1,
    );
  }
  const precisions = squaredGradients.map((value) => fisherFactor * value * scale + priorPrecision);
  return diagonalForm(
    layer,
    precisions.map((value) => 1 / value),
    layer.outputs,
  );
}

/** @param variances  (outputs, F̃) */
function diagonalForm(layer: LayerShape, variances: Float64Array, outputs: number): DiagonalForm {
  const size = parametersPerOutput(layer);
  const count = weightsPerOutput(layer);
  const weights = new Float64Array(outputs * count);
  const constants = new Float64Array(outputs);
  for (let output = 0; output < outputs; output++) {
    const own = variances.subarray(output * size, (output + 1) * size);
    weights.set(own.subarray(0, count), output * count);
    if (layer.bias === 'with') constants[output] = own[count]!;
  }
  return { kind: 'diagonal', outputs, weights, constants };
}

async function quadraticForm(posterior: Posterior): Promise<QuadraticForm> {
  const { structure, curvature, priorPrecision } = posterior;
  const { layer, gram, positions } = curvature;
  if (gram === null) throw withoutGram(structure);
  const scale = curvatureScale(posterior);
  const size = parametersPerOutput(layer);
  const count = weightsPerOutput(layer);
  const together = structure === 'full' && layer.bias === 'with';
  const indices = Uint32Array.from({ length: together ? size : count }, (_, i) =>
    together ? (i + count) % size : i,
  );
  const d = indices.length;
  const precision = new Float64Array(d * d);
  indices.forEach((from, i) => {
    indices.forEach((other, j) => {
      precision[i * d + j] = gram[from * size + other]! * scale + (i === j ? priorPrecision : 0);
    });
  });
  const inverse = await inverseOfLower(await definiteFactor(precision, d, priorPrecision), d);
  if (!together) {
    const constant = layer.bias === 'with' ? 1 / (positions * scale + priorPrecision) : 0;
    return { kind: 'quadratic', factor: inverse, offset: new Float64Array(count), constant };
  }
  const factor = new Float64Array(count * count);
  const offset = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const start = (i + 1) * d;
    offset[i] = inverse[start]!;
    factor.set(inverse.subarray(start + 1, start + d), i * count);
  }
  return { kind: 'quadratic', factor, offset, constant: inverse[0]! ** 2 };
}

/** Every pivot of H + λI is at least λ: one far below it shows that rounding has eaten λ. */
async function definiteFactor(
  precision: Float64Array,
  d: number,
  priorPrecision: number,
): Promise<Float64Array> {
  let factor: Float64Array;
  try {
    factor = await lowerCholesky(precision, d);
  } catch (error) {
    if (!isIndefinite(error)) throw error;
    throw priorLost((error as NumericalError).details.received!, error);
  }
  for (let i = 0; i < d; i++) {
    const pivot = factor[i * d + i]! ** 2;
    if (pivot < priorPrecision / 2) throw priorLost(`pivot ${pivot} with prior precision ${priorPrecision}`);
  }
  return factor;
}

/** The error of a prior precision that is too small beside the curvature: it is lost in rounding. */
export function priorLost(received: string, cause?: unknown): NumericalError {
  return new NumericalError(
    'NOT_POSITIVE_SEMIDEFINITE',
    {
      where: 'posterior',
      expected: 'the prior precision must not be lost in the rounding of the curvature G/(σ²T)',
      received,
      help: 'Take a larger prior precision or noise sd, or the structure diag.',
    },
    { cause },
  );
}

/**
 * γ² of every output and position in float64, plainly: exact, and slow beyond a few hundred weights.
 *
 * @param features  (n, C, h, w)
 * @returns (n, D, h, w)
 * @throws ShapeError SHAPE_MISMATCH, NumericalError NOT_FINITE
 */
export function exactVariance(form: VarianceForm, features: FeatureBatch, layer: LayerShape): Float64Array {
  const { n, height, width } = checkedFeatures(features, layer);
  const rows = patches(features, layer);
  const size = parametersPerOutput(layer);
  const area = height * width;
  const variances = new Float64Array(n * layer.outputs * area);
  for (let at = 0; at < n * area; at++) {
    const patch = rows.subarray(at * size, (at + 1) * size);
    const shared = form.kind === 'quadratic' ? quadratic(form, patch) : undefined;
    for (let output = 0; output < layer.outputs; output++) {
      const to = (Math.floor(at / area) * layer.outputs + output) * area + (at % area);
      variances[to] = shared ?? diagonalOf(form as DiagonalForm, patch, output);
    }
  }
  return variances;
}

function quadratic({ factor, offset, constant }: QuadraticForm, patch: Float64Array): number {
  const count = offset.length;
  let sum = constant;
  for (let i = 0; i < count; i++) {
    let value = offset[i]!;
    for (let j = 0; j <= i; j++) value += factor[i * count + j]! * patch[j]!;
    sum += value * value;
  }
  return sum;
}

function diagonalOf(
  { outputs, weights, constants }: DiagonalForm,
  patch: Float64Array,
  output: number,
): number {
  const own = outputs === 1 ? 0 : output;
  const count = weights.length / outputs;
  let sum = constants[own]!;
  for (let f = 0; f < count; f++) sum += weights[own * count + f]! * patch[f]! * patch[f]!;
  return sum;
}
