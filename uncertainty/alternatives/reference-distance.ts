import type { Algebra } from '../../numerics/algebra.js';
import { nearestFew } from '../../numerics/nearest-neighbors.js';
import type { Rows } from '../../numerics/rows.js';
import type { Alternative } from './alternative.js';
import type { ImageEmbedder } from './ensemble.js';

/** Embeddings (n, d) of real images, and what tells these images from others. */
export interface ReferenceEmbeddings {
  readonly rows: Rows;
  /** of ids and image bytes, or any other name, for the record */
  readonly digest: string;
}

/**
 * Distance of a generated image to the nearest reference image in embedding space: min_j ‖φ(x) − φ(r_j)‖.
 *
 * It looks at the image alone, not at the network that made it. `compare` has the mean distance to the five nearest as a control.
 *
 * @param reference  by the same encoder
 * @param encoder  of the generated images
 * @param algebra  finds candidates; differences decide, so the values do not depend on it
 *
 * Source: Sun et al. 2022, arXiv:2204.06507, with one neighbor and embeddings as they are, not of length 1.
 */
export function referenceDistance(
  reference: ReferenceEmbeddings,
  encoder: ImageEmbedder,
  algebra: Algebra,
): Alternative {
  return {
    name: 'reference-distance',
    source: 'Sun et al. 2022, arXiv:2204.06507',
    cost: 'none: one pass of the encoder',
    looksAt: 'image',
    parameters: { encoder: encoder.id, reference: reference.digest, referenceImages: reference.rows.n },
    open: ({ images, shape }) => ({
      async scores(x) {
        const [channels, height, width] = shape as readonly [number, number, number];
        const n = images.length;
        const { d, embeddings } = await encoder.embeddings(x, { n, channels, height, width });
        const from = { n, d, data: embeddings };
        const nearest = await nearestFew({ from, to: reference.rows }, 1, algebra);
        return nearest.map(({ squaredDistances }) => Math.sqrt(squaredDistances[0]!));
      },
    }),
  };
}
