import { describe, expect, test } from 'vitest';
import { calibratedDistances } from '../../metrics/calibrated-distance.js';
import { calibratedL2 } from '../../metrics/records/calibrated-distance.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { embeddedSet } from '../support/embedded-set.js';
import { type PackedRows, unpacked } from '../support/fixture.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { projectFile } from '../support/project.js';
import { rejected } from '../support/thrown.js';
import { expectClose } from '../support/tolerance.js';

const line = (...data: number[]): Rows => ({ n: data.length, d: 1, data: Float64Array.from(data) });
const fixture = JSON.parse(projectFile('test/reference/calibrated-distance.json')) as {
  readonly train: PackedRows;
  readonly models: readonly {
    readonly name: string;
    readonly k: number;
    readonly generated: PackedRows;
    readonly distances: readonly number[];
    readonly share: number;
  }[];
};
const train = unpacked(fixture.train);

describe('calibratedDistances', () => {
  test('of 4 before 0, 3 and 9, k = 3, is 1 over half of (1 + 4 + 5)/3', async () => {
    const found = await calibratedDistances(
      { reference: line(0, 3, 9), generated: line(4) },
      { k: 3 },
      plainAlgebra,
    );
    expectClose(found[0]!, 0.6, 1e-15);
  });

  test('of a copy is 0, though all k nearest are copies of it too', async () => {
    const sets = { reference: line(2, 2, 5), generated: line(2, 5) };
    expect([...(await calibratedDistances(sets, { k: 2 }, plainAlgebra))]).toEqual([0, 0]);
  });

  test('where all are equally far is 1/α = 2, the most', async () => {
    const sets = { reference: line(-1, 1, -1, 1), generated: line(0) };
    expect([...(await calibratedDistances(sets, { k: 4 }, plainAlgebra))]).toEqual([2]);
  });

  test.each(fixture.models)('of a model "$name", k = $k, agrees with numpy, and so does the share', async ({
    k,
    generated,
    distances,
    share,
  }) => {
    const sets = { reference: train, generated: unpacked(generated) };
    const found = await calibratedDistances(sets, { k }, plainAlgebra);
    for (const [i, one] of found.entries()) expectClose(one, distances[i]!, 1e-12);
    const embedded = { reference: embeddedSet(train), generated: embeddedSet(sets.generated) };
    const [value] = await calibratedL2.evaluate(embedded, { calibrationNeighbors: k });
    expect(value!.value).toBe(share);
  });

  test.each([
    [{ k: 2.5 }, 'OUT_OF_RANGE k: must be a whole number, at least 1; got 2.5.'],
    [
      {},
      'TOO_FEW_SAMPLES calibratedDistances: reference: must hold the 50 nearest training images; got 3. Supply 47 more.',
    ],
  ])('%j is refused before three training images', async (options, message) => {
    const sets = { reference: line(0, 3, 9), generated: line(4) };
    expect(await rejected(calibratedDistances(sets, options, plainAlgebra))).toBe(message);
  });
});

test('calibrated-l2 has an interval around the share, of this n', async () => {
  const sets = {
    reference: embeddedSet(gaussianCloud({ n: 90, d: 4, seed: 5 })),
    generated: embeddedSet(gaussianCloud({ n: 80, d: 4, seed: 6 })),
  };
  const [found] = await calibratedL2.evaluate(
    sets,
    { calibrationNeighbors: 5 },
    { interval: { level: 0.95 } },
  );
  expect(found!.interval!.of).toBe('value');
  expect(found!.interval!.low).toBeLessThan(found!.value!);
  expect(found!.interval!.high).toBeGreaterThan(found!.value!);
});
