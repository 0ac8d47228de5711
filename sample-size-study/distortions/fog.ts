import type { Random } from '../../numerics/seeded-random.js';
import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, pairTable } from './level-table.js';
import { truncatedImage, unitImage } from './unit-image.js';

const TABLE = pairTable(['amplitude', 'decay'], {
  small: [
    [0.2, 3],
    [0.5, 3],
    [0.75, 2.5],
    [1, 2],
    [1.5, 1.75],
  ],
  medium: [
    [0.4, 3],
    [0.7, 3],
    [1, 2.5],
    [1.5, 2],
    [2, 1.75],
  ],
  large: [
    [1.5, 2],
    [2, 2],
    [2.5, 1.7],
    [2.5, 1.5],
    [3, 1.4],
  ],
});

/**
 * A cloud by the diamond-square method on a torus, scaled to 0 … 1: at each halving of the step a point is the mean of
 * its four neighbors plus w·U(−w, w), and w is divided by `decay`.
 *
 * @returns (side, side) row-major
 */
export function plasma(
  { side, decay }: { readonly side: number; readonly decay: number },
  random: Random,
): Float64Array {
  const map = new Float64Array(side * side);
  const at = (row: number, column: number) => map[((row + side) % side) * side + ((column + side) % side)]!;
  let wobble = 100;
  for (let step = side; step >= 2; step /= 2) {
    const half = step / 2;
    const wobbled = (sum: number) => sum / 4 + wobble * (2 * random() - 1) * wobble;
    for (let row = half; row < side; row += step) {
      for (let column = half; column < side; column += step) {
        const corners =
          at(row - half, column - half) + at(row - half, column + half) + at(row + half, column - half);
        map[row * side + column] = wobbled(corners + at(row + half, column + half));
      }
    }
    for (let row = 0; row < side; row += half) {
      for (let column = row % step === 0 ? half : 0; column < side; column += step) {
        const sides = at(row - half, column) + at(row + half, column) + at(row, column - half);
        map[row * side + column] = wobbled(sides + at(row, column + half));
      }
    }
    wobble /= decay;
  }
  let lowest = Infinity;
  let highest = -Infinity;
  for (const value of map) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return map.map((value) => (value - lowest) / (highest - lowest));
}

/** (x + a·cloud) · m / (m + a), m the image's brightest channel. */
export const fog: Distortion = {
  id: 'fog',
  title: 'Fog',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply(image, parameters, random) {
    const { width, height, data } = unitImage(image);
    const amplitude = parameters['amplitude']!;
    const side = 2 ** Math.max(1, Math.ceil(Math.log2(Math.max(width, height))));
    const cloud = plasma({ side, decay: parameters['decay']! }, random);
    const brightest = data.reduce((highest, value) => Math.max(highest, value), 0);
    const foggy = data.map((value, i) => {
      const pixel = Math.floor(i / 3);
      const haze = cloud[Math.floor(pixel / width) * side + (pixel % width)]!;
      return ((value + amplitude * haze) * brightest) / (brightest + amplitude);
    });
    return truncatedImage({ width, height, data: foggy });
  },
};
