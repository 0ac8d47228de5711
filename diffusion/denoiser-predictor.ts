import { OptionError } from '../errors.js';
import type { Denoiser, DenoiserBatch, NoisePrediction } from './denoiser.js';
import type { NoisePredictor, PredictorBatch } from './sample-trajectory.js';

/** What of a denoiser a sampler needs. */
export type PredictingDenoiser = Pick<Denoiser, 'description' | 'predict' | 'epsilon'>;

/**
 * A denoiser that a sampler can ask: the same time for all, and with guidance ε = (1 − s) ε̂(x, no class) + s ε̂(x, y).
 *
 * The features are combined in the same way: the last layer is linear, so ε is its value at (1 − s) ψ(x, no class) + s ψ(x, y), and γ²
 * of that patch is the variance of ε. The released code adds (1 − s)² γ² and s² γ² of the two as if their weights were
 * not the same.
 *
 * Network passes: one; with guidance other than 1, two.
 *
 * @param guidance  s; 1 is the conditional network, 0 the unconditional one; undefined for none
 * @throws OptionError CONFLICTING_OPTIONS if there is guidance and the network knows no class that stands for none
 *
 * Source: Ho and Salimans 2022, arXiv:2207.12598, with w + 1 = s.
 */
export function denoiserPredictor(
  denoiser: PredictingDenoiser,
  guidance: number | undefined,
): NoisePredictor {
  const { nullClass } = denoiser.description;
  if (guidance === undefined || guidance === 1) {
    return {
      predict: (batch) => denoiser.predict(denoiserBatch(batch)),
      epsilon: (batch) => denoiser.epsilon(denoiserBatch(batch)),
    };
  }
  if (nullClass === undefined)
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--guidance',
      expected:
        'needs a network that was trained with a class that stands for none, named nullClass in its sidecar',
      received: `guidance ${guidance} and no such class`,
      help: 'Leave it out, or add nullClass to the .json beside the network.',
    });
  const combined = (without: Float32Array, withClass: Float32Array): Float32Array =>
    without.map((value, i) => (1 - guidance) * value + guidance * withClass[i]!);
  const unconditional = (batch: PredictorBatch): DenoiserBatch => ({
    ...denoiserBatch(batch),
    y: new Int32Array(batch.n).fill(nullClass),
  });
  return {
    async predict(batch): Promise<NoisePrediction> {
      const without = await denoiser.predict(unconditional(batch));
      const withClass = await denoiser.predict(denoiserBatch(batch));
      return {
        epsilon: combined(without.epsilon, withClass.epsilon),
        features: combined(without.features, withClass.features),
      };
    },
    epsilon: async (batch) =>
      combined(await denoiser.epsilon(unconditional(batch)), await denoiser.epsilon(denoiserBatch(batch))),
  };
}

function denoiserBatch({ n, x, time, y }: PredictorBatch): DenoiserBatch {
  return { n, x, t: new Float32Array(n).fill(time), y };
}
