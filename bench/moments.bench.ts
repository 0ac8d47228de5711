import { fastAlgebra } from '../numerics/fast-algebra.js';
import { fastColumnProducts } from '../numerics/fast-products.js';
import { comparison } from './measuring/comparison.js';
import { interleaved } from './measuring/interleaved.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

export const moments: Topic = {
  name: 'moments',
  about: 'mean and covariance against nothing but the product XᵀX in float64',
  async run(size) {
    const [n, d, rounds] = size === 'full' ? [10_000, 2048, 5] : [300, 256, 1];
    const rows = randomRows({ n, d, seed: 1, shift: 0.5 });
    const doubles = { n, d, data: Float64Array.from(rows.data) };
    const times = await interleaved(
      [
        { name: 'bare product', run: () => fastColumnProducts(doubles, doubles) },
        { name: 'moments', run: () => fastAlgebra.gaussianMoments(rows) },
      ],
      rounds,
    );
    return {
      comparisons: [comparison(times, { task: 'moments', against: 'bare product', most: 1.5 })],
      figures: { n, d },
    };
  },
};
