import { hsvShifted } from './color.js';
import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, pairTable } from './level-table.js';

const TABLE = pairTable(['factor', 'added'], {
  small: [
    [0.3, 0],
    [0.1, 0],
    [1.5, 0],
    [2, 0.1],
    [2.5, 0.2],
  ],
  medium: [
    [0.3, 0],
    [0.1, 0],
    [2, 0],
    [5, 0.1],
    [30, 0.2],
  ],
  large: [
    [0.3, 0],
    [0.1, 0],
    [2, 0],
    [5, 0.1],
    [20, 0.2],
  ],
});

/** Saturation of HSV times a factor plus a constant: paler at levels 1 and 2, gaudier from 3, as published. */
export const saturation: Distortion = {
  id: 'saturation',
  title: 'Saturation',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply: (image, parameters) =>
    hsvShifted(image, ([hue, amount, value]) => [
      hue,
      amount * parameters['factor']! + parameters['added']!,
      value,
    ]),
};
