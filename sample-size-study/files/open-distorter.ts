import type { ImageSet } from '../../encoders/images/image-set.js';
import { openImageSet } from '../../encoders/images/open-image-set.js';
import { seededRandom } from '../../numerics/seeded-random.js';
import { CONTAMINATION_SHARES, contaminatedImageSet } from '../distortions/contamination.js';
import { type Decoding, distortedImageSet, loadedImage } from '../distortions/distorted-image-set.js';
import type { Distortion } from '../distortions/distortion.js';
import { distortionCatalog } from '../distortions/distortion-catalog.js';
import type { DistortionChoice } from '../distortions/distortion-kinds.js';
import { patchCodebook } from '../distortions/patch-codebook.js';
import { tokenNoise } from '../distortions/token-noise.js';

/** Patches of this many images make the codebook of token noise, of this many tokens. */
const CODEBOOK = { images: 500, size: 256 };

/** One family, ready to distort any set at any of its levels; must be closed. */
export interface Distorter {
  distorted(set: ImageSet, level: number): ImageSet;
  close(): Promise<void>;
}

/**
 * Opens a family that `requireDistortion` has let pass, with its second set.
 *
 * @throws InputError if the second set cannot be read
 */
export async function openDistorter(
  { kind, with: path }: Pick<DistortionChoice, 'kind' | 'with'>,
  { seed, decoding }: { readonly seed: number; readonly decoding: Decoding },
): Promise<Distorter> {
  const second = path === null ? null : await openImageSet(path);
  const close = async () => second?.close();
  try {
    if (kind === 'contamination') {
      const distorted = (set: ImageSet, level: number) =>
        contaminatedImageSet(set, { intruders: second!, share: CONTAMINATION_SHARES[level - 1]!, seed });
      return { distorted, close };
    }
    const distortion: Distortion =
      kind === 'token-noise'
        ? await learnedTokenNoise(second!, { seed, decoding })
        : distortionCatalog.find(({ id }) => id === kind)!;
    return {
      distorted: (set, level) => distortedImageSet(set, { distortion, level, seed }, decoding),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function learnedTokenNoise(
  teacher: ImageSet,
  { seed, decoding }: { readonly seed: number; readonly decoding: Decoding },
): Promise<Distortion> {
  const entries = teacher.entries.slice(0, CODEBOOK.images);
  const images = await Promise.all(entries.map((entry) => loadedImage(entry, decoding)));
  return tokenNoise(patchCodebook(images, { size: CODEBOOK.size }, seededRandom(seed, 'codebook')));
}
