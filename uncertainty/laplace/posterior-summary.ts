import { logEvidence, parameterCount } from './evidence.js';
import type { FittedPosterior } from './fit-posterior.js';
import type { LayerShape } from './layer-shape.js';
import { curvatureSpectrum, effectiveDegreesOfFreedom, structuresOf } from './posterior.js';
import type { PosteriorData } from './posterior-record.js';
import {
  curvatureScale,
  type PosteriorSettings,
  posteriorSettings,
  type Structure,
} from './posterior-settings.js';

/** Shares of the eigenvalues below each of which a quantile is given. */
const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1] as const;

/** What one structure makes of the sums, at the posterior's noise, prior and temperature. */
export interface StructureSummary {
  readonly structure: Structure;
  /** natural logarithm; higher is better */
  readonly logEvidence: number;
  /** between 0 and `parameters` */
  readonly effectiveDegreesOfFreedom: number;
}

/** What `laplace show --json` tells of a posterior. */
export interface PosteriorSummary extends PosteriorSettings {
  readonly schema: 'steadfid/posterior-summary/1';
  readonly denoiser: { readonly id: string; readonly sha256: string };
  readonly tuned: 'marginal-likelihood' | null;
  readonly layer: LayerShape;
  /** D·F̃ */
  readonly parameters: number;
  readonly pairs: number;
  readonly positions: number;
  /** root mean square of ε̂ − ε over the pairs, beside which the noise sd can be judged */
  readonly residualSd: number;
  /** of every structure that the sums can give */
  readonly structures: readonly StructureSummary[];
  /** of the posterior's own structure */
  readonly spectrum: {
    /** h/(σ²T), to be compared with the prior precision: at these shares of the eigenvalues, the nearest below */
    readonly quantiles: readonly { readonly share: number; readonly precision: number }[];
    /** share of the eigenvalues with h/(σ²T) above the prior precision: directions that the data determine */
    readonly determined: number;
  };
  readonly data: PosteriorData;
}

/** Evidence, effective degrees of freedom and spectrum of a posterior. */
export async function posteriorSummary({ posterior, record }: FittedPosterior): Promise<PosteriorSummary> {
  const { curvature, structure, priorPrecision } = posterior;
  const { layer, pairs, positions, squaredResiduals } = curvature;
  const { denoiser, tuned, squaredWeights, data } = record;
  const structures: StructureSummary[] = [];
  let own: PosteriorSummary['spectrum'] | undefined;
  for (const candidate of structuresOf(curvature)) {
    const spectrum = await curvatureSpectrum({ ...posterior, structure: candidate });
    structures.push({
      structure: candidate,
      logEvidence: logEvidence({ curvature, spectrum, squaredWeights }, posterior),
      effectiveDegreesOfFreedom: effectiveDegreesOfFreedom(spectrum, posterior),
    });
    if (candidate === structure) {
      const precisions = spectrum.eigenvalues.map((value) => value * curvatureScale(posterior));
      own = spectrumSummary(precisions, priorPrecision);
    }
  }
  return {
    schema: 'steadfid/posterior-summary/1',
    denoiser,
    ...{ ...posteriorSettings(posterior), tuned },
    ...{ layer, parameters: parameterCount(curvature), pairs, positions },
    residualSd: Math.sqrt(squaredResiduals / (positions * layer.outputs)),
    structures,
    spectrum: own!,
    data,
  };
}

/** @param precisions  ascending */
function spectrumSummary(precisions: Float64Array, prior: number): PosteriorSummary['spectrum'] {
  const last = precisions.length - 1;
  return {
    quantiles: SHARES.map((share) => ({ share, precision: precisions[Math.floor(share * last)]! })),
    determined: precisions.reduce((count, value) => count + (value > prior ? 1 : 0), 0) / precisions.length,
  };
}
