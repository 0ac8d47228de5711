import { seededRandom } from '../../metrics/numerics/seeded-random.js';
import type { Score } from '../score.js';

/** A score that knows nothing: uniform on [0, 1), of the id and the seed alone, so that it is the same in any order. */
export function randomScore(ids: readonly string[], seed: number): Score {
  return {
    name: 'random',
    byId: new Map(ids.map((id) => [id, seededRandom(seed, 'random-score', id)()])),
    undefinedIds: new Map(),
  };
}
