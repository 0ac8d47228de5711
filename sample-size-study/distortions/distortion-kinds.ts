import { defined } from '../../defined.js';
import { unknownNameError } from '../../encoders/unknown-name-error.js';
import { OptionError } from '../../errors.js';
import { CONTAMINATION_SHARES } from './contamination.js';
import { distortionCatalog } from './distortion-catalog.js';
import { TOKEN_PROBABILITIES } from './token-noise.js';

/** Families that need a second set, and what they need it for. */
const SECOND_SETS: Readonly<Record<string, string>> = {
  contamination: 'the images to put in',
  'token-noise': 'the images to learn patches from',
};

/** Every family that can be asked for by name. */
export const DISTORTION_KINDS: readonly string[] = [
  ...distortionCatalog.map(({ id }) => id),
  ...Object.keys(SECOND_SETS),
];

/**
 * How many levels a family has.
 *
 * @param where  flag or file that names the family, for errors
 * @throws OptionError UNKNOWN_DISTORTION with the nearest known name and all that there are
 */
export function distortionLevels(kind: string, where: string): number {
  if (kind === 'contamination') return CONTAMINATION_SHARES.length;
  if (kind === 'token-noise') return TOKEN_PROBABILITIES.length;
  const distortion = distortionCatalog.find(({ id }) => id === kind);
  if (distortion === undefined) {
    const known = DISTORTION_KINDS;
    throw unknownNameError('UNKNOWN_DISTORTION', { where, what: 'distortion', name: kind, known });
  }
  return distortion.levels({ width: 64, height: 64 }).length;
}

/** A family at some levels, with the second set where it needs one. */
export interface DistortionChoice {
  readonly kind: string;
  readonly levels: readonly number[];
  readonly with: string | null;
}

/**
 * Refuses a choice that cannot be made.
 *
 * @param at  what the errors name: the flag or field of the family, of its level, and of the second set
 * @throws OptionError UNKNOWN_DISTORTION; OUT_OF_RANGE for a level that is not published, or a second set that is missing or
 * of no use
 */
export function requireDistortion(
  { kind, levels, with: second }: DistortionChoice,
  at: { readonly kind: string; readonly level: string; readonly with: string },
): void {
  const published = distortionLevels(kind, at.kind);
  const beyond = levels.find((level) => level > published);
  if (beyond !== undefined) {
    throw new OptionError('OUT_OF_RANGE', {
      where: at.level,
      expected: `${kind} has levels 1 to ${published}`,
      received: String(beyond),
    });
  }
  const needed = SECOND_SETS[kind];
  if ((needed !== undefined) === (second !== null)) return;
  throw new OptionError('OUT_OF_RANGE', {
    where: at.with,
    expected: needed === undefined ? `${kind} takes no second set` : `${kind} needs a second set`,
    ...defined({ received: second ?? undefined }),
    help: needed === undefined ? 'Leave it out.' : `Give ${needed}.`,
  });
}
