import { describe, expect, test } from 'vitest';
import { embeddedSet } from '../../encoders/embeddings-in-memory.js';
import { metricById } from '../../metrics/metric-catalog.js';
import {
  cmmd,
  fid,
  inceptionScore,
  kid,
  metricOfRows,
  prdc,
  precisionRecall,
  vendi,
} from '../../metrics/metrics-of-rows.js';
import { realismScores } from '../../metrics/realism.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import type { Rows } from '../../numerics/rows.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected, thrown } from '../support/thrown.js';

/** Values between 0 and 1 that are exact in float32, from a formula. */
function formulaRows(n: number, d: number, value: (i: number, j: number) => number): Rows {
  return { n, d, data: Float32Array.from({ length: n * d }, (_, at) => value(Math.floor(at / d), at % d)) };
}

const X = formulaRows(80, 12, (i, j) => ((37 * i + 101 * j + 13 * i * j + 5 * i * i) % 1021) / 1024);
const Y = formulaRows(70, 12, (i, j) => ((53 * i + 97 * j + 29 * i * j + 5 * i * i) % 1013) / 1024);
const LOGITS = formulaRows(
  60,
  10,
  (i, c) => (8 * ((211 * i + 17 * c + 7 * i * c + 5 * i * i) % 1019)) / 1024,
);

const first = (rows: Rows, n: number): Rows => ({ ...rows, n, data: rows.data.subarray(0, n * rows.d) });

describe('numpy and scipy in float64 give, by the peers’ definitions', () => {
  test('fid', () => {
    expect(fid(X, Y)).toBeCloseTo(0.06475087996157569, 12);
    expect(fid(first(X, 5), first(Y, 6))).toBeCloseTo(0.6774593670171536, 12); // no more rows than dimensions
  });

  test('kid', () => {
    const { value, spread } = kid(Y, X, { subsets: 10, subsetSize: 20 }); // torch-fidelity's first input is drawn first
    expect(value).toBeCloseTo(-0.011197689186722171, 12);
    expect(spread).toBeCloseTo(0.018828459278433147, 12);
  });

  test('cmmd', () => {
    expect(cmmd(X, Y)).toBeCloseTo(-0.057485172198390444, 10);
    expect(cmmd(X, Y, { estimator: 'biased' })).toBeCloseTo(0.006060328794799119, 10);
  });

  test('inceptionScore', () => {
    expect(inceptionScore(LOGITS, { splits: 1 }).value).toBeCloseTo(2.5806659161381558, 12);
    const { value, spread } = inceptionScore(LOGITS, { splits: 10, seed: null });
    expect(value).toBeCloseTo(2.333917819037508, 12);
    expect(spread).toBeCloseTo(0.3762669230354189, 12);
  });

  test('precisionRecall and prdc', async () => {
    const sets = { reference: X, generated: Y };
    expect(await precisionRecall(sets)).toEqual({ precision: 66 / 70, recall: 75 / 80 });
    const { precision, recall, density, coverage } = await prdc(sets);
    expect([precision, recall, coverage]).toEqual([1, 79 / 80, 79 / 80]);
    expect(density).toBeCloseTo(1.028571428571, 11);
  });

  test('vendi', async () => {
    expect(await vendi(X)).toBeCloseTo(2.99352388111, 10);
    expect(await vendi(X, { order: 2 })).toBeCloseTo(1.6912071196, 9);
    expect(await vendi(X, { order: Number.POSITIVE_INFINITY })).toBeCloseTo(1.30652652279, 10);
  });
});

describe('a report says the same number', () => {
  const reference = gaussianCloud({ n: 60, d: 5, seed: 1 });
  const generated = gaussianCloud({ n: 50, d: 5, seed: 2, shift: 0.3 });
  const sets = {
    reference: embeddedSet(reference),
    generated: embeddedSet(generated, { logits: generated }),
  };

  test.each([
    ['fid', {}, async () => [fid(reference, generated)]],
    [
      'kid',
      { kidSubsets: 3, kidSubsetSize: 30 },
      async () => [kid(reference, generated, { subsets: 3, subsetSize: 30 }).value],
    ],
    ['cmmd', {}, async () => [cmmd(reference, generated)]],
    ['cmmd-v', {}, async () => [cmmd(reference, generated, { estimator: 'biased' })]],
    ['is', {}, async () => [inceptionScore(generated).value]],
    ['precision-recall', {}, async () => Object.values(await precisionRecall({ reference, generated }))],
    ['prdc', {}, async () => Object.values(await prdc({ reference, generated }))],
    ['vendi', { vendiOrder: 3 }, async () => [await vendi(generated, { order: 3 })]],
  ] as const)('%s', async (id, parameters, ofRows) => {
    const values = await metricById(id).evaluate(sets, parameters);
    const found = await ofRows();
    expect(found).toHaveLength(values.length);
    values.forEach(({ value }, i) => {
      expect(found[i]).toBeCloseTo(value!, 9);
    });
  });
});

describe('what cannot be is refused', () => {
  const rows = (n: number, d: number, data: readonly number[]): Rows => ({
    n,
    d,
    data: Float32Array.from(data),
  });
  const pair = rows(2, 1, [0, 1]);

  test.each([
    [
      'SHAPE_MISMATCH fid: generated: must hold n × d = 2 × 2 = 4 values; got 3.',
      () => fid(rows(2, 2, [0, 1, 2, 3]), rows(2, 2, [0, 1, 2])),
    ],
    [
      'SHAPE_MISMATCH cmmd: both sets must have vectors of one length; got 1 and 2. Encode both by one network.',
      () => cmmd(pair, rows(1, 2, [1, 1])),
    ],
    [
      'NOT_FINITE cmmd: reference: every row must have a direction; got zeros alone in row 0 (counted from 0). Encode the image again, or leave that row out on purpose.',
      () => cmmd(pair, pair),
    ],
    [
      'NOT_FINITE fid: reference: covariances of the embeddings must lie within the range of float64; got some that overflow. Scale the embeddings of both sides alike.',
      () => fid({ n: 2, d: 1, data: Float64Array.of(0, 1e300) }, pair),
    ],
    [
      "TOO_FEW_SAMPLES kid: subsetSize must be at most the reference set's size; got subsetSize 1000, n 2. Pass subsetSize 2 or fewer, or supply 998 more images.",
      () => kid(pair, pair),
    ],
    [
      'OUT_OF_RANGE subsets: must be a whole number, at least 1; got 0.',
      () => kid(pair, pair, { subsets: 0 }),
    ],
    [
      'UNREADABLE_FILE inceptionScore: inceptionScore needs class logits; got probabilities: every row lies within 0 … 1 and sums to 1. Give the output of the network before the softmax, or the logarithms of the probabilities.',
      () => inceptionScore(rows(1, 2, [0.25, 0.75]), { splits: 1 }),
    ],
  ])('%s', (message, call) => {
    expect(thrown(call)).toBe(message);
  });

  const NEEDED = 'must be { n, d, data }, data a Float32Array or Float64Array of n rows of d values';
  const untyped = (value: unknown) => value as never;

  test.each([
    [`SHAPE_MISMATCH fid: reference: ${NEEDED}; got Array.`, () => fid(untyped([[1, 2]]), pair)],
    [`SHAPE_MISMATCH fid: generated: ${NEEDED}; got undefined.`, () => fid(pair, untyped(undefined))],
    [
      `SHAPE_MISMATCH fid: generated: ${NEEDED}; got n 2, d 1, data Array.`,
      () => fid(pair, untyped({ n: 2, d: 1, data: [0, 1] })),
    ],
    [
      `SHAPE_MISMATCH kid: reference: ${NEEDED}; got n undefined, d 1, data Float32Array.`,
      () => kid(untyped({ d: 1, data: Float32Array.of(0, 1) }), pair),
    ],
    [
      `SHAPE_MISMATCH inceptionScore: logits: ${NEEDED}; got undefined.`,
      () => inceptionScore(untyped(undefined)),
    ],
    [
      'OUT_OF_RANGE estimator: must be unbiased or biased; got Unbiased.',
      () => cmmd(X, Y, untyped({ estimator: 'Unbiased' })),
    ],
    [
      'OUT_OF_RANGE estimator: must be unbiased or biased; got null.',
      () => cmmd(X, Y, untyped({ estimator: null })),
    ],
    [
      'TOO_FEW_SAMPLES fid: reference: a covariance needs at least 2 vectors; got 1. Supply more images.',
      () => fid(first(X, 1), Y),
    ],
    [
      'TOO_FEW_SAMPLES fid: generated: a covariance needs at least 2 vectors; got 0. Supply more images.',
      () => fid(X, first(Y, 0)),
    ],
    [
      'TOO_FEW_SAMPLES inceptionScore: 10 splits need at least 10 images; got 0. Supply 10 more images.',
      () => inceptionScore(first(LOGITS, 0)),
    ],
  ])('of a caller without types, and of no images: %s', (message, call) => {
    expect(thrown(call)).toBe(message);
  });

  test.each([
    [`SHAPE_MISMATCH vendi: vectors: ${NEEDED}; got undefined.`, () => vendi(untyped(undefined))],
    [
      'SHAPE_MISMATCH precisionRecall: must be given one object { reference, generated } of sets of rows; got { n, d, data }.',
      () => precisionRecall(untyped(X), untyped(Y)),
    ],
    [`SHAPE_MISMATCH prdc: generated: ${NEEDED}; got undefined.`, () => prdc(untyped({ reference: X }))],
    [
      'TOO_FEW_SAMPLES vendi: vectors: a Vendi score needs at least 1 vector; got 0. Supply more images.',
      () => vendi(first(X, 0)),
    ],
  ])('of promises: %s', async (message, call) => {
    expect(await rejected(call())).toBe(message);
  });

  test.each([0, -1, 1.5, Number.NaN, null, '3'])('%s neighbors', async (given) => {
    const k = untyped(given);
    const message = `OUT_OF_RANGE k: must be a whole number, at least 1; got ${given}.`;
    const sets = { reference: X, generated: Y };
    expect(await rejected(precisionRecall(sets, { k }))).toBe(message);
    expect(await rejected(prdc(sets, { k }))).toBe(message);
    expect(await rejected(realismScores(sets, { k }, plainAlgebra))).toBe(message);
  });

  test('one image, and fewer than neighbors', async () => {
    expect(thrown(() => fid(rows(1, 2, [0, 1]), rows(2, 2, [0, 1, 2, 3])))).toContain('TOO_FEW_SAMPLES');
    expect(await rejected(precisionRecall({ reference: pair, generated: pair }))).toContain(
      '3 nearest neighbors need at least 4 images',
    );
    expect(await rejected(vendi(rows(2, 1, [1, 2]), { order: 0 }))).toContain('must be above 0');
  });
});

describe('metricOfRows', () => {
  test('gives the numbers of one call, by the kernels of score', async () => {
    const sets = { reference: X, generated: Y };
    expect((await metricOfRows('fid', sets))['fid']).toBeCloseTo(fid(X, Y), 10);
    expect((await metricOfRows('cmmd', sets))['cmmd']).toBeCloseTo(cmmd(X, Y), 9);
    const parameters = { kidSubsets: 10, kidSubsetSize: 20 };
    expect((await metricOfRows('kid', sets, parameters))['kid']).toBeCloseTo(
      kid(X, Y, { subsets: 10, subsetSize: 20 }).value,
      10,
    );
    expect(await metricOfRows('precision-recall', sets)).toEqual(await precisionRecall(sets));
  });

  test('takes logits of a metric of logits, one set of one of the generated alone, and a third where it is needed', async () => {
    expect((await metricOfRows('is', { generated: LOGITS }))['is']).toBeCloseTo(
      inceptionScore(LOGITS).value,
      10,
    );
    const found = await metricOfRows('fld', { reference: X, generated: Y, heldOut: first(X, 40) });
    expect(Object.keys(found)).toEqual(['fld', 'fld-gap']);
  });

  test.each([
    [
      'fid',
      { generated: Y },
      'SHAPE_MISMATCH metricOfRows("fid"): reference: must be { n, d, data }, data a Float32Array or Float64Array of n rows of d values; got undefined.',
    ],
    ['nope', { generated: Y }, 'UNKNOWN_METRIC --metric: unknown metric "nope".'],
    [
      'fid',
      { reference: X, generated: { ...Y, n: 1, data: Y.data.subarray(0, 12) } },
      'TOO_FEW_SAMPLES fid: metricOfRows("fid"): generated must hold at least 2 images; got 1.',
    ],
    [
      'fid',
      { reference: X, generated: { ...Y, data: Y.data.map((value, i) => (i === 14 ? Number.NaN : value)) } },
      'NOT_FINITE metricOfRows("fid"): generated: every value must be finite; got NaN in row 1, column 2',
    ],
    [
      'ct',
      { reference: X, generated: Y },
      'SHAPE_MISMATCH metricOfRows("ct"): heldOut: must be { n, d, data }',
    ],
  ])('%s of what cannot be is refused', async (id, sets, message) => {
    expect(await rejected(metricOfRows(id, sets))).toContain(message);
  });
});
