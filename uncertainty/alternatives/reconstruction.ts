import { imageNormals } from '../../diffusion/image-noise.js';
import { requireGoingOn } from '../../diffusion/sample-trajectory.js';
import type { Alternative } from './alternative.js';

/**
 * How badly the network finds noise that is put on the finished image: mean over times of Σ over pixels of (x̂_0 − x_0)² with
 * x̂_0 from α x_0 + σ z in one step. Times are those of the trajectory with σ ≤ α, up to 10 of them, evenly.
 */
export const reconstruction: Alternative = {
  name: 'reconstruction',
  source: 'Graham et al. 2023, arXiv:2211.07740, with one step in place of a chain',
  cost: '1 for each of up to 10 times',
  looksAt: 'trajectory',
  open: ({ images, size, y, steps, predictor, seed, signal }) => ({
    async scores(x) {
      const quiet = steps.filter(({ sigma, alpha }) => sigma <= alpha && sigma > 0);
      const candidates = quiet.length > 0 ? quiet : steps.slice(-1);
      const count = Math.min(10, candidates.length);
      const chosen = Array.from(
        { length: count },
        (_, i) => candidates[Math.floor((i * candidates.length) / count)]!,
      );
      const sums = new Float64Array(images.length);
      for (const [place, { time, alpha, sigma }] of chosen.entries()) {
        requireGoingOn(signal);
        const noised = new Float32Array(x.length);
        images.forEach((image, n) => {
          const normals = imageNormals({ seed, image, purpose: 'reconstruction' }, place);
          for (let i = n * size; i < (n + 1) * size; i++) noised[i] = alpha * x[i]! + sigma * normals();
        });
        const epsilon = await predictor.epsilon({ n: images.length, x: noised, time, y });
        for (let i = 0; i < x.length; i++)
          sums[Math.floor(i / size)]! += ((noised[i]! - sigma * epsilon[i]!) / alpha - x[i]!) ** 2 / count;
      }
      return sums;
    },
  }),
};
