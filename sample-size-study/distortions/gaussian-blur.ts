import type { Distortion } from './distortion.js';
import { gaussianFilter } from './gaussian-filter.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';
import { truncatedImage, unitImage } from './unit-image.js';

const TABLE = levelTable('sigma', {
  small: [0.4, 0.6, 0.7, 0.8, 1],
  medium: [0.5, 0.75, 1, 1.25, 1.5],
  large: [1, 2, 3, 4, 6],
});

/** Gaussian smoothing with σ in pixels. */
export const gaussianBlur: Distortion = {
  id: 'gaussian-blur',
  title: 'Gaussian blur',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply: (image, parameters) => truncatedImage(gaussianFilter(unitImage(image), parameters['sigma']!)),
};
