import { NumericalError, OptionError } from '../../errors.js';
import type { Curvature } from './curvature.js';
import { parametersPerOutput } from './layer-shape.js';
import { effectiveDegreesOfFreedom, type Spectrum } from './posterior.js';
import { curvatureScale, type PosteriorSettings } from './posterior-settings.js';

/** What the evidence needs beside the spectrum. */
export interface EvidenceData {
  readonly curvature: Pick<Curvature, 'layer' | 'positions' | 'squaredResiduals'>;
  readonly spectrum: Spectrum;
  /** ‖θ‖²: of the trained weights and biases of the D outputs */
  readonly squaredWeights: number;
}

/**
 * Log evidence of the Laplace approximation, natural logarithm,
 * −½n·log 2πσ² − RSS/(2σ²T) − ½λ‖θ‖² − ½ Σ log(1 + h/(λσ²T)),
 * n = D times the positions, RSS the squared residuals of the trained layer, h the eigenvalues of the curvature of all D·F̃ weights.
 * Higher is better, among structures and settings on the same data.
 *
 * @source MacKay 1992, Neural Computation 4(3):415–447; Immer et al. 2021, arXiv:2104.04975
 */
export function logEvidence(
  { curvature, spectrum, squaredWeights }: EvidenceData,
  settings: Pick<PosteriorSettings, 'noiseSd' | 'priorPrecision' | 'temperature'>,
): number {
  const { noiseSd, priorPrecision } = settings;
  const scale = curvatureScale({ structure: 'full', fisherFactor: 1, ...settings });
  let volume = 0;
  for (const value of spectrum.eigenvalues) volume += Math.log1p((value * scale) / priorPrecision);
  return (
    -0.5 * observations(curvature) * Math.log(2 * Math.PI * noiseSd * noiseSd) -
    0.5 * curvature.squaredResiduals * scale -
    0.5 * priorPrecision * squaredWeights -
    0.5 * spectrum.outputs * volume
  );
}

/** n: N·H·W·D for a convolution. */
function observations({ layer, positions }: EvidenceData['curvature']): number {
  return positions * layer.outputs;
}

/** Steps of the bisection: each halves the interval of log α, which begins 2·690 wide. */
const BISECTIONS = 200;

/**
 * The noise σ and the prior precision λ of the highest evidence, for a given temperature, from the eigenvalues alone.
 *
 * At the maximum λ‖θ‖² = γ and RSS/(σ²T) = n − γ, with γ the effective degrees of freedom, which depend on α = λσ²T only. So
 * log(γ(α)·RSS/(‖θ‖²(n − γ(α)))) = log α; the left side falls and the right side rises: there is one solution, found by bisection.
 *
 * @throws OptionError CONFLICTING_OPTIONS for `isotropic`, whose evidence only grows as λ falls to 0
 * @throws NumericalError DID_NOT_CONVERGE if there is no maximum: residuals or weights that are all 0, or no curvature
 * @source MacKay 1992, Neural Computation 4(3):415–447, §4.3
 */
export function maximumEvidence(
  { curvature, spectrum, squaredWeights }: EvidenceData,
  { structure, temperature }: Pick<PosteriorSettings, 'structure' | 'temperature'>,
): Pick<PosteriorSettings, 'noiseSd' | 'priorPrecision'> {
  if (structure === 'isotropic') {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--tune marginal-likelihood',
      expected: 'needs a structure that learns from the data',
      received: 'isotropic, whose evidence has no maximum: it grows as the prior precision falls to 0',
      help: 'Take --structure full, kron or diag, or give --noise-sd and --prior-precision.',
    });
  }
  const n = observations(curvature);
  const rss = curvature.squaredResiduals;
  const degrees = (ratio: number): number =>
    effectiveDegreesOfFreedom(spectrum, { noiseSd: 1, priorPrecision: ratio, temperature: 1 });
  if (!(rss > 0 && squaredWeights > 0 && degrees(1) > 0)) throw noMaximum(rss, squaredWeights);
  const excess = (logRatio: number): number => {
    const gamma = degrees(Math.exp(logRatio));
    return gamma >= n
      ? Number.POSITIVE_INFINITY
      : Math.log((gamma * rss) / (squaredWeights * (n - gamma))) - logRatio;
  };
  let [low, high] = [-690, 690]; // of log α: the range of float64
  for (let i = 0; i < BISECTIONS; i++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  const ratio = Math.exp((low + high) / 2);
  const gamma = degrees(ratio);
  const priorPrecision = gamma / squaredWeights;
  const noiseSd = Math.sqrt(rss / (n - gamma) / temperature);
  if (!(priorPrecision > 0 && noiseSd > 0 && Number.isFinite(priorPrecision * noiseSd))) {
    throw noMaximum(rss, squaredWeights);
  }
  return { noiseSd, priorPrecision };
}

function noMaximum(rss: number, squaredWeights: number): NumericalError {
  return new NumericalError('DID_NOT_CONVERGE', {
    where: 'maximumEvidence',
    expected: 'residuals, weights and curvature must not be 0, or the evidence has no maximum',
    received: `squared residuals ${rss}, squared weights ${squaredWeights}`,
  });
}

/** ‖θ‖² of weights and biases. */
export function squaredWeightsOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return sum;
}

/** P = D·F̃: weights and biases of all outputs. */
export function parameterCount({ layer }: Pick<Curvature, 'layer'>): number {
  return layer.outputs * parametersPerOutput(layer);
}
