import { describe, expect, test } from 'vitest';
import { mmdOfSubsets } from '../../filtering/subset-metrics/mmd-of-subsets.js';
import { METRICS } from '../../metrics/metric-catalog.js';
import type { MetricValue } from '../../metrics/metric-definition.js';
import { kidRbf } from '../../metrics/records/kernel-inception-distance.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { type Rows, selectRows } from '../../numerics/rows.js';
import { conditionCurves } from '../../sample-size-study/condition-curves.js';
import { studyDraws } from '../../sample-size-study/study-draws.js';
import { ImagePool, PooledRows } from '../../uncertainty/image-pool.js';
import { embeddedSet } from '../support/embedded-set.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';
import { expectClose, FLOAT32_KID, SUMMATION_TOLERANCE } from '../support/tolerance.js';

interface RbfCase {
  readonly name: string;
  readonly reference: PackedRows;
  readonly generated: PackedRows;
  readonly sigma: number;
  readonly subsets: number;
  readonly subsetSize: number;
  readonly seed: number;
  readonly expected: number;
  readonly spread: number;
  readonly allPairs: number;
  readonly torchFidelity: readonly [number, number];
}

const all = kidRbf.family.allPairs!;

async function distanceOf(
  metric: Pick<typeof kidRbf, 'evaluate'>,
  { reference, generated }: { readonly reference: Rows; readonly generated: Rows },
  parameters = {},
): Promise<MetricValue> {
  const sets = { reference: embeddedSet(reference), generated: embeddedSet(generated) };
  return (await metric.evaluate(sets, parameters, { algebra: plainAlgebra }))[0]!;
}

/** Largest exponent, which is a difference of squares: what float64 and float32 round is of its size. */
function exponent({ d, data }: Rows, sigma: number): number {
  const largest = Math.max(...Array.from(data, Math.abs));
  return Math.max(1, (d * largest ** 2) / sigma ** 2);
}

describe('kid-rbf', () => {
  test('of points at 0, 0 and 1, 1 on a line is 2 − 2·exp(−1/2) for σ = 1', async () => {
    const line = (...data: number[]) => ({ n: data.length, d: 1, data: Float64Array.from(data) });
    const sets = { reference: line(0, 0), generated: line(1, 1) };
    const { value } = await distanceOf(all, sets, { kidKernelRbfSigma: 1 });
    expectClose(value!, 2 - 2 * Math.exp(-1 / 2), SUMMATION_TOLERANCE);
  });

  test.each(
    fixtureCases<RbfCase>('kid-rbf'),
  )('of $name agrees with long doubles, and with torch-fidelity to its float32', async (fixture) => {
    const sets = { reference: unpacked(fixture.reference), generated: unpacked(fixture.generated) };
    const { sigma: kidKernelRbfSigma, subsets: kidSubsets, subsetSize: kidSubsetSize, seed } = fixture;
    const { value, spread } = await distanceOf(kidRbf, sets, {
      kidKernelRbfSigma,
      kidSubsets,
      kidSubsetSize,
      seed,
    });
    const scale = exponent(sets.reference, fixture.sigma);
    expectClose(value!, fixture.expected, SUMMATION_TOLERANCE, scale);
    expectClose(spread!.value, fixture.spread, SUMMATION_TOLERANCE, scale);
    expectClose(value!, fixture.torchFidelity[0], FLOAT32_KID, scale);
    expectClose(spread!.value, fixture.torchFidelity[1], FLOAT32_KID, scale);
    const pairs = await distanceOf(all, sets, { kidKernelRbfSigma });
    expectClose(pairs.value!, fixture.allPairs, SUMMATION_TOLERANCE, scale);
  });

  const reference = gaussianCloud({ n: 40, d: 4, seed: 1 });
  const pool = gaussianCloud({ n: 30, d: 4, seed: 2, shift: 0.5 });

  test('a study and a filter take it on all pairs of each subset', async () => {
    const sets = { reference: embeddedSet(reference), generated: embeddedSet(pool) };
    const draws = studyDraws({
      poolSize: 30,
      referenceSize: 40,
      sizes: [5, 12],
      repeats: 2,
      scheme: 'subsample',
      reference: 'full',
      seed: 1,
    });
    const parameters = { kidKernelRbfSigma: 2 };
    const engine = await conditionCurves(kidRbf, { sets, parameters, reference: 'full' }, plainAlgebra);
    for await (const { draw, values } of engine.curves(draws)) {
      for (const { sampleSize, value } of values) {
        const generated = selectRows(pool, draw.order.subarray(0, sampleSize));
        const direct = await distanceOf(all, { reference, generated }, parameters);
        expectClose(value!, direct.value!, SUMMATION_TOLERANCE, 1);
      }
    }
    const ids = Array.from({ length: 30 }, (_, i) => `${10 + i}`);
    const images = ImagePool.of({ source: 'pool', ids });
    const generated = PooledRows.join(images, { source: 'pool', ids, rows: pool });
    const subset = await mmdOfSubsets(kidRbf, {
      reference: sets.reference,
      generated,
      algebra: plainAlgebra,
    });
    const places = Uint32Array.of(1, 4, 9, 16, 25);
    const direct = await distanceOf(all, { reference, generated: selectRows(pool, places) });
    expectClose(await subset.value(places), direct.value!, SUMMATION_TOLERANCE, 1);
    expect(subset.parameters).toEqual({ sigma: 10, pairs: 'all' });
  });

  test('σ must be above 0, and is refused by its flag', async () => {
    expect(await rejected(distanceOf(kidRbf, { reference, generated: pool }, { kidKernelRbfSigma: 0 }))).toBe(
      'OUT_OF_RANGE --kid-kernel-rbf-sigma: must be a number above 0; got 0.',
    );
  });

  test('too few images are refused without naming a metric that there is not', async () => {
    expect(METRICS).toContain(kidRbf);
    expect(await rejected(distanceOf(kidRbf, { reference, generated: pool }))).toBe(
      "TOO_FEW_SAMPLES kid-rbf: --kid-subset-size must be at most the generated set's size; got --kid-subset-size 1000, n 30. Pass --kid-subset-size 30 or fewer, or supply 970 more images.",
    );
  });
});
