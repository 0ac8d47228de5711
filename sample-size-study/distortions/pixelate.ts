import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';
import { resizedImage } from './resized-image.js';

const TABLE = levelTable('scale', {
  small: [0.95, 0.9, 0.85, 0.75, 0.65],
  medium: [0.9, 0.8, 0.7, 0.6, 0.5],
  large: [0.6, 0.5, 0.4, 0.3, 0.25],
});

/** Shrunk to ⌊scale·side⌋ by Pillow's box filter and enlarged by it again. */
export const pixelate: Distortion = {
  id: 'pixelate',
  title: 'Pixelate',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply(image, parameters) {
    const shrunk = (side: number) => Math.max(1, Math.trunc(side * parameters['scale']!));
    const small = resizedImage(image, {
      width: shrunk(image.width),
      height: shrunk(image.height),
      resampler: 'pillow-box',
    });
    return resizedImage(small, { width: image.width, height: image.height, resampler: 'pillow-box' });
  },
};
