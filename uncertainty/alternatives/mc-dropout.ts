import { denoiserPredictor } from '../../diffusion/denoiser-predictor.js';
import { imageMask } from '../../diffusion/image-noise.js';
import type { DropoutNetwork } from '../../diffusion/open-dropout-network.js';
import { clipped, requireGoingOn } from '../../diffusion/sample-trajectory.js';
import type { Alternative } from './alternative.js';
import { averaged, LAST_STEPS } from './trajectory-alternatives.js';

/**
 * Monte-Carlo dropout: Σ over pixels of the variance, with M − 1, of ε̂ at the trajectory's x_t over M networks that dropout leaves; mean over the last 10 steps.
 *
 * Masks depend on seed, image, step and draw alone. The images are those of the whole network, without dropout.
 *
 * @param network   with the denoiser's dropout at work
 * @param draws     M ≥ 2, masks of each image at each step
 * @param guidance  as of the trajectory; both passes of it are under the same masks
 *
 * Source: Gal and Ghahramani 2016, arXiv:1506.02142; over a trajectory's last steps as in De Vita and Belagiannis 2024, arXiv:2412.00205.
 */
export function mcDropout(
  network: DropoutNetwork,
  { draws, guidance }: { readonly draws: number; readonly guidance?: number | undefined },
): Alternative {
  const rates = [...new Set(network.sites.map(({ rate }) => Number(rate.toPrecision(6))))];
  return {
    name: 'mc-dropout',
    source: 'Gal and Ghahramani 2016, arXiv:1506.02142',
    cost: `${draws} for each of the last ${LAST_STEPS} steps`,
    looksAt: 'trajectory',
    parameters: { draws, rate: rates.join(', '), lastSteps: LAST_STEPS },
    open: (batch) =>
      averaged(batch, { last: LAST_STEPS, features: 'not wanted' }, async ({ at, step, time, index }) => {
        const { images, size, y, seed, clip } = batch;
        const mean = new Float64Array(at.length);
        const squares = new Float64Array(at.length);
        for (const [place, image] of images.entries()) {
          const own = [place * size, (place + 1) * size] as const;
          const x = at.slice(...own);
          for (let draw = 0; draw < draws; draw++) {
            requireGoingOn(batch.signal);
            const masks = network.sites.map(({ rate, shape }, site) => {
              const length = shape.reduce((product, side) => product * side, 1);
              const stream = { seed, image, purpose: 'dropout' } as const;
              return imageMask(stream, { length, rate }, index, draw, site);
            });
            const { epsilon } = clipped(
              {
                epsilon: await denoiserPredictor(network.masked(masks), guidance).epsilon({
                  n: 1,
                  x,
                  time,
                  y: y?.slice(place, place + 1),
                }),
              },
              x,
              step.midpoint ?? step,
              clip,
            );
            for (let i = 0; i < size; i++) {
              const difference = epsilon[i]! - mean[own[0] + i]!;
              mean[own[0] + i]! += difference / (draw + 1);
              squares[own[0] + i]! += difference * (epsilon[i]! - mean[own[0] + i]!);
            }
          }
        }
        return squares.map((sum) => sum / (draws - 1));
      }),
  };
}
