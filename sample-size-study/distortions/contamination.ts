import type { ImageEntry, ImageSet } from '../../encoders/images/image-set.js';
import { seededRandom } from '../../numerics/seeded-random.js';

/** Shares of images replaced, as in Heusel et al. 2017, appendix A1. */
export const CONTAMINATION_SHARES = [0.25, 0.5, 0.75] as const;

/**
 * The set with a share of its images replaced by images of another: each image by itself, with the given probability and
 * by an image drawn for it, from the seed and its id, so that what is replaced at one share is replaced at every larger.
 */
export function contaminatedImageSet(
  set: ImageSet,
  { intruders, share, seed }: { readonly intruders: ImageSet; readonly share: number; readonly seed: number },
): ImageSet {
  return {
    ...set,
    entries: set.entries.map((entry): ImageEntry => {
      const random = seededRandom(seed, 'contamination', entry.id);
      if (random() >= share) return entry;
      const intruder = intruders.entries[Math.floor(random() * intruders.entries.length)]!;
      return { id: entry.id, load: () => intruder.load() };
    }),
  };
}
