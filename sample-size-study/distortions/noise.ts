import type { Random } from '../../numerics/seeded-random.js';
import type { Distortion } from './distortion.js';
import { FID_PAPER, IMAGENET_C, levelsBySize, levelTable } from './level-table.js';
import { roundedImage, truncatedImage, unitImage } from './unit-image.js';

const GAUSSIAN = levelTable('standardDeviation', {
  small: [0.04, 0.06, 0.08, 0.09, 0.1],
  medium: [0.04, 0.08, 0.12, 0.15, 0.18],
  large: [0.08, 0.12, 0.18, 0.26, 0.38],
});

/** x + s·N(0, 1) for each channel of each pixel, s in units of the full range 0..1. */
export const gaussianNoise: Distortion = {
  id: 'gaussian-noise',
  title: 'Gaussian noise',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(GAUSSIAN, size),
  apply(image, parameters, random) {
    const { width, height, data } = unitImage(image);
    const noisy = data.map((value) => value + parameters['standardDeviation']! * normalVariate(random));
    return truncatedImage({ width, height, data: noisy });
  },
};

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

const IMPULSE = levelTable('amount', {
  small: [0.01, 0.02, 0.03, 0.05, 0.07],
  medium: [0.01, 0.02, 0.05, 0.08, 0.14],
  large: [0.03, 0.06, 0.09, 0.17, 0.27],
});

/** Each channel of each pixel becomes 0 or 255, half and half, with the given probability: colored specks. */
export const impulseNoise: Distortion = {
  id: 'impulse-noise',
  title: 'Impulse noise',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(IMPULSE, size),
  apply({ width, height, data }, parameters, random) {
    const amount = parameters['amount']!;
    const hit = (value: number) => (random() < amount ? (random() < 0.5 ? 255 : 0) : value);
    return { width, height, data: data.map(hit) };
  },
};

/** One draw of the standard normal distribution (Box and Muller 1958). */
export function normalVariate(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

const LARGEST_DIRECT_MEAN = 16;

/** One draw of the Poisson distribution: Knuth's product of uniforms, large means split into a sum of small ones. */
export function poissonVariate(mean: number, random: Random): number {
  let count = 0;
  let left = mean;
  for (; left > LARGEST_DIRECT_MEAN; left -= LARGEST_DIRECT_MEAN)
    count += directPoisson(LARGEST_DIRECT_MEAN, random);
  return count + directPoisson(left, random);
}

function directPoisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

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

const SHOT = levelTable('photons', {
  small: [500, 250, 100, 75, 50],
  medium: [250, 100, 50, 30, 15],
  large: [60, 25, 12, 5, 3],
});

/** Poisson(λx) / λ for each channel of each pixel: the noise of counting λ photons at white. */
export const shotNoise: Distortion = {
  id: 'shot-noise',
  title: 'Shot noise',
  source: IMAGENET_C,
  levels: (size) => levelsBySize(SHOT, size),
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
