import { describe, expect, test } from 'vitest';
import { NumericalError } from '../../errors.js';
import { METRICS } from '../../metrics/metric-catalog.js';
import type {
  Comparison,
  EvaluatedSets,
  MetricDefinition,
  MetricValue,
  Parameters,
  ResultDefinition,
} from '../../metrics/metric-definition.js';
import { numpyRandomState } from '../../numerics/numpy-random-state.js';
import { innerProducts } from '../../numerics/products.js';
import type { Rows } from '../../numerics/rows.js';
import { selectRows } from '../../numerics/rows.js';
import { symmetricEigenDecomposition } from '../../numerics/symmetric-eigenvalues.js';
import { DRAWN_BY_ROW } from '../support/drawn-by-row.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected, thrown } from '../support/thrown.js';

const D = 6;
const N = 64;
/** Of three cells one holds more than 20, which C_T needs. */
const M = 66;

/** Parameters that make the protocols fit sets of 48 and 60 images. */
const SMALL: Readonly<Record<string, Parameters>> = {
  kid: { kidSubsets: 8, kidSubsetSize: 30 },
  'kid-rbf': { kidSubsets: 8, kidSubsetSize: 30 },
  mind: { mindNumProjections: 200 },
};

/** The laws each number is held to beyond what its record says; a metric missing here fails the first test. */
const LAWS: Readonly<
  Record<
    string,
    {
      readonly shift: 'worsens' | 'improves' | 'raises' | 'not looked at' | 'of one set alone';
      readonly copies?: 'punished';
    }
  >
> = {
  fid: { shift: 'worsens' },
  'fid-tf': { shift: 'worsens' },
  'fid-clean': { shift: 'worsens' },
  'clip-fid': { shift: 'worsens' },
  'fd-dinov2': { shift: 'worsens' },
  sfid: { shift: 'worsens' },
  is: { shift: 'not looked at' },
  kid: { shift: 'worsens' },
  'kid-all-pairs': { shift: 'worsens' },
  'kid-rbf': { shift: 'worsens' },
  cmmd: { shift: 'worsens' },
  'cmmd-v': { shift: 'worsens' },
  precision: { shift: 'worsens' },
  recall: { shift: 'worsens' },
  'prdc-precision': { shift: 'worsens' },
  'prdc-recall': { shift: 'worsens' },
  density: { shift: 'worsens' },
  coverage: { shift: 'worsens' },
  'fid-infinity': { shift: 'worsens' },
  'is-infinity': { shift: 'not looked at' },
  mind: { shift: 'worsens' },
  vendi: { shift: 'not looked at' },
  'f-score': { shift: 'worsens' },
  realism: { shift: 'worsens' },
  // images far from every reference image are copies of none
  authpct: { shift: 'improves' },
  'calibrated-l2': { shift: 'improves' },
  ct: { shift: 'raises' }, // neither way is better
  fld: { shift: 'worsens', copies: 'punished' },
  'fld-gap': { shift: 'of one set alone' }, // training images become less likely, and held-out ones do
};

/** Rounding of sums over a few dozen vectors, through decompositions of 6 × 6 matrices. */
const LAW_TOLERANCE = 1e-9;

/** Logits that mean something: the embeddings themselves, sharpened. */
function setOf(vectors: Rows, source = 'images/') {
  const logits = { ...vectors, data: Float64Array.from(vectors.data, (value) => 2 * value) };
  return embeddedSet(vectors, { source, logits });
}

function shifted(vectors: Rows, by: number): Rows {
  return { ...vectors, data: Float64Array.from(vectors.data, (value) => value + by) };
}

const reference = gaussianCloud({ n: N, d: D, seed: 1, smallest: 0.5 });
const generated = gaussianCloud({ n: M, d: D, seed: 2, shift: 0.1 });
const heldOut = gaussianCloud({ n: N, d: D, seed: 4, smallest: 0.5 });

/** The sets with a third for metrics that need it: what is done to the reference is done to it. */
function withHeldOut(metric: MetricDefinition, sets: Comparison, rows: Rows = heldOut): EvaluatedSets {
  return metric.heldOut === 'needed' ? { ...sets, heldOut: setOf(rows, 'unseen/') } : sets;
}

async function values(
  metric: MetricDefinition,
  sets: Comparison,
  third?: Rows,
): Promise<readonly MetricValue[]> {
  return metric.evaluate(withHeldOut(metric, sets, third), SMALL[metric.id] ?? {});
}

async function numbers(
  metric: MetricDefinition,
  first: Rows,
  second: Rows,
  third?: Rows,
): Promise<readonly number[]> {
  const found = await values(
    metric,
    { reference: setOf(first, 'real/'), generated: setOf(second, 'fake/') },
    third,
  );
  return found.map(({ value }) => value!);
}

function expectAlike(received: readonly number[], expected: readonly number[]): void {
  received.forEach((value, i) => {
    const scale = Math.max(1, Math.abs(expected[i]!));
    expect(Math.abs(value - expected[i]!) / scale).toBeLessThan(LAW_TOLERANCE);
  });
}

const records = METRICS.map((metric) => [metric.id, metric] as const);
const results = METRICS.flatMap((metric) =>
  metric.results.map((result, at) => [result.id, metric, result, at] as const),
);
const ofBoth = records.filter(([, { sides }]) => sides === 'both');

test('every number of the catalog is held to the laws, and no other', () => {
  expect(results.map(([id]) => id).sort()).toEqual(Object.keys(LAWS).sort());
});

describe('law: a metric gives what its record says', () => {
  test.each(records)('%s', async (_, metric) => {
    const found = await values(metric, { reference: setOf(reference), generated: setOf(generated) });
    expect(found.map(({ id }) => id)).toEqual(metric.results.map(({ id }) => id));
    found.forEach(({ value }, at) => {
      const [low, high] = metric.results[at]!.range;
      expect(Number.isFinite(value)).toBe(true);
      expect(value!).toBeGreaterThanOrEqual(low ?? Number.NEGATIVE_INFINITY);
      expect(value!).toBeLessThanOrEqual(high ?? Number.POSITIVE_INFINITY);
      const { highIs } = metric.results[at]!;
      if (highIs !== undefined) expect(value!).toBeLessThanOrEqual(generated.d); // classes and dimensions alike
    });
  });
});

/** Images that every metric with its own defaults can look at, subsets of KID aside. */
const MOST = 70;

describe('law: sets that are too small are told by their counts alone, before anything is encoded', () => {
  test.each(records)('%s', async (_, metric) => {
    const rows = gaussianCloud({ n: MOST, d: 2, seed: 3 });
    const few = (n: number, source: string) =>
      setOf(
        selectRows(
          rows,
          Uint32Array.from({ length: n }, (_, i) => i),
        ),
        source,
      );
    const told: boolean[] = [];
    for (const [n, m] of [1, 2, 5, 9, 12, 16, 20, MOST].flatMap((n) =>
      [n, MOST].map((m) => [n, m] as const),
    )) {
      const sets = withHeldOut(
        metric,
        { reference: few(n, 'real/'), generated: few(m, 'fake/') },
        few(MOST, '').embeddings!,
      );
      const count = ({ source, n }: Comparison['reference']) => ({ source, n });
      const counts = {
        reference: count(sets.reference),
        generated: count(sets.generated),
        ...(sets.heldOut && { heldOut: count(sets.heldOut) }),
      };
      const refusal = thrown(() => metric.requireImages(counts, {}));
      told.push(refusal !== 'nothing');
      expect(await rejected(metric.evaluate(sets, {}))).toBe(refusal);
    }
    if (!('kidSubsets' in metric.parameters)) expect(told.at(-1)).toBe(false);
    const unknown = { source: 'stats.npz', n: null };
    const all = { reference: unknown, generated: unknown, heldOut: unknown };
    expect(() => metric.requireImages(all, {})).not.toThrow();
  });
});

describe('law: equal sets give the value at equality', () => {
  test.each(
    results.filter(([, , result]) => result.atEquality !== null),
  )('%s', async (_, metric, result, at) => {
    const value = (await numbers(metric, reference, reference))[at]!;
    expect(value).toBeGreaterThanOrEqual(result.range[0] ?? Number.NEGATIVE_INFINITY);
    expect(Math.abs(value - result.atEquality!)).toBeLessThan(LAW_TOLERANCE);
  });
});

describe('law: equal sets are better than unequal ones', () => {
  const looking = results.filter(([id]) => LAWS[id]?.shift === 'worsens' && LAWS[id].copies !== 'punished');
  test.each(looking)('%s', async (_, metric, { direction }, at) => {
    const equal = (await numbers(metric, reference, reference))[at]!;
    const unequal = (await numbers(metric, reference, shifted(generated, 1)))[at]!;
    if (direction === 'lower-is-better') expect(equal).toBeLessThan(unequal);
    else expect(equal).toBeGreaterThan(unequal);
  });
});

describe('law: swapping the sets leaves a symmetric metric and changes any other', () => {
  test.each(results)('%s', async (_, metric, { symmetric }, at) => {
    const given = (await numbers(metric, reference, generated))[at]!;
    const swapped = (await numbers(metric, generated, reference))[at]!;
    if (symmetric) expectAlike([swapped], [given]);
    else expect(swapped).not.toBe(given);
  });
});

describe('law: precision and recall change places when the sets do', () => {
  const pairs = METRICS.filter(({ id }) => id === 'precision-recall' || id === 'prdc');
  test.each(pairs.map((metric) => [metric.id, metric] as const))('%s', async (_, metric) => {
    const [precision, recall] = await numbers(metric, reference, generated);
    const [swappedPrecision, swappedRecall] = await numbers(metric, generated, reference);
    expect([swappedPrecision, swappedRecall]).toEqual([recall, precision]);
    expect(precision).not.toBe(recall);
  });
});

describe('law: the order of images matters only to a metric whose protocol draws by row', () => {
  const order = numpyRandomState(7);
  const mixedReference = selectRows(reference, order.permutation(N));
  const mixedGenerated = selectRows(generated, order.permutation(M));
  test.each(records)('%s', async (_, metric) => {
    const given = await numbers(metric, reference, generated);
    const mixed = await numbers(metric, mixedReference, mixedGenerated);
    if (DRAWN_BY_ROW.includes(metric.id)) expect(mixed).not.toEqual(given);
    else expect(mixed).toEqual(given);
  });
});

describe('law: the same seed gives the same bytes, another seed others', () => {
  test.each(records)('%s', async (id, metric) => {
    const sets = withHeldOut(metric, { reference: setOf(reference), generated: setOf(generated) });
    const first = JSON.stringify(await values(metric, sets));
    expect(JSON.stringify(await values(metric, { ...sets }))).toBe(first);
    if ('seed' in metric.parameters && metric.id !== 'ct') {
      const other = await metric.evaluate(sets, { ...SMALL[id], seed: 7 });
      expect(JSON.stringify(other)).not.toBe(first);
    }
  });
});

describe('law: what the record calls invariant is, and the rest is not', () => {
  /** eigenvectors of a random symmetric matrix: an orthogonal matrix, its rows the new axes */
  const { data: square } = gaussianCloud({ n: D, d: D, seed: 3 });
  const symmetric = innerProducts({ n: D, d: D, data: square }, { n: D, d: D, data: square });
  const axes = { n: D, d: D, data: symmetricEigenDecomposition(symmetric, D).vectors };
  const rotate = (vectors: Rows): Rows => ({ ...vectors, data: innerProducts(vectors, axes) });
  const moves = { rotation: rotate, shift: (vectors: Rows) => shifted(vectors, 3) } as const;

  test.each(
    records.flatMap(([id, metric]) =>
      (['rotation', 'shift'] as const).map((move) => [id, move, metric] as const),
    ),
  )('%s under a %s', async (_, move, metric) => {
    if (metric.uses === 'logits') return; // logits have no such freedom but one: see below
    const given = await numbers(metric, reference, generated);
    const moved = await numbers(metric, moves[move](reference), moves[move](generated), moves[move](heldOut));
    if (metric.invariantUnder.includes(move)) expectAlike(moved, given);
    else expect(Math.max(...moved.map((value, i) => Math.abs(value - given[i]!)))).toBeGreaterThan(1e-6);
  });

  const ofLogits = records.filter(([, { uses }]) => uses === 'logits');
  test.each(ofLogits)('%s when a constant is added to all logits', async (_, metric) => {
    const given = await numbers(metric, reference, generated);
    expectAlike(await numbers(metric, reference, shifted(generated, 5)), given);
  });
});

describe('law: a growing shift of one side makes each value worse, and never better', () => {
  const shifts = [0, 0.5, 1, 2, 4].map((by) => shifted(generated, by));
  const moving = results.filter(
    ([id, { sides }]) => sides === 'both' && LAWS[id]?.shift !== 'of one set alone',
  );
  test.each(moving)('%s', async (id, metric, result, at) => {
    const path = [];
    for (const moved of shifts) path.push((await numbers(metric, reference, moved))[at]!);
    const worse = (result as ResultDefinition).direction === 'lower-is-better' ? 1 : -1;
    const { shift } = LAWS[id]!;
    const sign = shift === 'raises' ? 1 : shift === 'improves' ? -worse : worse;
    for (let i = 1; i < path.length; i++) expect(sign * (path[i]! - path[i - 1]!)).toBeGreaterThanOrEqual(0);
    expect(sign * (path.at(-1)! - path[0]!)).toBeGreaterThan(0);
  });
});

describe('law: a metric of one side does not look at the other', () => {
  const ofOne = records.filter(([, { sides }]) => sides === 'generated');
  test.each(ofOne)('%s', async (_, metric) => {
    const given = await numbers(metric, reference, generated);
    expect(await numbers(metric, shifted(reference, 9), generated)).toEqual(given);
  });
});

describe('law: NaN and infinity are refused, naming file, row and column', () => {
  const cases = [Number.NaN, Number.POSITIVE_INFINITY].flatMap((bad) =>
    records.map(([id, metric]) => [id, bad, metric] as const),
  );
  test.each(cases)('%s, %d', async (_, bad, metric) => {
    const data = Float64Array.from(generated.data);
    data[3 * D + 2] = bad;
    const message = await rejected(numbers(metric, reference, { ...generated, data }));
    const place = `${metric.uses === 'logits' ? 2 * bad : bad} in row 3, column 2 (counted from 0)`;
    expect(message).toContain('NOT_FINITE fake/: every value must be finite; got ');
    expect(message).toContain(place);
  });

  test.each(ofBoth)('%s, in the reference', async (_, metric) => {
    const data = Float64Array.from(reference.data);
    data[0] = Number.NaN;
    expect(await rejected(numbers(metric, { ...reference, data }, generated))).toContain('NOT_FINITE real/');
  });
});

describe('law: at the ends of float64 a metric gives a finite number, or none with the reason', () => {
  const scales = [1e300, 1e160, 1e60, 1e-60, 1e-160, 1e-300];
  const cases = scales.flatMap((scale) => records.map(([id, metric]) => [id, scale, metric] as const));
  test.each(cases)('%s of embeddings times %d', async (_, scale, metric) => {
    const times = (vectors: Rows): Rows => ({ ...vectors, data: vectors.data.map((value) => value * scale) });
    const sets = { reference: setOf(times(reference), 'real/'), generated: setOf(times(generated), 'fake/') };
    const found = await values(metric, sets, times(heldOut)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(NumericalError); // `score` makes null and the reason of it
      return [];
    });
    for (const { value, reason, spread } of found) {
      if (value === null) expect(reason).toContain('too large or too small for float64');
      else expect([value, spread?.value ?? 0].every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    [
      1e160,
      'NOT_FINITE nearestNeighbors: squared distances must lie within the range of float64; got vectors of length ',
    ],
    [
      1e-160,
      'DIGITS_LOST authpct: embeddings must differ by 3.2e-145 or more, or their squares lose their digits',
    ],
  ])('authpct of embeddings times %d is refused: squared distances leave the range', async (scale, message) => {
    const [first, second] = [reference, generated].map((rows) => ({
      ...rows,
      data: rows.data.map((value) => value * scale),
    }));
    const authPct = METRICS.find(({ id }) => id === 'authpct')!;
    expect(await rejected(numbers(authPct, first!, second!))).toContain(message);
  });

  test('kid of embeddings whose cubes overflow is null', async () => {
    const large = { ...reference, data: reference.data.map((value) => value * 1e60) };
    const [found] = await values(METRICS.find(({ id }) => id === 'kid')!, {
      reference: setOf(large),
      generated: setOf(large),
    });
    expect(found).toMatchObject({ id: 'kid', value: null });
    expect(found!.spread).toBeUndefined();
  });
});

describe('law: whatever their scale, embeddings give the right number, or none with the reason', () => {
  /** What becomes of each number when all embeddings (logits) are multiplied by s. */
  const SCALING: Readonly<Record<string, 'nothing' | 's²' | 'another kernel' | 'another softmax'>> = {
    ...Object.fromEntries(['fid', 'fid-tf', 'fid-clean', 'clip-fid', 'fd-dinov2'].map((id) => [id, 's²'])),
    ...{
      sfid: 's²',
      'fid-infinity': 's²',
      mind: 's²',
      kid: 'another kernel',
      'kid-all-pairs': 'another kernel',
      'kid-rbf': 'another kernel',
    },
    ...{ is: 'another softmax', 'is-infinity': 'another softmax', cmmd: 'nothing', 'cmmd-v': 'nothing' },
    ...{ precision: 'nothing', recall: 'nothing', 'prdc-precision': 'nothing', 'prdc-recall': 'nothing' },
    ...{ 'f-score': 'nothing', realism: 'nothing' },
    ...{ density: 'nothing', coverage: 'nothing', vendi: 'nothing', authpct: 'nothing' },
    ...{ 'calibrated-l2': 'nothing', ct: 'nothing', fld: 'nothing', 'fld-gap': 'nothing' },
  };
  const scales = [1e-300, 1e-200, 1e-160, 1e-140, 1e-20, 1e20, 1e140, 1e155, 1e300];
  const cases = scales.flatMap((scale) => records.map(([id, metric]) => [id, scale, metric] as const));
  const told = new Set<string>();

  test('for every number it is said what becomes of it', () => {
    expect(Object.keys(SCALING).sort()).toEqual(Object.keys(LAWS).sort());
  });

  test.each(cases)('%s of embeddings times %d', async (_, scale, metric) => {
    const times = (vectors: Rows): Rows => ({ ...vectors, data: vectors.data.map((value) => value * scale) });
    const given = await numbers(metric, reference, generated);
    const sets = { reference: setOf(times(reference), 'real/'), generated: setOf(times(generated), 'fake/') };
    const found = await values(metric, sets, times(heldOut)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(NumericalError); // `score` makes null and the reason of it
      told.add(`${metric.id} ${scale}`);
      return [];
    });
    found.forEach(({ id, value, reason, warnings }, at) => {
      if (value === null) expect(reason).toContain('too large or too small for float64');
      else if (SCALING[id] === 's²') expectAlike([value / scale / scale], [given[at]!]);
      else if (SCALING[id] === 'nothing') expectAlike([value], [given[at]!]);
      else if (SCALING[id] === 'another softmax' && scale < 1) expectAlike([value], [1]);
      else if (SCALING[id] === 'another kernel' && scale < 1)
        expect(warnings.map(({ code }) => code)).toContain('WITHIN_ROUNDING'); // every kernel is 1
    });
  });

  test('squares that lose their digits are refused, and no others', () => {
    expect([...told].filter((text) => /^(fid|mind|kid|prdc|authpct) /.test(text)).sort()).toEqual(
      ['authpct', 'fid', 'kid', 'mind', 'prdc']
        .flatMap((id) => [
          ...[1e-300, 1e-200, 1e-160].map((scale) => `${id} ${scale}`),
          ...(id === 'mind' || id === 'kid' ? [] : [1e155, 1e300].map((scale) => `${id} ${scale}`)), // null with the reason
        ])
        .sort(),
    );
  });
});

describe('law: float32 embeddings give what their values give in float64', () => {
  test.each(records)('%s', async (_, metric) => {
    const narrow = (vectors: Rows): Rows => ({ ...vectors, data: Float32Array.from(vectors.data) });
    const widened = (vectors: Rows): Rows => ({ ...vectors, data: Float64Array.from(narrow(vectors).data) });
    expect(await numbers(metric, narrow(reference), narrow(generated))).toEqual(
      await numbers(metric, widened(reference), widened(generated)),
    );
  });
});
