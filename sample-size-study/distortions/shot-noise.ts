import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';
import { poissonVariate } from './random-variates.js';
import { truncatedImage, unitImage } from './unit-image.js';

const TABLE = levelTable('photons', {
  small: [500, 250, 100, 75, 50],
  medium: [250, 100, 50, 30, 15],
  large: [60, 25, 12, 5, 3],
});

/** Poisson(λx) / λ for each channel of each pixel: the noise of counting λ photons at white. */
export const shotNoise: Distortion = {
  id: 'shot-noise',
  title: 'Shot noise',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply(image, parameters, random) {
    const { width, height, data } = unitImage(image);
    const photons = parameters['photons']!;
    return truncatedImage({
      width,
      height,
      data: data.map((value) => poissonVariate(value * photons, random) / photons),
    });
  },
};
