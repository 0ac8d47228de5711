import {
  type FactoredGaussian,
  frechetDistanceOfParts,
  gaussianOfFactor,
  gaussianOfRows,
} from '../metrics/frechet-distance.js';
import { fastAlgebra } from '../numerics/fast-algebra.js';
import type { GaussianMoments } from '../numerics/gaussian-moments.js';
import { rowRange } from '../numerics/rows.js';
import { comparison } from './measuring/comparison.js';
import { interleaved } from './measuring/interleaved.js';
import { matrixUnit } from './measuring/matrix-unit.js';
import { pythonPeer } from './measuring/python-peer.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

async function factored(moments: GaussianMoments): Promise<FactoredGaussian> {
  return gaussianOfFactor(moments, await fastAlgebra.factorOfMoments(moments));
}

async function distance(first: FactoredGaussian, second: FactoredGaussian): Promise<number> {
  const root = await fastAlgebra.traceSquareRootOfFactors(first.factor, second.factor);
  return frechetDistanceOfParts(first, second, root);
}

export const frechet: Topic = {
  name: 'frechet',
  about: 'Fréchet distances in units of one float64 matrix product of the same size',
  async run(size) {
    const [d, rounds] = size === 'full' ? [2048, 9] : [128, 1];
    const rows = {
      reference: randomRows({ n: 2 * d, d, seed: 1, shift: 0 }),
      generated: randomRows({ n: 2 * d, d, seed: 2, shift: 0.1 }),
    };
    const reference = await fastAlgebra.gaussianMoments(rows.reference);
    const generated = await fastAlgebra.gaussianMoments(rows.generated);
    const kept = { reference: await factored(reference), generated: await factored(generated) };
    const subset = rowRange(rows.generated, 0, Math.floor(d * 0.49));
    const unit = await matrixUnit(d);
    const times = await interleaved(
      [
        unit,
        {
          name: 'two statistics',
          run: async () => distance(await factored(reference), await factored(generated)),
        },
        {
          name: 'statistics to a kept reference',
          run: async () => distance(kept.reference, await factored(generated)),
        },
        {
          name: `${subset.n} vectors to a kept reference`,
          run: () => distance(kept.reference, gaussianOfRows(subset)),
        },
        { name: 'Cholesky factor', run: () => fastAlgebra.factorOfMoments(reference) },
        {
          name: 'symmetric eigenvalues',
          run: () => fastAlgebra.symmetricEigenvalues(reference.covariance, d),
        },
      ],
      rounds,
    );
    const against = unit.name;
    const peers = Object.fromEntries(
      ['frechet_scipy', 'frechet_torch'].flatMap((task) => {
        const peer = pythonPeer(task, d);
        return peer === null ? [] : [[`${task} ms`, Math.round(peer.ms)]];
      }),
    );
    const self = await distance(kept.reference, kept.reference);
    return {
      comparisons: [
        { task: 'two statistics', against, most: 10 },
        { task: 'statistics to a kept reference', against, most: 10 },
        { task: `${subset.n} vectors to a kept reference`, against, most: 3 },
        { task: 'Cholesky factor', against },
        { task: 'symmetric eigenvalues', against },
      ].map((claim) => comparison(times, claim)),
      figures: { d, 'distance to itself, of the trace': self / kept.reference.totalVariance, ...peers },
    };
  },
};
