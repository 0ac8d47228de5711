import type { Distortion } from './distortion.js';
import { FID_PAPER } from './level-table.js';
import { normalVariate } from './random-variates.js';
import { roundedImage, unitImage } from './unit-image.js';

/**
 * (1 − α)·x + α·N, N normal noise rescaled to fill the range. The paper rescales by the extremes of the whole array of
 * 50,000 images; here by those of the image, so that an image does not depend on its neighbors.
 */
export const fidNoise: Distortion = {
  id: 'fid-noise',
  title: 'Gaussian noise (FID paper)',
  source: FID_PAPER,
  levels: () => [{ alpha: 0.25 }, { alpha: 0.5 }, { alpha: 0.75 }],
  apply(image, parameters, random) {
    const { width, height, data } = unitImage(image);
    const alpha = parameters['alpha']!;
    const noise = data.map(() => normalVariate(random));
    let lowest = Infinity;
    let highest = -Infinity;
    for (const value of noise) {
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
    const range = highest - lowest;
    const noisy = data.map((value, i) => (1 - alpha) * value + (alpha * (noise[i]! - lowest)) / range);
    return roundedImage({ width, height, data: noisy });
  },
};
