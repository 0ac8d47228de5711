import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import type { MetricSides } from '../../filtering/subset-metrics/subset-metric.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { ImagePool, PooledRows, PooledScore } from '../../uncertainty/image-pool.js';
import { numberedIds } from './score-of.js';

/** A set of embeddings with ids, by nobody's encoder. */
export function embeddedSet(source: string, embeddings: Rows): EmbeddedSet {
  return {
    source,
    n: embeddings.n,
    ids: numberedIds(embeddings.n),
    encoder: { id: 'planted', sha256: null, preprocessing: null, origin: 'custom' },
    embeddings,
    logits: null,
    digest: null,
    decoding: null,
    moments: null,
    skipped: [],
    warnings: [],
  };
}

/** A pool of which a third is spoiled and known to be. */
export interface PlantedPool {
  readonly sides: MetricSides;
  /** 1 for a spoiled image */
  readonly spoiled: Float64Array;
  /** a score: weight × spoiled + (1 − weight) × noise of sd 1; 1 knows, 0 does not */
  score(name: string, weight: number): PooledScore;
  scoreOf(name: string, values: ArrayLike<number>): PooledScore;
}

/** Reference: N(0, I). Generated: the same, but every third image by chance from N(shift · 1, I). */
export function plantedPool({
  n,
  d,
  seed,
  shift = 2,
  referenceSize = 2 * n,
}: {
  readonly n: number;
  readonly d: number;
  readonly seed: number;
  readonly shift?: number;
  readonly referenceSize?: number;
}): PlantedPool {
  const random = seededRandom(seed, 'spoiled');
  const spoiled = Float64Array.from({ length: n }, () => (random() < 1 / 3 ? 1 : 0));
  const data = standardNormals(n * d, seededRandom(seed, 'generated'));
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) data[i * d + j]! += shift * spoiled[i]!;
  const reference = standardNormals(referenceSize * d, seededRandom(seed, 'reference'));
  const pool = ImagePool.of({ source: 'generated/', ids: numberedIds(n) });
  const scoreOf = (name: string, values: ArrayLike<number>) =>
    PooledScore.join(
      pool,
      { name, byId: new Map(pool.ids.map((id, i) => [id, values[i]!])), undefinedIds: new Map() },
      { source: 'scores.csv' },
    );
  return {
    sides: {
      reference: embeddedSet('reference/', { n: referenceSize, d, data: reference }),
      generated: PooledRows.join(pool, { source: 'generated/', ids: pool.ids, rows: { n, d, data } }),
      algebra: plainAlgebra,
    },
    spoiled,
    scoreOf,
    score(name, weight) {
      const noise = standardNormals(n, seededRandom(seed, 'score', name));
      return scoreOf(
        name,
        noise.map((value, i) => weight * spoiled[i]! + (1 - weight) * value),
      );
    },
  };
}
