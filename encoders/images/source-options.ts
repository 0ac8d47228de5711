import { OptionError } from '../../errors.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import type { Warning } from '../encoder.js';

/** What the values of images of floats may mean. */
export const IMAGE_RANGES = ['0..1', '-1..1'] as const;
export type ImageRange = (typeof IMAGE_RANGES)[number];

/** How a source is read, where its file leaves that open. */
export interface SourceOptions {
  /** the array, tensor, column or field that holds the images or embeddings */
  readonly key?: string | undefined;
  /** what floats of an array of images mean; without it they are refused */
  readonly imageRange?: ImageRange | undefined;
  /** so many of the images, drawn without replacement by the seed, in the set's order */
  readonly limit?: { readonly size: number; readonly seed: number } | undefined;
}

/** How each side of a comparison is read. */
export interface SourcesOptions {
  readonly reference: SourceOptions;
  readonly generated: SourceOptions;
}

/** What a result says of a set that was drawn from a larger one. */
export function limitWarning(
  source: string,
  { size, seed }: NonNullable<SourceOptions['limit']>,
  n: number,
): Warning {
  const count = (value: number) => value.toLocaleString('en-US');
  return {
    code: 'LIMITED_SET',
    message: `${source}: ${count(size)} of ${count(n)} images, drawn at random with seed ${seed} (--limit)`,
  };
}

/**
 * The places of a drawn part of n images, ascending: of equal n the same, so that sets paired by id stay paired.
 *
 * @throws OptionError OUT_OF_RANGE for more than there are
 */
export function limitedIndices(
  source: string,
  n: number,
  { size, seed }: NonNullable<SourceOptions['limit']>,
): Uint32Array {
  if (size > n)
    throw new OptionError('OUT_OF_RANGE', {
      where: '--limit',
      expected: `must be at most the ${n} images of ${source}`,
      received: String(size),
      help: `Pass --limit ${n} or fewer.`,
    });
  return sampleIndices({ n, size }, seededRandom(seed, 'limit')).sort();
}

/**
 * @param taken  those of the options that say anything of the source
 * @throws OptionError CONFLICTING_OPTIONS for one that does not
 */
export function requireTaken(
  source: string,
  { key, imageRange }: SourceOptions,
  taken: readonly ('key' | 'imageRange')[],
): void {
  const given = { key, imageRange };
  for (const [option, flag] of [
    ['key', '--key'],
    ['imageRange', '--image-range'],
  ] as const) {
    if (given[option] === undefined || taken.includes(option)) continue;
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: flag,
      expected: `says nothing of ${source}`,
      help: `Leave it out, or name the one set that it is for, as in ${flag} generated=${given[option]}.`,
    });
  }
}
