import { manifoldScores } from '../metrics/nearest-neighbor-manifolds.js';
import { fastAlgebra } from '../numerics/fast-algebra.js';
import type { Rows } from '../numerics/rows.js';
import { rowRange } from '../numerics/rows.js';
import { type Claim, comparison } from './measuring/comparison.js';
import { interleaved } from './measuring/interleaved.js';
import { pythonPeer } from './measuring/python-peer.js';
import { randomRows } from './measuring/random-rows.js';
import type { Topic } from './measuring/topic.js';

/** Distances one by one, as scipy's cdist takes them: every pair of both sets and within each, whole matrices. */
function distancesOneByOne(x: Rows, y: Rows): number {
  let sum = 0;
  for (const [first, second] of [
    [x, x],
    [y, y],
    [x, y],
  ] as const) {
    const distances = new Float64Array(first.n * second.n);
    for (let i = 0; i < first.n; i++) {
      for (let j = 0; j < second.n; j++) {
        let squares = 0;
        for (let k = 0; k < first.d; k++) {
          squares += (first.data[i * first.d + k]! - second.data[j * first.d + k]!) ** 2;
        }
        distances[i * second.n + j] = Math.sqrt(squares);
      }
    }
    sum += distances.at(-1)!;
  }
  return sum;
}

export const neighbors: Topic = {
  name: 'neighbors',
  about: 'precision, recall, density and coverage against distances taken one by one',
  async run(size) {
    const [n, d, rounds, few] = size === 'full' ? [10_000, 2048, 3, 500] : [200, 64, 1, 50];
    const reference = randomRows({ n, d, seed: 1, shift: 0 });
    const generated = randomRows({ n, d, seed: 2, shift: 0.01 });
    const part = [rowRange(reference, 0, few), rowRange(generated, 0, few)] as const;
    const share = (n / few) ** 2;
    const task = 'precision and recall, k = 3';
    const options = { k: 3, ball: 'closed', where: 'neighbors' } as const;
    const times = new Map(
      await interleaved(
        [
          { name: 'distances one by one', run: () => distancesOneByOne(...part) },
          { name: task, run: () => manifoldScores({ reference, generated }, options, fastAlgebra) },
        ],
        rounds,
      ),
    );
    const claims: Claim[] = [{ task, against: 'distances one by one', share, least: 5 }];
    const peerSize = 4 * few;
    const peer = pythonPeer('neighbors_scipy', peerSize, d);
    if (peer !== null) {
      times.set(
        'scipy cdist',
        times.get(task)!.map(() => peer.ms),
      );
      claims.push({ task, against: 'scipy cdist', share: (n / peerSize) ** 2, least: 5 });
    }
    return {
      comparisons: claims.map((claim) => comparison(times, claim)),
      figures: { n, d, 'one by one, vectors a side': few, 'scipy, vectors a side': peerSize },
    };
  },
};
