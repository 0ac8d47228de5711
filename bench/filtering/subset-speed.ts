import { performance } from 'node:perf_hooks';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { frechetDistanceOfParts, gaussianOfFactor } from '../../metrics/frechet-distance.js';
import type { Algebra } from '../../metrics/numerics/algebra.js';
import type { Rows } from '../../metrics/numerics/rows.js';
import { seededRandom, standardNormals } from '../../metrics/numerics/seeded-random.js';
import { selectRows } from '../../metrics/numerics/select-rows.js';
import { randomSubset } from '../../uncertainty/comparison/random-subsets.js';
import { ImagePool } from '../../uncertainty/image-pool.js';
import { PooledRows } from '../../uncertainty/pooled-rows.js';
import { frechetOfSubsets } from '../../uncertainty/subset-metrics/frechet-of-subsets.js';
import { cmmdOfSubsets } from '../../uncertainty/subset-metrics/mmd-of-subsets.js';
import type { SubsetMetric } from '../../uncertainty/subset-metrics/subset-metric.js';

export interface SpeedOptions {
  readonly n: number;
  readonly d: number;
  /** share of the images kept */
  readonly kept: number;
  /** subsets timed; the rest of the draws is extrapolated from them */
  readonly timed: number;
  readonly algebra: Algebra;
}

/** Time of a metric's preparation and of its random subsets. */
export interface SubsetSpeed {
  readonly metric: string;
  readonly draws: number;
  readonly prepareSeconds: number;
  readonly secondsEach: number;
  /** preparation and all draws */
  readonly totalSeconds: number;
  /** one value without anything prepared: moments and factor of the subset and of the reference from their rows */
  readonly naiveSecondsEach: number | null;
}

/** Embeddings with a falling spectrum, as networks give. */
function embeddings(n: number, d: number, label: string): Rows {
  const data = Float32Array.from(standardNormals(n * d, seededRandom(1, label)));
  for (let i = 0; i < data.length; i++) data[i]! /= 1 + (i % d) / 20;
  return { n, d, data };
}

async function seconds<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, (performance.now() - start) / 1000];
}

/** How long the randomization tests of a comparison take at one size. */
export async function subsetSpeed({ n, d, kept, timed, algebra }: SpeedOptions): Promise<SubsetSpeed[]> {
  const ids = Array.from({ length: n }, (_, i) => String(i).padStart(6, '0'));
  const pool = ImagePool.of({ source: 'generated', ids });
  const rows = embeddings(n, d, 'generated');
  const generated = PooledRows.join(pool, { source: 'generated', ids, rows });
  const reference: EmbeddedSet = {
    source: 'reference',
    n,
    ids,
    encoder: { id: 'none', sha256: null, preprocessing: null, standing: 'custom' },
    embeddings: embeddings(n, d, 'reference'),
    logits: null,
    moments: null,
    skipped: [],
    warnings: [],
  };
  const sides = { reference, generated, algebra };
  const subsets = Array.from({ length: timed + 1 }, (_, draw) =>
    randomSubset({ n, size: Math.round(kept * n) }, draw, 1),
  );
  const speed = async (open: () => Promise<SubsetMetric>, naive: (() => Promise<number>) | null) => {
    const [metric, prepareSeconds] = await seconds(open);
    await metric.value(subsets[timed]!); // threads and sessions start with the first
    const [, elapsed] = await seconds(async () => {
      for (const places of subsets.slice(0, timed)) await metric.value(places);
    });
    const naiveSecondsEach = naive === null ? null : (await seconds(naive))[1];
    const draws = metric.defaultDraws;
    const secondsEach = elapsed / timed;
    return {
      metric: metric.id,
      draws,
      prepareSeconds,
      secondsEach,
      totalSeconds: prepareSeconds + draws * secondsEach,
      naiveSecondsEach,
    };
  };
  const naiveFrechet = async (): Promise<number> => {
    const gaussian = async (vectors: Rows) => {
      const moments = await algebra.gaussianMoments(vectors);
      return gaussianOfFactor(moments, await algebra.factorOfMoments(moments));
    };
    const first = await gaussian(reference.embeddings!);
    const second = await gaussian(selectRows(rows, subsets[0]!));
    return frechetDistanceOfParts(
      first,
      second,
      await algebra.traceSquareRootOfFactors(first.factor, second.factor),
    );
  };
  return [
    await speed(() => cmmdOfSubsets(sides, 'unbiased'), null),
    await speed(() => frechetOfSubsets('fid', sides), naiveFrechet),
  ];
}
