import { describe, expect, test } from 'vitest';
import { randomSubset } from '../../filtering/kept-indices.js';
import { frechetOfSubsets } from '../../filtering/subset-metrics/frechet-of-subsets.js';
import { mmdOfSubsets } from '../../filtering/subset-metrics/mmd-of-subsets.js';
import { neighborMetricsOfSubsets } from '../../filtering/subset-metrics/neighbor-metrics-of-subsets.js';
import type { SubsetMetric } from '../../filtering/subset-metrics/subset-metric.js';
import { indicesOutside } from '../../filtering/subset-metrics/subset-metric.js';
import { CMMD_SIGMA } from '../../metrics/cmmd.js';
import { frechetDistanceOfParts, gaussianOfMoments } from '../../metrics/frechet-distance.js';
import { cubicKernel } from '../../metrics/kernel-inception-distance.js';
import { manifoldScores } from '../../metrics/nearest-neighbor-manifolds.js';
import { cmmdBiased, cmmdUnbiased } from '../../metrics/records/cmmd.js';
import { kid } from '../../metrics/records/kernel-inception-distance.js';
import { mmdSums, squaredMmd } from '../../metrics/squared-mmd.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { fastAlgebra } from '../../numerics/fast-algebra.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows, unitRows } from '../../numerics/rows.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { traceSquareRootOfFactors } from '../../numerics/trace-square-root.js';
import { PooledRows } from '../../uncertainty/image-pool.js';
import { plantedPool } from '../support/planted-pool.js';
import { rejected } from '../support/thrown.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

/** Float64 sums in another order; 1000 · (k − 1) is up to 20 for CMMD. */
const GRAM_TOLERANCE = 1e-11;

/** Square roots of eigenvalues: half of the digits where an eigenvalue is 0, all where none is near it. */
const ROOT_TOLERANCE = 1e-7;

const SIZES = [90, 61, 40, 12, 6];

function frechetOf(first: Rows, second: Rows): number {
  const [a, b] = [gaussianOfMoments(gaussianMoments(first)), gaussianOfMoments(gaussianMoments(second))];
  return frechetDistanceOfParts(a, b, traceSquareRootOfFactors(a.factor, b.factor));
}

/** Distances by their definition. */
function distance(a: Rows, i: number, b: Rows, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.d; k++) sum += (a.data[i * a.d + k]! - b.data[j * b.d + k]!) ** 2;
  return Math.sqrt(sum);
}

function radius(rows: Rows, i: number, k: number): number {
  const others = Array.from({ length: rows.n }, (_, j) => j).filter((j) => j !== i);
  return others.map((j) => distance(rows, i, rows, j)).sort((a, b) => a - b)[k - 1]!;
}

/** Share (or mean count) of the centers' balls around points, by the definitions of the papers. */
function byDefinition(reference: Rows, generated: Rows): Readonly<Record<string, number>> {
  const [references, generateds] = [[...Array(reference.n).keys()], [...Array(generated.n).keys()]];
  const radii = (rows: Rows, k: number) => [...Array(rows.n).keys()].map((i) => radius(rows, i, k));
  const [r3, r5, g3] = [radii(reference, 3), radii(reference, 5), radii(generated, 3)];
  const share = (flags: boolean[]) => flags.filter(Boolean).length / flags.length;
  const between = (i: number, j: number) => distance(generated, i, reference, j);
  return {
    precision: share(generateds.map((i) => references.some((j) => between(i, j) <= r3[j]!))),
    recall: share(references.map((j) => generateds.some((i) => between(i, j) <= g3[i]!))),
    density:
      generateds.flatMap((i) => references.filter((j) => between(i, j) < r5[j]!)).length / (5 * generated.n),
    coverage: share(references.map((j) => generateds.some((i) => between(i, j) < r5[j]!))),
  };
}

describe('metrics of subsets equal the metric of the subset alone', () => {
  const { sides } = plantedPool({ n: 90, d: 10, seed: 1 });
  const reference = sides.reference.embeddings!;
  const { rows } = sides.generated;
  const subsets = SIZES.map((size) => randomSubset({ n: 90, size }, 0, 7));

  async function expectEqual(metric: SubsetMetric, expected: (subset: Rows) => number, tolerance: number) {
    for (const indices of subsets) {
      const value = expected(selectRows(rows, indices));
      expectClose(await metric.value(indices), value, tolerance, Math.max(Math.abs(value), 1));
    }
  }

  test('frechetOfSubsets, by down-date, by the kept rows and by thin factors', async () => {
    const metric = await frechetOfSubsets('fid', sides);
    await expectEqual(metric, (subset) => frechetOf(reference, subset), ROOT_TOLERANCE);
  });

  test('frechetOfSubsets with dead, constant and doubled dimensions and with doubled images', async () => {
    const degenerate = (from: Rows): Rows => {
      const data = Float64Array.from(from.data);
      for (let i = 0; i < from.n; i++) {
        data[i * 10] = 0;
        data[i * 10 + 1] = 3;
        data[i * 10 + 2] = data[i * 10 + 3]!;
        if (i % 3 === 1) data.copyWithin(i * 10, (i - 1) * 10, i * 10);
      }
      return { ...from, data };
    };
    const ids = sides.generated.pool.ids;
    const poor = {
      ...sides,
      reference: { ...sides.reference, embeddings: degenerate(reference) },
      generated: PooledRows.join(sides.generated.pool, { source: 'generated/', ids, rows: degenerate(rows) }),
    };
    const metric = await frechetOfSubsets('fid', poor);
    for (const indices of subsets) {
      const expected = frechetOf(poor.reference.embeddings, selectRows(poor.generated.rows, indices));
      expectClose(await metric.value(indices), expected, ROOT_TOLERANCE, Math.max(expected, 1));
    }
  });

  test('frechetOfSubsets without an outlier that would take all digits with it', async () => {
    const ids = sides.generated.pool.ids;
    const outlier = { ...rows, data: Float64Array.from(rows.data).fill(1e8, 0, 10) };
    const joined = PooledRows.join(sides.generated.pool, { source: 'generated/', ids, rows: outlier });
    const metric = await frechetOfSubsets('fid', { ...sides, generated: joined });
    const indices = indicesOutside(Uint32Array.of(0), 90);
    const expected = frechetOf(reference, selectRows(outlier, indices));
    expectClose(await metric.value(indices), expected, ROOT_TOLERANCE);
  });

  test('frechetOfSubsets of parts of draws, the same bits whatever was asked for before', async () => {
    const sizes = [6, 20, 45, 60, 90];
    const orders = [1, 2].map((seed) => sampleIndices({ n: 90, size: 90 }, seededRandom(seed)));
    const asked = await frechetOfSubsets('fid', sides);
    for (const order of [...orders, orders[0]!]) {
      for (const share of [1, 0.8, 0.3]) {
        for (const size of sizes) {
          const drawn = { order, sizes, size };
          const indices = order.slice(Math.floor((1 - share) * size), size).sort();
          const value = await asked.value(indices, drawn);
          expect(value).toBe(await (await frechetOfSubsets('fid', sides)).value(indices, drawn));
          expectClose(value, frechetOf(reference, selectRows(rows, indices)), ROOT_TOLERANCE);
        }
      }
    }
  });

  test('mmdOfSubsets of cmmd, unbiased and biased', async () => {
    for (const estimator of ['unbiased', 'biased'] as const) {
      const direct = (subset: Rows) =>
        1000 *
        squaredMmd(
          mmdSums(unitRows(reference, 'r'), unitRows(subset, 's'), { kind: 'rbf', sigma: CMMD_SIGMA }),
          estimator,
        );
      await expectEqual(
        await mmdOfSubsets(estimator === 'unbiased' ? cmmdUnbiased : cmmdBiased, sides),
        direct,
        GRAM_TOLERANCE,
      );
    }
  });

  test('mmdOfSubsets of many subsets at once has the bits of each alone, of equal sizes or not', async () => {
    for (const record of [cmmdUnbiased, cmmdBiased, kid]) {
      const metric = await mmdOfSubsets(record, sides);
      const { size: n } = metric.pool;
      const subsets = [...SIZES, 61, 40].map((size, draw) => randomSubset({ n, size }, draw, 3));
      const alone: number[] = [];
      for (const subset of subsets) alone.push(await metric.value(subset));
      expect(new Set(alone).size).toBe(subsets.length);
      expect(await metric.values!(subsets)).toEqual(alone);
    }
  });

  test('mmdOfSubsets of kid, over all pairs', async () => {
    const kernel = cubicKernel(10);
    const direct = (subset: Rows) => squaredMmd(mmdSums(reference, subset, kernel), 'unbiased');
    await expectEqual(await mmdOfSubsets(kid, sides), direct, GRAM_TOLERANCE);
  });

  test.each([
    1e8, 1e40,
  ])('mmdOfSubsets of kid, without an outlier of %d that would take all digits with it', async (far) => {
    const data = Float64Array.from(rows.data).fill(far, 0, 10);
    const ids = sides.generated.pool.ids;
    const outlier = { ...rows, data };
    const metric = await mmdOfSubsets(kid, {
      ...sides,
      generated: PooledRows.join(sides.generated.pool, { source: 'generated/', ids, rows: outlier }),
    });
    const indices = indicesOutside(Uint32Array.of(0), 90);
    const expected = squaredMmd(
      mmdSums(reference, selectRows(outlier, indices), cubicKernel(10)),
      'unbiased',
    );
    expectClose(await metric.value(indices), expected, 1e-10);
  });

  test('mmdOfSubsets of kid, of embeddings whose kernel overflows is refused', async () => {
    const ids = sides.generated.pool.ids;
    const data = Float64Array.from(rows.data).fill(1e60, 20, 30);
    const large = PooledRows.join(sides.generated.pool, {
      source: 'generated/',
      ids,
      rows: { ...rows, data },
    });
    expect(await rejected(mmdOfSubsets(kid, { ...sides, generated: large }))).toBe(
      'NOT_FINITE kernel metric of subsets: the kernel of every pair must be finite; got an overflow in row 2 (counted from 0). Scale the embeddings, or leave this metric out.',
    );
  });

  test('precision, recall, density and coverage, also where a subset leaves out all stored neighbors', async () => {
    for (const metric of await neighborMetricsOfSubsets(sides)) {
      await expectEqual(metric, (subset) => byDefinition(reference, subset)[metric.id]!, SUMMATION_TOLERANCE);
    }
  });
});

describe('ties are decided as score decides them', () => {
  /** Points of a coarse grid, many of them equal: nearly all distances are tied with others. */
  const gridRows = (n: number, seed: number): Rows => {
    const random = seededRandom(seed, 'grid');
    return {
      n,
      d: 3,
      data: Float64Array.from({ length: n * 3 }, () => 1e3 + 0.1 * Math.floor(4 * random())),
    };
  };
  const { sides } = plantedPool({ n: 90, d: 3, seed: 1 });
  const { pool } = sides.generated;
  const cases = {
    'a grid far from the origin': [gridRows(120, 1), gridRows(90, 2)],
    'rows all equal': [new Float64Array(360).fill(0.1), new Float64Array(270).fill(0.1)].map((data) => ({
      n: data.length / 3,
      d: 3,
      data,
    })),
  };

  test.each(
    Object.entries(cases),
  )('precision, recall, density and coverage of subsets of %s', async (_, given) => {
    const [reference, rows] = given as [Rows, Rows];
    const tied = {
      ...sides,
      reference: { ...sides.reference, embeddings: reference, n: reference.n },
      generated: PooledRows.join(pool, { source: 'generated/', ids: pool.ids, rows }),
    };
    for (const algebra of [plainAlgebra, fastAlgebra]) {
      const metrics = await neighborMetricsOfSubsets({ ...tied, algebra });
      for (const size of SIZES) {
        const indices = randomSubset({ n: 90, size }, 0, 7);
        const sets = { reference, generated: selectRows(rows, indices) };
        const closed = await manifoldScores(sets, { k: 3, ball: 'closed', where: 'test' }, plainAlgebra);
        const open = await manifoldScores(sets, { k: 5, ball: 'open', where: 'test' }, plainAlgebra);
        const expected = [closed.precision, closed.recall, open.density, open.coverage];
        const values = [];
        for (const metric of metrics) values.push(await metric.value(indices));
        values.forEach((value, at) => {
          expectClose(value, expected[at]!, SUMMATION_TOLERANCE, 1);
        });
      }
    }
  });

  test('recall of a subset without three neighbors is refused', async () => {
    const [, recall] = await neighborMetricsOfSubsets(sides);
    expect(await rejected(recall!.value(Uint32Array.of(1, 2, 3)))).toBe(
      'TOO_FEW_SAMPLES recall: a subset must hold at least 4 images; got 3. Keep more images.',
    );
  });
});

describe('influence', () => {
  const { sides } = plantedPool({ n: 400, d: 4, seed: 2 });

  /** Change of the value when one image of 400 is left out, and what the influence says of it to first order. */
  async function expectFirstOrder(metric: SubsetMetric, tolerance: number) {
    const all = indicesOutside(new Uint32Array(), 400);
    const influence = await metric.influence!(all);
    const whole = await metric.value(all);
    const changes: number[] = [];
    for (const index of [0, 7, 51, 200, 399]) {
      const left = indicesOutside(Uint32Array.of(index), 400);
      changes.push((whole - (await metric.value(left))) * 399 - influence[index]!);
    }
    // the rest is of second order and nearly the same for all: what ranks the images is the difference
    const spread = Math.max(...changes) - Math.min(...changes);
    const scale = Math.max(...influence) - Math.min(...influence);
    expect(spread / scale).toBeLessThan(tolerance);
  }

  test('of a Fréchet distance is what leaving one image out does, to first order', async () => {
    await expectFirstOrder(await frechetOfSubsets('fid', sides), 0.02);
  });

  test('of CMMD is what leaving one image out does, to first order', async () => {
    await expectFirstOrder(await mmdOfSubsets(cmmdUnbiased, sides), 0.02);
  });
});
