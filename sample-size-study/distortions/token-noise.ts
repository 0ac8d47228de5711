import type { Distortion } from './distortion.js';
import { type PatchCodebook, tokenNoised } from './patch-codebook.js';

/** Probabilities that mirror the published progressive distortion; level 1 is the codebook's reconstruction alone. */
export const TOKEN_PROBABILITIES = [0, 0.01, 0.03, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4] as const;

/** Token noise with a codebook of image patches, in the place of a learned tokenizer. */
export function tokenNoise(codebook: PatchCodebook): Distortion {
  return {
    id: 'token-noise',
    title: 'Token noise',
    source: 'after Jayasumana et al. 2024, arXiv:2401.09603, progressive distortion of VQGAN tokens',
    levels: () => TOKEN_PROBABILITIES.map((probability) => ({ probability })),
    apply: (image, parameters, random) =>
      tokenNoised(image, { codebook, probability: parameters['probability']! }, random),
  };
}
