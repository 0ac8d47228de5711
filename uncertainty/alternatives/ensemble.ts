import { defined } from '../../defined.js';
import { sampleTrajectory } from '../../diffusion/sample-trajectory.js';
import type { WeightDraws } from '../laplace/weight-draws.js';
import type { Alternative } from './alternative.js';

/** σ² of the semantic likelihood, as published. */
const SEMANTIC_VARIANCE = 1e-3;

/**
 * Entropy in nats of N(μ̄, diag(var_m μ_m) + σ²I) over the embeddings μ_m of the images that M + 1 networks make of one x_T:
 * ½ Σ_d log(var_d + σ²) + ½ d (1 + log 2π), variances with ddof 0.
 *
 * @param embeddings  of one image by each network, each (d)
 *
 * Source: Jazbec et al. 2025, arXiv:2502.20946, section 3.2; σ² = 1e-3 as in their program.
 *
 * @example
 * semanticEntropy([[1], [1]], 1 / (2 * Math.PI * Math.E)).toFixed(12); // 0.000000000000
 */
export function semanticEntropy(
  embeddings: readonly ArrayLike<number>[],
  variance = SEMANTIC_VARIANCE,
): number {
  const [first] = embeddings;
  const d = first!.length;
  let entropy = 0.5 * d * (1 + Math.log(2 * Math.PI));
  for (let j = 0; j < d; j++) {
    const values = embeddings.map((embedding) => embedding[j]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    entropy += 0.5 * Math.log(spread + variance);
  }
  return entropy;
}

/** Embeddings (n, d) of images in [−1, 1], (n, channels, height, width). */
export interface ImageEmbedder {
  /** of the encoder */
  readonly id: string;
  embeddings(
    x: Float32Array,
    shape: { readonly n: number; readonly channels: number; readonly height: number; readonly width: number },
  ): Promise<{ readonly d: number; readonly embeddings: Float32Array }>;
}

/**
 * Semantic entropy of the images that draws of the last layer make of the same noise, beside the trained network's own.
 *
 * @param draws  M networks from the posterior
 * @param encoder  of the images, CLIP ViT-B/32 in the paper
 */
export function ensemble(draws: WeightDraws, encoder: ImageEmbedder): Alternative {
  return {
    name: 'ensemble',
    source: 'Jazbec et al. 2025, arXiv:2502.20946',
    cost: `${draws.count} whole trajectories`,
    looksAt: 'image',
    parameters: { draws: draws.count, encoder: encoder.id, variance: SEMANTIC_VARIANCE },
    open: ({ images, size, shape, y, start, steps, predictor, clip, seed, signal }) => ({
      async scores(x) {
        const [channels, height, width] = shape as readonly [number, number, number];
        const sides = { n: images.length, channels, height, width };
        const sets = [await encoder.embeddings(x, sides)];
        for (let m = 0; m < draws.count; m++) {
          const drawn = {
            async predict(batch: Parameters<typeof predictor.predict>[0]) {
              const { epsilon, features } = await predictor.predict(batch);
              const deviation = await draws.deviation(m, features, batch.n);
              return { epsilon: epsilon.map((value, i) => value + deviation[i]!), features };
            },
            epsilon: async (batch: Parameters<typeof predictor.epsilon>[0]) =>
              (await drawn.predict(batch)).epsilon,
          };
          const others = await sampleTrajectory(
            start,
            { images, size, y },
            {
              predictor: drawn,
              steps,
              seed,
              clip,
              ...defined({ signal }),
            },
          );
          sets.push(await encoder.embeddings(others, sides));
        }
        return images.map((_, i) =>
          semanticEntropy(sets.map(({ d, embeddings }) => embeddings.subarray(i * d, (i + 1) * d))),
        );
      },
    }),
  };
}
