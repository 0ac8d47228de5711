import { describe, expect, test } from 'vitest';
import { comparisonPlan } from '../../filtering/comparison-plan.js';
import { filterEffects } from '../../filtering/filter-effects.js';
import {
  clusteredSubset,
  exchangeWarnings,
  type PoolDesign,
  poolDesign,
} from '../../filtering/pool-design.js';
import { frechetOfSubsets } from '../../filtering/subset-metrics/frechet-of-subsets.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { mean, standardDeviation } from '../../numerics/mean-and-variance.js';
import { seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { ImagePool, PooledRows, PooledScore } from '../../uncertainty/image-pool.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { embeddedSet } from '../support/planted-pool.js';
import { numberedIds } from '../support/score-of.js';
import { rejected } from '../support/thrown.js';

const D = 2;
const rows = (n: number, data: Float64Array) => ({ n, d: D, data });
const labels = (values: readonly (string | number)[]) => ({ from: 'labels.csv', labels: values.map(String) });

/** The design of a pool of numbered images, of these labels. */
function designOf(
  data: Float64Array,
  {
    strata,
    clusters,
  }: { readonly strata?: readonly number[]; readonly clusters?: readonly (string | number)[] },
) {
  const n = data.length / D;
  const pool = ImagePool.of({ source: 'generated/', ids: numberedIds(n) });
  const given = {
    strata: strata && labels(strata),
    clusters: clusters && labels(clusters),
  };
  const set = embeddedSet('generated/', rows(n, data));
  return poolDesign(pool, { set, ids: pool.ids, labels: given }, { seed: 1, algebra: plainAlgebra });
}

const normals = (n: number, ...seed: [number, string]) => standardNormals(n * D, seededRandom(...seed));

describe('the design of a pool', () => {
  test('of independent images is none', async () => {
    expect((await designOf(normals(60, 1, 'images'), {})).design).toBe(null);
  });

  test('of strata has groups of the same share of each, and images that are independent within', async () => {
    const strata = Array.from({ length: 100 }, (_, i) => Math.floor(i / 20));
    const { design } = await designOf(normals(100, 1, 'images'), { strata });
    expect([design!.groups.length, design!.clusters]).toEqual([20, null]);
    for (const group of design!.groups)
      expect([...group].map((index) => strata[index]!)).toEqual([0, 1, 2, 3, 4]);
  });

  test('of fewer than ten clusters is refused', async () => {
    const clusters = Array.from({ length: 60 }, (_, i) => i % 6);
    expect(await rejected(designOf(normals(60, 1, 'images'), { clusters }))).toBe(
      'TOO_FEW_SAMPLES generated/: a comparison of clustered images needs at least 10 clusters; got 60 images in 6. Supply images of more prompts, seeds or videos.',
    );
  });
});

describe('clusteredSubset', () => {
  const clusters = Int32Array.from([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 4, 5, 5]);
  const kept = Uint32Array.from([0, 1, 2, 3, 9, 11]);
  const sizesOf = (indices: Uint32Array) => {
    const held = new Array<number>(6).fill(0);
    for (const index of indices) held[clusters[index]!]!++;
    return held;
  };

  test('keeps of clusters of one size what the filter keeps of them, in another order', () => {
    const seen = new Set<string>();
    for (let draw = 0; draw < 60; draw++) {
      const subset = clusteredSubset({ clusters, kept }, { draw, seed: 1 });
      expect([...subset]).toEqual([...new Set(subset)].sort((a, b) => a - b));
      const held = sizesOf(subset);
      expect(held.slice(0, 3).sort()).toEqual([0, 1, 3]);
      expect(held.slice(3, 5).sort()).toEqual([0, 1]);
      expect(held[5]).toBe(1);
      seen.add(held.join(' '));
    }
    expect(seen.size).toBe(12); // 3! orders of three clusters, times 2 of two
  });

  test('is warned of where clusters are of many sizes', () => {
    const of = (sizes: readonly number[]): PoolDesign => ({
      groups: [],
      clusters: Int32Array.from(sizes.flatMap((size, cluster) => new Array<number>(size).fill(cluster))),
    });
    expect(exchangeWarnings(of([4, 4, 4, 4, 4, 3]))).toEqual([]);
    expect(exchangeWarnings(of([4, 4, 4, 4, 4, 3, 3, 2])).map(({ code }) => code)).toEqual([
      'UNEQUAL_CLUSTERS',
    ]);
  });
});

const PLAN = { draws: 39, doses: [0], curveSteps: 1 };
const reference = embeddedSet('reference/', rows(500, normals(500, 3, 'reference')));

async function effectOf(data: Float64Array, values: ArrayLike<number>, design: PoolDesign | null) {
  const n = data.length / D;
  const pool = ImagePool.of({ source: 'generated/', ids: numberedIds(n) });
  const generated = PooledRows.join(pool, { source: 'generated/', ids: pool.ids, rows: rows(n, data) });
  const byId = new Map(pool.ids.map((id, i) => [id, values[i]!]));
  const score = PooledScore.join(pool, { name: 'score', byId, undefinedIds: new Map() }, { source: 's.csv' });
  const metrics = [await frechetOfSubsets('fid', { reference, generated, algebra: plainAlgebra })];
  const scores = [{ score, rule: parsedKeepRule('q50') }];
  const [effect] = await filterEffects({ scores, controls: [], metrics, design }, comparisonPlan(PLAN));
  return effect!;
}

describe('filterEffects of clustered images', () => {
  test('finds a score of prompts that knows nothing as seldom as it says, where images alone find it often', async () => {
    const found = { clusters: 0, images: 0 };
    for (let seed = 1; seed <= 60; seed++) {
      const common = normals(20, seed, 'prompts');
      const ofPrompt = standardNormals(20, seededRandom(seed, 'scores'));
      const data = normals(100, seed, 'images').map(
        (value, at) => 0.4 * value + 0.9 * common[(Math.floor(at / D) % 20) * D + (at % D)]!,
      );
      const clusters = Array.from({ length: 100 }, (_, i) => i % 20);
      const { design } = await designOf(data, { clusters });
      const score = clusters.map((prompt) => ofPrompt[prompt]!);
      const p = async (own: PoolDesign | null) => (await effectOf(data, score, own)).random.pTwoSided;
      found.clusters += (await p(design)) <= 0.05 ? 1 : 0;
      found.images += (await p(null)) <= 0.05 ? 1 : 0;
    }
    expect(found.clusters).toBeLessThanOrEqual(8); // 5 % of 60, and two and a half standard deviations
    expect(found.images).toBeGreaterThan(11);
  });

  test('gives the difference the spread that other prompts would give it', async () => {
    const differences: number[] = [];
    const errors: number[] = [];
    for (let seed = 1; seed <= 60; seed++) {
      const spoiled = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? 1 : 0));
      const common = normals(30, seed, 'prompts');
      const prompt = (i: number) => i % 30;
      const data = normals(120, seed, 'images').map((value, at) => {
        const of = prompt(Math.floor(at / D));
        return 0.5 * value + 0.9 * common[of * D + (at % D)]! + spoiled[of]!;
      });
      const noise = normals(60, seed, 'score');
      const clusters = Array.from({ length: 120 }, (_, i) => prompt(i));
      const score = clusters.map((of, i) => spoiled[of]! + 0.5 * noise[i]!);
      const { difference } = await effectOf(data, score, (await designOf(data, { clusters })).design);
      differences.push(difference.value);
      errors.push(difference.standardError);
    }
    const ratio = mean(errors)! / standardDeviation(differences, 1)!;
    expect(ratio).toBeGreaterThan(0.75); // of 60 the deviation itself is known to a tenth
    expect(ratio).toBeLessThan(1.35);
  });
});
