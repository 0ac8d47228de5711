import { unknownNameError } from '../../encoders/unknown-name-error.js';
import type { Distortion } from './distortion.js';
import { distortionCatalog } from './distortion-catalog.js';

/**
 * The family of a name.
 *
 * @throws OptionError UNKNOWN_DISTORTION with the nearest known name and all that there are
 */
export function distortionById(kind: string): Distortion {
  const distortion = distortionCatalog.find(({ id }) => id === kind);
  if (distortion === undefined) {
    throw unknownNameError('UNKNOWN_DISTORTION', {
      where: '--kind',
      what: 'distortion',
      name: kind,
      known: distortionCatalog.map(({ id }) => id),
    });
  }
  return distortion;
}
