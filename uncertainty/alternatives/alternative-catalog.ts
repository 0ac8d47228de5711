import { unknownNameError } from '../../encoders/unknown-name-error.js';
import { OptionError } from '../../errors.js';
import type { Alternative } from './alternative.js';
import { reconstruction } from './reconstruction.js';
import { featureNorm, flip, perturbation } from './trajectory-alternatives.js';

/** Alternatives that need the denoiser alone, by name. */
export const ALTERNATIVES: readonly Alternative[] = [featureNorm, perturbation(), flip, reconstruction];

/** What is known by name and needs something else. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'mc-dropout':
    'A network as ONNX has no dropout any more: its layers pass values on, as in evaluation. Take ensemble, which draws networks from the posterior, or score the images in the program that trained the network and pass that table to steadfid compare --scores.',
};

/**
 * Alternatives by their names.
 *
 * @param also  further ones that are to be had, such as the ensemble
 * @throws OptionError UNKNOWN_COLUMN naming what there is; CONFLICTING_OPTIONS for one that cannot be had here, saying why
 */
export function alternativesNamed(
  names: readonly string[],
  also: readonly Alternative[] = [],
): Alternative[] {
  const known = [...ALTERNATIVES, ...also];
  return names.map((name) => {
    const found = known.find((alternative) => alternative.name === name);
    if (found !== undefined) return found;
    const reason = ELSEWHERE[name];
    if (reason !== undefined)
      throw new OptionError('CONFLICTING_OPTIONS', {
        where: '--alternatives',
        expected: `${name} is not to be had here`,
        help: reason,
      });
    throw unknownNameError('UNKNOWN_COLUMN', {
      where: '--alternatives',
      what: 'alternative',
      name,
      known: known.map((alternative) => alternative.name),
    });
  });
}
