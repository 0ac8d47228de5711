import type { PixelMap } from '../pixel-map.js';
import { sum } from './sum.js';

/**
 * Mean of the border ÷ mean of the center. The center is the middle half of each side, ⌊H/4⌋ to H − ⌊H/4⌋; the rest is
 * border.
 *
 * @returns the ratio, or undefined where the center's mean is not above zero or a side is too short to have a border
 */
export function borderCenterRatio(map: PixelMap): number | undefined {
  const { height, width, data } = map;
  const [top, left] = [Math.floor(height / 4), Math.floor(width / 4)];
  const inside = data.filter((_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y >= top && y < height - top && x >= left && x < width - left;
  });
  const borderSize = data.length - inside.length;
  const centerMean = sum({ data: inside }) / inside.length;
  if (borderSize === 0 || !(centerMean > 0)) return undefined;
  return (sum(map) - sum({ data: inside })) / borderSize / centerMean;
}
