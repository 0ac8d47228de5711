import type { Distortion } from './distortion.js';
import { FID_PAPER } from './level-table.js';

/** Each pixel, all channels together, becomes black or white, half and half, with probability p. */
export const saltAndPepper: Distortion = {
  id: 'salt-and-pepper',
  title: 'Salt and pepper',
  source: FID_PAPER,
  levels: () => [{ probability: 0.1 }, { probability: 0.2 }, { probability: 0.3 }],
  apply({ width, height, data }, parameters, random) {
    const speckled = Uint8Array.from(data);
    for (let pixel = 0; pixel < width * height; pixel++) {
      if (random() >= parameters['probability']!) continue;
      speckled.fill(random() < 0.5 ? 0 : 255, 3 * pixel, 3 * pixel + 3);
    }
    return { width, height, data: speckled };
  },
};
