import type { Image } from '../../encoders/images/image.js';
import { type Random, seededRandom } from '../../numerics/seeded-random.js';
import { gaussianBlur } from '../../sample-size-study/distortions/blur.js';
import { gaussianNoise } from '../../sample-size-study/distortions/noise.js';

/** Four in a row and column. */
const PATCHES = 4;

/** The patches of an image in another order: every pixel is kept, what it shows is not. */
function swappedPatches({ width, height, data }: Image, random: Random): Image {
  const [w, h] = [Math.floor(width / PATCHES), Math.floor(height / PATCHES)];
  const order = Array.from({ length: PATCHES * PATCHES }, (_, i) => i);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const swapped = data.slice();
  order.forEach((from, to) => {
    for (let y = 0; y < h; y++) {
      const source = ((Math.floor(from / PATCHES) * h + y) * width + (from % PATCHES) * w) * 3;
      const target = ((Math.floor(to / PATCHES) * h + y) * width + (to % PATCHES) * w) * 3;
      swapped.set(data.subarray(source, source + w * 3), target);
    }
  });
  return { width, height, data: swapped };
}

/** What can be done to an image, at the highest level that ImageNet-C has for its size. */
export const SPOILINGS = ['noise', 'blur', 'swapped patches'] as const;
export type Spoiling = (typeof SPOILINGS)[number];

/** An image spoiled in one way, by a draw of its own id. */
export async function spoiledImage(image: Image, spoiling: Spoiling, id: string): Promise<Image> {
  const random = seededRandom(1, spoiling, id);
  if (spoiling === 'swapped patches') return swappedPatches(image, random);
  const family = spoiling === 'noise' ? gaussianNoise : gaussianBlur;
  return family.apply(image, family.levels(image).at(-1)!, random);
}
