import { unknownNameError } from '../../encoders/unknown-name-error.js';
import type { Alternative } from './alternative.js';
import { reconstruction } from './reconstruction.js';
import { featureNorm, flip, perturbation } from './trajectory-alternatives.js';

/** Alternatives that need the denoiser alone, by name. */
export const ALTERNATIVES: readonly Alternative[] = [featureNorm, perturbation(), flip, reconstruction];

/**
 * Alternatives by their names.
 *
 * @param also  further ones that are to be had, such as the ensemble
 * @throws OptionError UNKNOWN_COLUMN naming what there is
 */
export function alternativesNamed(
  names: readonly string[],
  also: readonly Alternative[] = [],
): Alternative[] {
  const known = [...ALTERNATIVES, ...also];
  return names.map((name) => {
    const found = known.find((alternative) => alternative.name === name);
    if (found !== undefined) return found;
    throw unknownNameError('UNKNOWN_COLUMN', {
      where: '--alternatives',
      what: 'alternative',
      name,
      known: [...new Set([...known.map((alternative) => alternative.name), ...OPENED_ALTERNATIVES])],
    });
  });
}

/** Alternatives that need more than the denoiser: a posterior and an encoder, real images, dropout. */
export const OPENED_ALTERNATIVES = ['mc-dropout', 'ensemble', 'reference-distance'] as const;
