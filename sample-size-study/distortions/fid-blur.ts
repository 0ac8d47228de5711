import type { Distortion } from './distortion.js';
import { gaussianFilter } from './gaussian-filter.js';
import { FID_PAPER } from './level-table.js';
import { roundedImage, unitImage } from './unit-image.js';

/** Gaussian smoothing with σ = 1, 2, 4 pixels. */
export const fidBlur: Distortion = {
  id: 'fid-blur',
  title: 'Gaussian blur (FID paper)',
  source: FID_PAPER,
  levels: () => [{ sigma: 1 }, { sigma: 2 }, { sigma: 4 }],
  apply: (image, parameters) => roundedImage(gaussianFilter(unitImage(image), parameters['sigma']!)),
};
