import type { Distortion } from './distortion.js';
import { hsvShifted } from './hsv-shift.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';

const COMMON = [0.1, 0.2, 0.3, 0.4, 0.5];
const TABLE = levelTable('added', { small: [0.05, 0.1, 0.15, 0.2, 0.3], medium: COMMON, large: COMMON });

/** Adds to the value of HSV. */
export const brightness: Distortion = {
  id: 'brightness',
  title: 'Brightness',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply: (image, parameters) =>
    hsvShifted(image, ([hue, saturation, value]) => [hue, saturation, value + parameters['added']!]),
};
