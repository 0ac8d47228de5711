import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';
import { normalVariate } from './random-variates.js';
import { truncatedImage, unitImage } from './unit-image.js';

const TABLE = levelTable('standardDeviation', {
  small: [0.04, 0.06, 0.08, 0.09, 0.1],
  medium: [0.04, 0.08, 0.12, 0.15, 0.18],
  large: [0.08, 0.12, 0.18, 0.26, 0.38],
});

/** x + s·N(0, 1) for each channel of each pixel, s in units of the full range 0..1. */
export const gaussianNoise: Distortion = {
  id: 'gaussian-noise',
  title: 'Gaussian noise',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply(image, parameters, random) {
    const { width, height, data } = unitImage(image);
    const noisy = data.map((value) => value + parameters['standardDeviation']! * normalVariate(random));
    return truncatedImage({ width, height, data: noisy });
  },
};
