/** How much of the curvature a posterior keeps, from all of it to none. */
export const STRUCTURES = ['full', 'kron', 'diag', 'diag-ef', 'isotropic'] as const;
export type Structure = (typeof STRUCTURES)[number];

/** Factor of the curvature `diag-ef`: 2 as BayesDiff has it, 1 for the empirical Fisher of the likelihood. */
export type FisherFactor = 1 | 2;

export interface PosteriorSettings {
  readonly structure: Structure;
  /** σ > 0: standard deviation of the noise that the network predicts, in its units */
  readonly noiseSd: number;
  /** λ > 0: precision of the Gaussian prior of every weight */
  readonly priorPrecision: number;
  /** T > 0: divides the curvature; 1 is the posterior, H·W counts an image as one observation */
  readonly temperature: number;
  /** of `diag-ef` alone */
  readonly fisherFactor: FisherFactor;
}

export const DEFAULT_SETTINGS: PosteriorSettings = {
  structure: 'full',
  noiseSd: 1,
  priorPrecision: 1,
  temperature: 1,
  fisherFactor: 2,
};

/** The settings of what has more than settings, such as a posterior: what records tell of it. */
export function posteriorSettings(posterior: PosteriorSettings): PosteriorSettings {
  const { structure, noiseSd, priorPrecision, temperature, fisherFactor } = posterior;
  return { structure, noiseSd, priorPrecision, temperature, fisherFactor };
}

/** Whether a structure is made of all of G. */
export function needsGram(structure: Structure): boolean {
  return structure === 'full' || structure === 'kron';
}

/** 1/(σ²T): what the curvature is multiplied by. */
export function curvatureScale({ noiseSd, temperature }: PosteriorSettings): number {
  return 1 / (noiseSd * noiseSd * temperature);
}
