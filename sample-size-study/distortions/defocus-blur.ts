import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, pairTable } from './level-table.js';
import { mirroredIndex, type PlanarKernel, planarFilter } from './planar-filter.js';
import { truncatedImage, unitImage } from './unit-image.js';

const TABLE = pairTable(['radius', 'aliasBlur'], {
  small: [
    [0.3, 0.4],
    [0.4, 0.5],
    [0.5, 0.6],
    [1, 0.2],
    [1.5, 0.1],
  ],
  medium: [
    [0.5, 0.6],
    [1, 0.1],
    [1.5, 0.1],
    [2.5, 0.01],
    [3, 0.1],
  ],
  large: [
    [3, 0.1],
    [4, 0.5],
    [6, 0.5],
    [8, 0.5],
    [10, 0.5],
  ],
});

/** A disk of the given radius as a kernel, its edge softened by a small Gaussian (3 × 3; 5 × 5 above radius 8). */
export function diskKernel({
  radius,
  aliasBlur,
}: {
  readonly radius: number;
  readonly aliasBlur: number;
}): PlanarKernel {
  const reach = radius <= 8 ? 8 : Math.ceil(radius);
  const side = 2 * reach + 1;
  const disk = Float64Array.from({ length: side * side }, (_, i) => {
    const x = (i % side) - reach;
    const y = Math.floor(i / side) - reach;
    return x * x + y * y <= radius * radius ? 1 : 0;
  });
  const area = disk.reduce((sum, value) => sum + value, 0);
  const softener = gaussianWeights(radius <= 8 ? 3 : 5, aliasBlur);
  const half = (softener.length - 1) / 2;
  const weights = new Float64Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let sum = 0;
      for (let i = -half; i <= half; i++) {
        for (let j = -half; j <= half; j++) {
          const source = mirroredIndex(y + i, side) * side + mirroredIndex(x + j, side);
          sum += softener[i + half]! * softener[j + half]! * (disk[source]! / area);
        }
      }
      weights[y * side + x] = sum;
    }
  }
  return { side, weights };
}

function gaussianWeights(length: number, sigma: number): readonly number[] {
  const half = (length - 1) / 2;
  const weights = Array.from({ length }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Every point of the image becomes a soft-edged disk, as a lens out of focus draws it. */
export const defocusBlur: Distortion = {
  id: 'defocus-blur',
  title: 'Defocus blur',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply(image, parameters) {
    const kernel = diskKernel({ radius: parameters['radius']!, aliasBlur: parameters['aliasBlur']! });
    return truncatedImage(planarFilter(unitImage(image), kernel));
  },
};
