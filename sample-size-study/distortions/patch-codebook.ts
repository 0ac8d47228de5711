import type { Image } from '../../encoders/images/image.js';
import type { Random } from '../../numerics/seeded-random.js';

/** Side of a patch in pixels. */
const PATCH = 8;
const LENGTH = PATCH * PATCH * 3;
const ITERATIONS = 10;

/** Patches that stand for all others: k centers of k-means over 8 × 8 patches, (k, 192) in 0 … 255. */
export interface PatchCodebook {
  readonly size: number;
  readonly data: Float64Array;
}

/** Indices of the whole patches of an image; what is left at the right and bottom is no patch. */
function patchCorners({ width, height }: Image): readonly (readonly [number, number])[] {
  const corners: (readonly [number, number])[] = [];
  for (let y = 0; y + PATCH <= height; y += PATCH)
    for (let x = 0; x + PATCH <= width; x += PATCH) corners.push([x, y]);
  return corners;
}

function patchAt({ width, data }: Image, [x, y]: readonly [number, number]): Float64Array {
  const patch = new Float64Array(LENGTH);
  for (let row = 0; row < PATCH; row++) {
    const start = 3 * ((y + row) * width + x);
    patch.set(data.subarray(start, start + 3 * PATCH), row * 3 * PATCH);
  }
  return patch;
}

/**
 * A codebook learned from images: k-means by Lloyd's ten rounds from centers drawn among the patches. A center that loses
 * all its patches stays where it is.
 *
 * @param size  k; at most the number of patches
 */
export function patchCodebook(
  images: readonly Image[],
  { size }: { readonly size: number },
  random: Random,
): PatchCodebook {
  const patches = images.flatMap((image) => patchCorners(image).map((corner) => patchAt(image, corner)));
  const count = Math.min(size, patches.length);
  const data = new Float64Array(count * LENGTH);
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(Math.floor(random() * patches.length));
  [...chosen].forEach((index, k) => {
    data.set(patches[index]!, k * LENGTH);
  });
  const codebook = { size: count, data };
  for (let round = 0; round < ITERATIONS; round++) {
    const sums = new Float64Array(data.length);
    const counts = new Float64Array(count);
    for (const patch of patches) {
      const token = nearestToken(patch, codebook);
      counts[token]! += 1;
      for (let i = 0; i < LENGTH; i++) sums[token * LENGTH + i]! += patch[i]!;
    }
    for (let i = 0; i < data.length; i++) {
      const members = counts[Math.floor(i / LENGTH)]!;
      if (members > 0) data[i] = sums[i]! / members;
    }
  }
  return codebook;
}

function nearestToken(patch: Float64Array, { size, data }: PatchCodebook): number {
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < size; k++) {
    let squares = 0;
    for (let i = 0; i < LENGTH && squares < least; i++) squares += (patch[i]! - data[k * LENGTH + i]!) ** 2;
    if (squares < least) [nearest, least] = [k, squares];
  }
  return nearest;
}

/**
 * The image rebuilt from its nearest codebook patches, each exchanged with probability p for one drawn uniformly. p = 0 is
 * the codebook's own reconstruction: the baseline to compare the others with.
 */
export function tokenNoised(
  image: Image,
  { codebook, probability }: { readonly codebook: PatchCodebook; readonly probability: number },
  random: Random,
): Image {
  const data = Uint8Array.from(image.data);
  for (const corner of patchCorners(image)) {
    const own = nearestToken(patchAt(image, corner), codebook);
    const drawn = Math.floor(random() * codebook.size);
    const token = random() < probability ? drawn : own;
    for (let row = 0; row < PATCH; row++) {
      const start = 3 * ((corner[1] + row) * image.width + corner[0]);
      const from = token * LENGTH + row * 3 * PATCH;
      for (let i = 0; i < 3 * PATCH; i++) data[start + i] = Math.round(codebook.data[from + i]!);
    }
  }
  return { width: image.width, height: image.height, data };
}
