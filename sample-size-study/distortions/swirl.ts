import type { Distortion } from './distortion.js';
import { FID_PAPER } from './level-table.js';
import { mirroredIndex } from './planar-filter.js';
import { roundedImage, type UnitImage, unitImage } from './unit-image.js';

/** The border that the paper's program puts back after swirling: this many pixels, one more at the far sides. */
const KEPT_BORDER = 3;

/**
 * Rotation about a center by strength·e^(−ρ/r), r = radius·ln 2 / 5, ρ the distance to the center; linear interpolation.
 *
 * Agrees with: skimage.transform.swirl(order=1, mode='reflect') inside the image.
 */
export function swirled(
  { width, height, data }: UnitImage,
  {
    strength,
    radius,
    center,
  }: { readonly strength: number; readonly radius: number; readonly center: readonly [number, number] },
): UnitImage {
  const reach = (radius / 5) * Math.LN2;
  const result = new Float64Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [right, down] = [x - center[0], y - center[1]];
      const distance = Math.hypot(right, down);
      const angle = strength * Math.exp(-distance / reach) + Math.atan2(down, right);
      const sourceX = center[0] + distance * Math.cos(angle);
      const sourceY = center[1] + distance * Math.sin(angle);
      const [column, row] = [Math.floor(sourceX), Math.floor(sourceY)];
      const [shareX, shareY] = [sourceX - column, sourceY - row];
      for (let channel = 0; channel < 3; channel++) {
        const at = (line: number, position: number) =>
          data[3 * (mirroredIndex(line, height) * width + mirroredIndex(position, width)) + channel]!;
        const upper = at(row, column) * (1 - shareX) + at(row, column + 1) * shareX;
        const lower = at(row + 1, column) * (1 - shareX) + at(row + 1, column + 1) * shareX;
        result[3 * (y * width + x) + channel] = upper * (1 - shareY) + lower * shareY;
      }
    }
  }
  return { width, height, data: result };
}

/** One swirl about the center, left or right at random; radius 25, or 70 where the short side is 64 or more. */
export const swirl: Distortion = {
  id: 'swirl',
  title: 'Swirl',
  source: FID_PAPER,
  levels: ({ width, height }) => {
    const radius = Math.min(width, height) >= 64 ? 70 : 25;
    return [1, 2, 4].map((strength) => ({ strength, radius }));
  },
  apply(image, parameters, random) {
    const sharp = unitImage(image);
    const { width, height } = image;
    const strength = random() < 0.5 ? -parameters['strength']! : parameters['strength']!;
    const center = [Math.floor(height / 2), Math.floor(width / 2)] as const;
    const turned = swirled(sharp, { strength, radius: parameters['radius']!, center });
    const isBorder = (position: number, length: number) =>
      position < KEPT_BORDER || position >= length - KEPT_BORDER - 1;
    const kept = turned.data.map((value, i) => {
      const pixel = Math.floor(i / 3);
      const border = isBorder(Math.floor(pixel / width), height) || isBorder(pixel % width, width);
      return border ? sharp.data[i]! : value;
    });
    return roundedImage({ width, height, data: kept });
  },
};
