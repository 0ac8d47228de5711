import { describe, expect, test } from 'vitest';
import { SCORE_FLAGS } from '../../cli/commands/score.js';
import { METRICS, metricById } from '../../metrics/metric-catalog.js';
import type { Parameters } from '../../metrics/metric-definition.js';
import { parameterName } from '../../metrics/metric-parameters.js';
import { FLAGGED_PARAMETERS } from '../../metrics/records/parameters.js';
import { gaussianMoments } from '../../numerics/gaussian-moments.js';
import type { Rows } from '../../numerics/rows.js';
import { embeddedSet, TEST_ENCODER } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected, thrown } from '../support/thrown.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const reference = embeddedSet(gaussianCloud({ n: 40, d: 6, seed: 1 }), { source: 'real/' });
const generated = embeddedSet(gaussianCloud({ n: 30, d: 6, seed: 2 }), { source: 'fake/' });

describe('metric catalog', () => {
  test('ids are unique, and every record says what a reader must know', () => {
    expect(new Set(METRICS.map(({ id }) => id)).size).toBe(METRICS.length);
    for (const metric of METRICS) {
      expect(
        [metric.title, metric.formula, metric.source, metric.agreesWith].every((words) => words.length > 0),
      ).toBe(true);
      expect(metric.results.length).toBeGreaterThan(0);
    }
  });

  test('a misspelled metric is answered with the nearest one', () => {
    expect(thrown(() => metricById('fd-dino2'))).toContain(
      'UNKNOWN_METRIC --metric: unknown metric "fd-dino2". Did you mean "fd-dinov2"? Known: fid, ',
    );
  });

  test('an unknown parameter is refused', async () => {
    expect(await rejected(metricById('kid').evaluate({ reference, generated }, { kidSubset: 3 }))).toBe(
      'UNKNOWN_PARAMETER --metric kid: unknown parameter "kidSubset". Did you mean "kidSubsets"? Known: kidSubsets, kidSubsetSize, seed.',
    );
  });

  test('a parameter of the wrong kind is refused by its flag', async () => {
    expect(await rejected(metricById('kid').evaluate({ reference, generated }, { kidSubsets: 2.5 }))).toBe(
      'OUT_OF_RANGE --kid-subsets: must be a whole number, at least 1; got 2.5.',
    );
  });
});

test('subsets of kid that are the whole of both sets have no spread, and it says so', async () => {
  const sets = { reference: generated, generated: embeddedSet(gaussianCloud({ n: 30, d: 6, seed: 3 })) };
  const of = async (kidSubsetSize: number) => {
    const [value] = await metricById('kid').evaluate(sets, { kidSubsets: 5, kidSubsetSize });
    return { hasSpread: value!.spread !== undefined, codes: value!.warnings.map(({ code }) => code) };
  };
  const [whole, part] = [await of(30), await of(20)];
  expect([whole.hasSpread, part.hasSpread]).toEqual([false, true]);
  expect(whole.codes).toContain('SUBSETS_ARE_WHOLE');
  expect(part.codes).not.toContain('SUBSETS_ARE_WHOLE');
});

test('an Inception Score of one split or chunk has no spread', async () => {
  const logits = gaussianCloud({ n: 30, d: 6, seed: 3 });
  const set = { ...embeddedSet(logits), logits };
  const spreadOf = async (parameters: Parameters) =>
    (await metricById('is').evaluate({ reference: set, generated: set }, parameters))[0]!.spread;
  expect(await spreadOf({ isSplits: 1 })).toBeUndefined();
  expect(await spreadOf({ isSplitting: 'chunks-of-5000' })).toBeUndefined();
  expect((await spreadOf({ isSplits: 2 }))!.value).toBeGreaterThan(0);
});

test('every number of a metric that gives several has a formula of its own', () => {
  const several = METRICS.filter(({ results }) => results.length > 1);
  expect(several.map(({ id }) => id)).toEqual(['precision-recall', 'prdc', 'fld']);
  const formulas = several.flatMap(({ results }) => results.map(({ formula }) => formula));
  expect(new Set(formulas).size).toBe(8);
  expect(formulas).not.toContain(undefined);
});

describe('what a metric refuses', () => {
  test('a kid subset larger than a set, with both numbers and the flag', async () => {
    expect(await rejected(metricById('kid').evaluate({ reference, generated }, {}))).toBe(
      "TOO_FEW_SAMPLES kid: --kid-subset-size must be at most the generated set's size; got --kid-subset-size 1000, n 30. Pass --kid-subset-size 30 or fewer, take --metric kid-all-pairs, or supply 970 more images.",
    );
  });

  test('one image for fid', async () => {
    const one = embeddedSet({ n: 1, d: 6, data: new Float64Array(6) }, { source: 'one/' });
    expect(await rejected(metricById('fid').evaluate({ reference, generated: one }, {}))).toBe(
      'TOO_FEW_SAMPLES fid: one/ must hold at least 2 images; got 1. Supply 1 more.',
    );
  });

  test('fewer images than splits', async () => {
    const few = embeddedSet(null, { source: 'few/', logits: gaussianCloud({ n: 4, d: 3, seed: 3 }) });
    expect(await rejected(metricById('is').evaluate({ reference, generated: few }, {}))).toBe(
      'TOO_FEW_SAMPLES is: 10 splits need at least 10 images; got 4. Supply 6 more images.',
    );
  });

  test('embeddings of two encoders', async () => {
    const other = embeddedSet(generated.embeddings, {
      source: 'fake/',
      encoder: { ...TEST_ENCODER, sha256: 'ab'.repeat(32) },
    });
    expect(await rejected(metricById('fid').evaluate({ reference, generated: other }, {}))).toBe(
      'UNLIKE_EMBEDDINGS real/, fake/: both sides must come from one encoder and one preprocessing; got test-net@00000000 (unresized, 0..1) and test-net@abababab (unresized, 0..1). Encode one side again with the encoder of the other.',
    );
  });

  test('embeddings of two encoders whose files are not known', async () => {
    const nameless = { ...TEST_ENCODER, sha256: null };
    const first = embeddedSet(reference.embeddings, { encoder: nameless });
    const second = embeddedSet(generated.embeddings, { encoder: { ...nameless, id: 'other-net' } });
    expect(await rejected(metricById('kid').evaluate({ reference: first, generated: second }, {}))).toContain(
      'got test-net (unresized, 0..1) and other-net (unresized, 0..1).',
    );
  });

  test('embeddings of two preprocessings', async () => {
    const other = embeddedSet(generated.embeddings, {
      encoder: { ...TEST_ENCODER, preprocessing: 'pillow-box 32, 0..1' },
    });
    expect(await rejected(metricById('cmmd').evaluate({ reference, generated: other }, {}))).toContain(
      'UNLIKE_EMBEDDINGS',
    );
  });

  test('embeddings of two lengths, whatever their provenance', async () => {
    const unknown = { id: 'unknown', sha256: null, preprocessing: null, origin: 'unknown' } as const;
    const other = embeddedSet(gaussianCloud({ n: 30, d: 5, seed: 2 }), {
      source: 'fake.npy',
      encoder: unknown,
    });
    for (const id of ['fid', 'cmmd', 'kid']) {
      expect(await rejected(metricById(id).evaluate({ reference, generated: other }, {}))).toBe(
        'SHAPE_MISMATCH real/, fake.npy: both sides must have embeddings of one length; got 6 and 5. Encode one side again with the encoder of the other.',
      );
    }
  });

  test('statistics alone where every image is needed', async () => {
    const statistics = {
      ...embeddedSet(null, { source: 'stats.npz' }),
      n: 40,
      moments: gaussianMoments(reference.embeddings!),
    };
    expect(await rejected(metricById('cmmd').evaluate({ reference: statistics, generated }, {}))).toBe(
      'CONFLICTING_OPTIONS --metric cmmd: the metric needs the embedding of every image, and this side has only their mean and covariance; got stats.npz. Give the images, or the file that `steadfid encode` wrote.',
    );
    const [fromStatistics] = await metricById('fid').evaluate({ reference: statistics, generated }, {});
    const [fromRows] = await metricById('fid').evaluate({ reference, generated }, {});
    // sums of the rows in the order of their content, and in that of the file
    expectClose(fromStatistics!.value!, fromRows!.value!, SUMMATION_TOLERANCE);
  });

  test('a network without classes for is', async () => {
    expect(await rejected(metricById('is').evaluate({ reference, generated }, {}))).toBe(
      'CONFLICTING_OPTIONS --metric is: the metric needs class logits, and test-net gives none; got fake/. Choose an encoder that classifies, or leave this metric out.',
    );
  });

  test('a row of zeros for cmmd, which has no direction', async () => {
    const data = Float64Array.from(generated.embeddings!.data).fill(0, 6, 12);
    const zero = embeddedSet({ n: 30, d: 6, data }, { source: 'fake/' });
    expect(await rejected(metricById('cmmd').evaluate({ reference, generated: zero }, {}))).toContain(
      'NOT_FINITE fake/: every row must have a direction; got zeros alone in row 1 (counted from 0).',
    );
  });
});

describe('class logits', () => {
  const logits = {
    n: 200,
    d: 5,
    data: gaussianCloud({ n: 200, d: 5, seed: 3 }).data.map((value) => 6 * value),
  };
  const scoreOf = async (metric: string, rows: Rows) =>
    metricById(metric).evaluate(
      { reference, generated: embeddedSet(null, { source: 'fake/', logits: rows }) },
      {},
    );
  const softmax = new Float64Array(1000);
  for (let i = 0; i < 200; i++) {
    const row = Array.from(logits.data.slice(5 * i, 5 * i + 5), Math.exp);
    const sum = row.reduce((total, value) => total + value, 0);
    row.forEach((value, j) => {
      softmax[5 * i + j] = value / sum;
    });
  }

  test('that are probabilities are refused with what to give, those of float16 too', async () => {
    const told =
      'UNREADABLE_FILE fake/: is needs class logits; got probabilities: every row lies within 0 … 1 and sums to 1. Give the output of the network before the softmax, or the logarithms of the probabilities.';
    expect(await rejected(scoreOf('is', { ...logits, data: softmax }))).toBe(told);
    const rounded = softmax.map((value) => Math.round(value * 2048) / 2048);
    expect(await rejected(scoreOf('is', { ...logits, data: rounded }))).toBe(told);
    expect(await rejected(scoreOf('is-infinity', { ...logits, data: softmax }))).toContain(
      'is-infinity needs',
    );
  });

  test('that are logarithms of probabilities score as the logits do', async () => {
    const [of] = await scoreOf('is', logits);
    const [found] = await scoreOf('is', { ...logits, data: softmax.map(Math.log) });
    expectClose(found!.value, of!.value!, SUMMATION_TOLERANCE);
  });
});

describe('parameters', () => {
  const definitions = METRICS.flatMap(({ parameterDefinitions }) => Object.entries(parameterDefinitions));

  test('are called in errors by the flag that score has, else by what the library takes', () => {
    const flags = new Set(Object.values(SCORE_FLAGS).map(({ name }) => `--${name}`));
    for (const [name, definition] of definitions) {
      const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      expect(parameterName(name, definition)).toBe(flags.has(flag) ? flag : `parameters.${name}`);
    }
  });

  test('with a flag are those that the help lists, each defined once', () => {
    const flagged = definitions.filter(([, { flag }]) => flag !== null);
    expect(new Set(flagged.map(([name]) => name))).toEqual(new Set(Object.keys(FLAGGED_PARAMETERS)));
    for (const [name, definition] of flagged) expect(FLAGGED_PARAMETERS[name]).toBe(definition);
  });
});
