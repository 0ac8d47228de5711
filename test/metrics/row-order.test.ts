import { describe, expect, test } from 'vitest';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { subset } from '../../encoders/embedded-set.js';
import { METRICS, metricById } from '../../metrics/metric-catalog.js';
import type { EvaluatedSets, Parameters } from '../../metrics/metric-definition.js';
import { sampleIndices, seededRandom } from '../../numerics/seeded-random.js';
import { score } from '../../scoring/score.js';
import { DRAWN_BY_ROW } from '../support/drawn-by-row.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { numberedIds } from '../support/score-of.js';

const CLASSES = 7;
const N = 84;
const D = 5;

/** Images in turn of every class, apart from one another; a few are copies, and near-copies. */
function cyclic(seed: number, names: 'ids' | 'none'): EmbeddedSet {
  const vectors = gaussianCloud({ n: N, d: D, seed });
  const centers = gaussianCloud({ n: CLASSES, d: D, seed: 99 });
  const data = vectors.data.map((value, at) => {
    const center = centers.data[(Math.floor(at / D) % CLASSES) * D + (at % D)]!;
    return value + 4 * center;
  });
  data.copyWithin(0, CLASSES * D, (CLASSES + 3) * D);
  for (let j = 0; j < D; j++) data[(20 + CLASSES) * D + j] = data[20 * D + j]! + 1e-5;
  const logits = { n: N, d: D, data: data.map((value) => 2 * value) };
  return embeddedSet({ n: N, d: D, data }, { logits, ids: names === 'ids' ? numberedIds(N) : null });
}

const ORDERS: readonly (readonly [string, (n: number, seed: number) => Uint32Array])[] = [
  [
    'sorted by class',
    (n) =>
      Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => (a % CLASSES) - (b % CLASSES) || a - b),
  ],
  ['in reverse', (n) => Uint32Array.from({ length: n }, (_, i) => n - 1 - i)],
  ['shuffled', (n, seed) => sampleIndices({ n, size: n }, seededRandom(seed, 'row order'))],
];

const SMALL: Readonly<Record<string, Parameters>> = {
  kid: { kidSubsets: 8, kidSubsetSize: 30 },
  'kid-rbf': { kidSubsets: 8, kidSubsetSize: 30 },
  mind: { mindNumProjections: 50 },
  'calibrated-l2': { k: 10 },
};

async function valuesOf(id: string, sets: EvaluatedSets): Promise<string> {
  const metric = metricById(id);
  const small = Object.fromEntries(
    Object.entries(SMALL[id] ?? {}).filter(([name]) => name in metric.parameters),
  );
  const values = await metric.evaluate(sets, small, { interval: { level: 0.95 }, search: 'thorough' });
  return JSON.stringify(
    values.map(({ warnings, ...value }) => ({
      ...value,
      warnings: warnings.filter(({ code }) => code !== 'CORRELATED_IN_ORDER'),
    })),
  );
}

describe.each(['ids', 'none'] as const)('rows in another order, names: %s', (names) => {
  const sets = {
    reference: cyclic(1, names),
    generated: cyclic(2, names),
    heldOut: cyclic(3, names),
  };
  const others = METRICS.map(({ id }) => id).filter((id) => !DRAWN_BY_ROW.includes(id));

  test.each(
    others.flatMap((id) => ORDERS.map(([order, rows]) => ({ id, order, rows }))),
  )('$order: $id has the same digits, interval and doubts', async ({ id, rows }) => {
    const other = {
      reference: subset(sets.reference, rows(N, 1)),
      generated: subset(sets.generated, rows(N, 2)),
      heldOut: subset(sets.heldOut, rows(N, 3)),
    };
    expect(await valuesOf(id, other)).toBe(await valuesOf(id, sets));
  });
});

describe('score', () => {
  const asked = {
    metrics: ['fid', 'kid-all-pairs', 'cmmd', 'precision-recall', 'prdc', 'vendi'],
    interval: { level: 0.95 },
    influential: 3,
  };
  const labelled = (set: EmbeddedSet, kind: 'strata' | 'clusters'): EmbeddedSet => ({
    ...set,
    [kind]: {
      from: 'labels.csv',
      labels: Array.from({ length: N }, (_, i) => String(kind === 'strata' ? i % CLASSES : i % 30)),
    },
  });

  test.each([
    ['independent images', (set: EmbeddedSet) => set],
    ['images in strata', (set: EmbeddedSet) => labelled(set, 'strata')],
    ['images in clusters', (set: EmbeddedSet) => labelled(set, 'clusters')],
  ])('of %s gives the same results and design for rows in another order', async (_, drawn) => {
    const [reference, generated] = [drawn(cyclic(1, 'ids')), drawn(cyclic(2, 'ids'))];
    const found = async (sets: Pick<EvaluatedSets, 'reference' | 'generated'>) => {
      const { results, design } = await score({ ...sets, ...asked });
      const warningsOf = (one: (typeof results)[number]) =>
        one.warnings.filter(({ code }) => code !== 'CORRELATED_IN_ORDER');
      return JSON.stringify([results.map((one) => ({ ...one, warnings: warningsOf(one) })), design]);
    };
    const given = await found({ reference, generated });
    for (const [, rows] of ORDERS)
      expect(
        await found({ reference: subset(reference, rows(N, 1)), generated: subset(generated, rows(N, 2)) }),
      ).toBe(given);
  });
});

test('kid: bounds are the same for rows in another order, while its subsets are drawn by row as torch-fidelity draws them', async () => {
  const [reference, generated] = [cyclic(1, 'none'), cyclic(2, 'none')];
  const found = async (sets: Pick<EvaluatedSets, 'reference' | 'generated'>) => {
    const [kid] = await metricById('kid').evaluate(sets, SMALL['kid']!, { interval: { level: 0.95 } });
    return kid!;
  };
  const given = await found({ reference, generated });
  const other = await found({ reference: subset(reference, ORDERS[2]![1](N, 1)), generated });
  expect(other.interval).toEqual(given.interval);
  expect(other.value).not.toBe(given.value);
});

test('a row that is no number is named as the file has it', async () => {
  const reference = cyclic(1, 'none');
  const data = reference.embeddings!.data.slice();
  data[17 * D] = Number.NaN;
  const generated = embeddedSet({ n: N, d: D, data });
  await expect(metricById('fid').evaluate({ reference, generated }, {})).rejects.toThrow(
    'in row 17, column 0',
  );
});
