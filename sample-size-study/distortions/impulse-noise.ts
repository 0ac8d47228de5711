import type { Distortion } from './distortion.js';
import { IMAGENET_C, levelsBySize, levelTable } from './level-table.js';

const TABLE = levelTable('amount', {
  small: [0.01, 0.02, 0.03, 0.05, 0.07],
  medium: [0.01, 0.02, 0.05, 0.08, 0.14],
  large: [0.03, 0.06, 0.09, 0.17, 0.27],
});

/** Each channel of each pixel becomes 0 or 255, half and half, with the given probability: colored specks. */
export const impulseNoise: Distortion = {
  id: 'impulse-noise',
  title: 'Impulse noise',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(TABLE, size),
  apply({ width, height, data }, parameters, random) {
    const amount = parameters['amount']!;
    const hit = (value: number) => (random() < amount ? (random() < 0.5 ? 255 : 0) : value);
    return { width, height, data: data.map(hit) };
  },
};
