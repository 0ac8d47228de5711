import { describe, expect, test } from 'vitest';
import { metricById } from '../../metrics/metric-catalog.js';
import { realismScores } from '../../metrics/realism.js';
import { fScore } from '../../metrics/records/f-score.js';
import { realism } from '../../metrics/records/realism.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { embeddedSet } from '../support/embedded-set.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

interface PairCase {
  readonly reference: PackedRows;
  readonly generated: PackedRows;
  readonly fScore: number;
  readonly realism3: readonly number[];
  readonly realism5: readonly number[];
}

const pairs = fixtureCases<PairCase>('peer-metrics');
const line = (...data: number[]): Rows => ({ n: data.length, d: 1, data: Float64Array.from(data) });
const setsOf = (reference: Rows, generated: Rows) => ({
  reference: embeddedSet(reference, { source: 'real/' }),
  generated: embeddedSet(generated, { source: 'fake/' }),
});

describe('f-score', () => {
  test('of half precise and three quarters recalled is 2·½·¾/(½ + ¾) = 0.6', async () => {
    const sets = setsOf(line(0, 1, 2, 3), line(0, 1, 9, 9));
    const [found] = await fScore.evaluate(sets, { prcNeighborhood: 1 });
    expect(found!.value).toBe(0.6);
  });

  test.each(pairs)('of $name agrees with torch-fidelity', async ({
    reference,
    generated,
    fScore: expected,
  }) => {
    const [found] = await fScore.evaluate(setsOf(unpacked(reference), unpacked(generated)), {});
    expectClose(found!.value!, expected, 1e-6, 1); // its shares are float32
  });

  test('of sets far apart is 0, where precision and recall are', async () => {
    const [found] = await fScore.evaluate(setsOf(line(0, 1, 2, 3), line(90, 91, 92, 93)), {});
    expect(found!.value).toBe(0);
  });

  test('needs more images than neighbors', async () => {
    expect(await rejected(fScore.evaluate(setsOf(line(0, 1, 2), line(0, 1, 2, 3)), {}))).toBe(
      'TOO_FEW_SAMPLES f-score: reference: 3 nearest neighbors need at least 4 images; got 3. Supply 1 more.',
    );
  });
});

describe('realism', () => {
  test('of 5 before 0, 1, 3, whose radii are 1, 1, 2, is 0 balls below the median wide', async () => {
    // radii 1, 1, 2 have the median 1: none is below it
    expect([
      ...(await realismScores({ reference: line(0, 1, 3), generated: line(5) }, { k: 1 }, plainAlgebra)),
    ]).toEqual([0]);
  });

  test('of 5 and 0 before 0, 1, 3, 7 is the ball of radius 1 over the distance', async () => {
    // radii 1, 1, 2, 4 have the median 1.5: of 0 and 1 count, and 5 is 4 away from 1
    const sets = { reference: line(0, 1, 3, 7), generated: line(5, 0) };
    expect([...(await realismScores(sets, { k: 1 }, plainAlgebra))]).toEqual([
      0.25,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test.each(pairs)('of $name agrees with dgm-eval, image by image', async ({
    reference,
    generated,
    realism3,
    realism5,
  }) => {
    const sets = { reference: unpacked(reference), generated: unpacked(generated) };
    for (const [k, expected] of [
      [3, realism3],
      [5, realism5],
    ] as const) {
      const scores = await realismScores(sets, { k }, plainAlgebra);
      expected.forEach((value, j) => {
        expectClose(scores[j]!, value, SUMMATION_TOLERANCE);
      });
    }
  });

  test('of a set is the share of images of realism 1 or more, in a quarter of these', async () => {
    const sets = setsOf(line(0, 1, 3, 7), line(0.5, 2.5, 5, 9)); // 0.5/1, 1.5/1, 4/1, 8/1 of the balls of radius 1
    const [found] = await realism.evaluate(sets, { realismNeighborhood: 1 });
    expect(found!.value).toBe(0.25);
  });

  test('of a copy of a reference image without a ball is not above that of others', async () => {
    const sets = { reference: line(2, 2, 5, 9, 14), generated: line(2) }; // the radius at 2 is 0
    expect([...(await realismScores(sets, { k: 1 }, plainAlgebra))]).toEqual([0]);
  });
});

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
])('realism of a value of %s is refused by set and row', async (value) => {
  const pair = { reference: line(0, 1, 2, 3), generated: line(0, 2, value) };
  expect(await rejected(realismScores(pair, { k: 1 }, plainAlgebra))).toBe(
    `NOT_FINITE realismScores: generated: every value must be finite; got ${value} in row 2, column 0 (counted from 0). Encode the images again, or leave that row out on purpose.`,
  );
});

test.each(['f-score', 'realism'])('%s has an interval around the value, of this n', async (id) => {
  const sets = setsOf(
    gaussianCloud({ n: 90, d: 3, seed: 5 }),
    gaussianCloud({ n: 80, d: 3, seed: 6, shift: 0.3 }),
  );
  const [found] = await metricById(id).evaluate(sets, {}, { interval: { level: 0.95 } });
  expect(found!.interval!.of).toBe('value');
  expect(found!.interval!.low).toBeLessThan(found!.value!);
  expect(found!.interval!.high).toBeGreaterThan(found!.value!);
});
