import { OptionError } from '../../errors.js';
import { fastSymmetricEigenvalues } from '../../numerics/fast-singular-values.js';
import { symmetricEigenvalues } from '../../numerics/symmetric-eigenvalues.js';
import type { Curvature } from './curvature.js';
import { parametersPerOutput, weightsPerOutput } from './layer-shape.js';
import {
  curvatureScale,
  DEFAULT_SETTINGS,
  needsGram,
  type PosteriorSettings,
  posteriorSettings,
  STRUCTURES,
  type Structure,
} from './posterior-settings.js';

/**
 * Gaussian posterior of the last layer's weights around the trained ones: for each output the precision P = H/(σ²T) + λI, where H is
 *
 * - `full`: G = Σ ψ̃ψ̃ᵀ, every weight with every other;
 * - `kron`: G of the weights and N·H·W of the bias, without what binds the two;
 * - `diag`: the diagonal of G;
 * - `diag-ef`: 2·Σ_n(Σ_p r·ψ̃)², the diagonal empirical Fisher of BayesDiff, another for each output;
 * - `isotropic`: λ·N for every weight, so that P = λ(N/(σ²T) + 1): no data but their number enter.
 *
 * @source Daxberger et al. 2021, arXiv:2106.14806 (last-layer Laplace); Kou et al. 2023, arXiv:2310.11142 (BayesDiff)
 */
export interface Posterior extends PosteriorSettings {
  readonly curvature: Curvature;
}

/**
 * A posterior from its data's sums.
 *
 * @throws OptionError OUT_OF_RANGE if σ, λ or T is not a finite number above 0; CONFLICTING_OPTIONS if the structure needs G and the sums
 *   have none
 */
export function posteriorOf(curvature: Curvature, settings: Partial<PosteriorSettings> = {}): Posterior {
  const all = { ...DEFAULT_SETTINGS, ...settings };
  for (const [name, value] of [
    ['noise sd', all.noiseSd],
    ['prior precision', all.priorPrecision],
    ['temperature', all.temperature],
  ] as const) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new OptionError('OUT_OF_RANGE', {
      where: name,
      expected: 'must be a finite number above 0',
      received: String(value),
      help: 'At 0 a posterior has no variance, or none that exists.',
    });
  }
  const scale = curvatureScale(all);
  if (!(scale > 0 && Number.isFinite(scale) && Number.isFinite(scale / all.priorPrecision)))
    throw new OptionError('OUT_OF_RANGE', {
      where: 'noise sd, prior precision and temperature',
      expected: '1/(σ²T) and 1/(λσ²T) must be numbers that float64 holds',
      received: `σ = ${all.noiseSd}, λ = ${all.priorPrecision}, T = ${all.temperature}`,
    });
  if (needsGram(all.structure) && curvature.gram === null) throw withoutGram(all.structure);
  return { ...posteriorSettings(all), curvature };
}

/** The structures that sums can give. */
export function structuresOf({ gram }: Curvature): readonly Structure[] {
  return STRUCTURES.filter((structure) => gram !== null || !needsGram(structure));
}

export function withoutGram(structure: Structure): OptionError {
  return new OptionError('CONFLICTING_OPTIONS', {
    where: `structure ${structure}`,
    expected: 'needs the sums of all pairs of weights',
    received: 'sums of single weights alone',
    help: 'Fit again with --structure full or kron: such a file serves every structure.',
  });
}

/** The eigenvalues of a curvature, and how often each comes. */
export interface Spectrum {
  /** ascending; rounding below 0 is 0 */
  readonly eigenvalues: Float64Array;
  /** D where all outputs have the same, 1 where `eigenvalues` holds those of all outputs */
  readonly outputs: number;
}

/**
 * Eigenvalues of the curvature H of all weights, before noise and prior: all that evidence, effective degrees of freedom and tuning need.
 * For `isotropic` they are λ·N and depend on the prior.
 *
 * @throws OptionError CONFLICTING_OPTIONS if the structure needs G and the sums have none
 */
export async function curvatureSpectrum({
  curvature,
  structure,
  priorPrecision,
  fisherFactor,
}: Pick<Posterior, 'curvature' | 'structure' | 'priorPrecision' | 'fisherFactor'>): Promise<Spectrum> {
  const { layer, gram, diagonal, squaredGradients, pairs } = curvature;
  const { outputs } = layer;
  if (structure === 'isotropic') {
    const eigenvalues = new Float64Array(parametersPerOutput(layer)).fill(priorPrecision * pairs);
    return { eigenvalues, outputs };
  }
  if (structure === 'diag') return { eigenvalues: diagonal.slice().sort(), outputs };
  if (structure === 'diag-ef') {
    return { eigenvalues: squaredGradients.map((value) => fisherFactor * value).sort(), outputs: 1 };
  }
  if (gram === null) throw withoutGram(structure);
  const size = parametersPerOutput(layer);
  if (structure === 'full' || layer.bias === 'without') {
    return { eigenvalues: notNegative(await eigenvaluesOf(gram, size)), outputs };
  }
  const weights = await eigenvaluesOf(weightBlock(curvature), size - 1);
  return { eigenvalues: notNegative(Float64Array.of(...weights, curvature.positions)).sort(), outputs };
}

function eigenvaluesOf(matrix: Float64Array, d: number): Promise<Float64Array> | Float64Array {
  return d < 96 ? symmetricEigenvalues(matrix, d) : fastSymmetricEigenvalues(matrix, d);
}

function notNegative(values: Float64Array): Float64Array {
  return values.map((value) => Math.max(0, value));
}

/** G without the row and column of the bias, (F, F). */
export function weightBlock({ layer, gram }: Curvature): Float64Array {
  if (gram === null) throw withoutGram('kron');
  const size = parametersPerOutput(layer);
  const weights = weightsPerOutput(layer);
  if (size === weights) return gram.slice();
  const block = new Float64Array(weights * weights);
  for (let i = 0; i < weights; i++) block.set(gram.subarray(i * size, i * size + weights), i * weights);
  return block;
}

/**
 * Effective degrees of freedom, Σ h/(h + λσ²T) over the eigenvalues h of the curvature of all outputs: how many of the D·F̃ weights the
 * data determine; between 0 and D·F̃. For `full` it is also Σ γ²/(σ²T) over the training positions and outputs.
 *
 * @source MacKay 1992, Neural Computation 4(3):415–447, eq. 4.8
 */
export function effectiveDegreesOfFreedom(
  { eigenvalues, outputs }: Spectrum,
  settings: Pick<PosteriorSettings, 'noiseSd' | 'priorPrecision' | 'temperature'>,
): number {
  const ratio = settings.priorPrecision * settings.noiseSd ** 2 * settings.temperature;
  let sum = 0;
  for (const value of eigenvalues) sum += value / (value + ratio);
  return outputs * sum;
}
