import { describe, expect, test } from 'vitest';
import { metricById } from '../../metrics/metric-catalog.js';
import { type Algebra, plainAlgebra } from '../../numerics/algebra.js';
import { fastAlgebra } from '../../numerics/fast-algebra.js';
import {
  NeighborCandidates,
  nearestNeighbors,
  nearestOthers,
  squaredNeighborRadii,
} from '../../numerics/nearest-neighbors.js';
import { squaredDifference } from '../../numerics/pair-distances.js';
import type { Rows } from '../../numerics/rows.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

describe('nearest neighbors of rows that are equally near', () => {
  test('NeighborCandidates takes few differences where all rows are equal', () => {
    let taken = 0;
    const near = new NeighborCandidates(3, () => {
      taken++;
      return 0;
    });
    for (let index = 0; index < 10_000; index++) near.offer(index, 1e-9, 1e-6); // rounding, not distance
    expect(near.nearest()).toEqual({ indices: [0, 1, 2], squaredDistances: [0, 0, 0] });
    expect(taken).toBeLessThan(40);
  });

  test('of several equally near the first are taken, however many wait', () => {
    const near = new NeighborCandidates(2, (index) => (index === 77 ? 1 : 4));
    for (let index = 0; index < 500; index++) near.offer(index, 4, 3.5);
    expect(near.nearest()).toEqual({ indices: [77, 0], squaredDistances: [1, 4] });
  });

  test('the order of columns does not matter where distances tie on a grid that float64 rounds', async () => {
    const [n, d] = [250, 96];
    const grid = (seed: number): Rows => {
      const random = seededRandom(seed, 'grid');
      return { n, d, data: Float32Array.from({ length: n * d }, () => Math.floor(3 * random()) * 0.1) };
    };
    const order = sampleIndices({ n: d, size: d }, seededRandom(3, 'columns'));
    const permuted = ({ data }: Rows): Rows => ({
      n,
      d,
      data: data.map((_, at) => data[at - (at % d) + order[at % d]!]!),
    });
    const [reference, generated] = [grid(1), grid(2)];
    // AuthPct takes one of several equally near images, by the order of their values.
    for (const metric of ['precision-recall', 'prdc']) {
      const values = async (...[x, y]: Rows[]) =>
        (
          await metricById(metric).evaluate({ reference: embeddedSet(x!), generated: embeddedSet(y!) }, {})
        ).map(({ id, value }) => [id, value]);
      expect(await values(permuted(reference), permuted(generated))).toEqual(
        await values(reference, generated),
      );
    }
  });

  test('a row at the very center, which float32 cannot hold beside the others, leaves ties with the other side exact', async () => {
    const { d, data } = gaussianCloud({ n: 300, d: 16, seed: 4 });
    const mirrored = Float64Array.from([...data, ...data.map((value) => -value), ...new Float64Array(d)]);
    mirrored[mirrored.length - 1] = 1e-13;
    const sets = {
      reference: embeddedSet({ n: 601, d, data: mirrored }),
      generated: embeddedSet({ n: 300, d, data }),
    };
    const prdc = async (algebra: Algebra) =>
      (await metricById('prdc').evaluate(sets, {}, { algebra })).map(({ value }) => value);
    expect(await prdc(fastAlgebra)).toEqual(await prdc(plainAlgebra));
  });

  test('squaredNeighborRadii, nearestOthers and nearestNeighbors agree with sorting', async () => {
    const rows = gaussianCloud({ n: 200, d: 5, seed: 4 });
    const distances = (i: number) =>
      Array.from({ length: 200 }, (_, j) => [squaredDifference(rows, i, rows, j), j] as const)
        .filter(([, j]) => j !== i)
        .sort(([a], [b]) => a - b);
    const radii = await squaredNeighborRadii(rows, { k: 4, where: 'test' }, plainAlgebra);
    const others = await nearestOthers(rows, 60, plainAlgebra);
    for (let i = 0; i < 200; i++) {
      const sorted = distances(i);
      expect(radii[i]).toBe(sorted[3]![0]);
      expect(others[i]!.indices).toEqual(sorted.slice(0, 60).map(([, j]) => j));
    }
    const { indices, squaredDistances } = await nearestNeighbors(rows, rows, plainAlgebra);
    expect([...indices]).toEqual([...Array(200).keys()]);
    expect(squaredDistances.every((square) => square === 0)).toBe(true);
  });
});
