import { type DecodeOptions, decodeImage } from '../../encoders/images/decode-image.js';
import type { Image } from '../../encoders/images/image.js';
import type { ImageEntry, ImageSet } from '../../encoders/images/image-set.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import type { Distortion } from './distortion.js';

export interface DistortionSettings {
  readonly distortion: Distortion;
  /** from 1 */
  readonly level: number;
  readonly seed: number;
}

/** How images are decoded before they are distorted. */
export type Decoding = Omit<DecodeOptions, 'name'>;

/**
 * One image under one level. Chance comes from the seed, the family and the image's id: an image is distorted alike in
 * every set that holds it, and its noise at two levels is the same noise.
 */
async function distortedImage(
  image: Image,
  id: string,
  { distortion, level, seed }: DistortionSettings,
): Promise<Image> {
  const parameters = distortion.levels(image)[level - 1]!;
  return distortion.apply(image, parameters, seededRandom(seed, distortion.id, id));
}

/** The set with every image distorted when its turn to be read comes. */
export function distortedImageSet(
  set: ImageSet,
  settings: DistortionSettings,
  decoding: Decoding = {},
): ImageSet {
  return {
    ...set,
    entries: set.entries.map(
      (entry): ImageEntry => ({
        id: entry.id,
        async load() {
          return {
            kind: 'pixels',
            image: await distortedImage(await loadedImage(entry, decoding), entry.id, settings),
          };
        },
      }),
    ),
  };
}

/** Pixels of an entry, however it is stored. */
export async function loadedImage(entry: ImageEntry, decoding: Decoding): Promise<Image> {
  const stored = await entry.load();
  if (stored.kind === 'pixels') return stored.image;
  return decodeImage(stored.bytes, { name: entry.id, ...decoding });
}
