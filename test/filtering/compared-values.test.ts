import { describe, expect, test } from 'vitest';
import { type EmbeddedSet, subset } from '../../encoders/embedded-set.js';
import { compare, comparedValues } from '../../filtering/compare.js';
import type { CompareRequest } from '../../filtering/compare-report.js';
import { sampleIndices, seededRandom, standardNormals } from '../../numerics/seeded-random.js';
import { IMAGE_CONTROLS } from '../../uncertainty/image-controls.js';
import { parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { embeddedSet } from '../support/planted-pool.js';
import { numberedIds } from '../support/score-of.js';

/** Rows in an order that a seed draws, with their ids. */
function reordered(side: CompareRequest['generated'], seed: number): EmbeddedSet {
  const set = side as EmbeddedSet;
  return subset(set, sampleIndices({ n: set.n!, size: set.n! }, seededRandom(seed, 'row order')));
}

const n = 60;
const d = 4;

function normals(name: string, count: number): Float64Array {
  return standardNormals(count, seededRandom(5, name));
}

/** Half of the images lie apart, and both scores know which, one of them by detail. */
function request(metrics: readonly string[]): CompareRequest {
  const generated = normals('generated', n * d);
  for (let i = 0; i < n * d; i++) if (i < (n * d) / 2) generated[i]! += 2;
  const ids = numberedIds(n);
  const column = (name: string, weight: number) => {
    const noise = normals(name, n);
    const byId = new Map(ids.map((id, i) => [id, (i < n / 2 ? weight : 0) + noise[i]!]));
    return { name, byId, undefinedIds: new Map<string, string>() };
  };
  const detail = IMAGE_CONTROLS.filter(({ family }) => family === 'detail').map(({ id }) => id);
  return {
    reference: embeddedSet('reference/', { n: 2 * n, d, data: normals('reference', 2 * n * d) }),
    generated: embeddedSet('generated/', { n, d, data: generated }),
    scores: {
      source: 'scores.csv',
      ids,
      scores: [column('knows', 3), column('chance', 0), ...detail.map((name) => column(name, 0))],
    },
    rule: parsedKeepRule('q60', { keep: 'low' }),
    metrics,
    plan: { draws: 39, doses: [0, 0.2, 0.5], doseDraws: 5 },
    splitHalf: 'on',
  };
}

describe('comparedValues', () => {
  test('of all stretches is all that compare computes, and changes nothing of what it finds', async () => {
    const metrics = ['fid', 'kid'];
    const own = request(metrics);
    const known = new Map<string, (readonly [string, number])[]>();
    for (const of of [0, 1, 2])
      for (const stretch of [null, ...[0, 1, 2].map((index) => ({ index, count: 3 }))])
        for (const [metric, values] of await comparedValues(own, of, stretch))
          known.set(metric, [...(known.get(metric) ?? []), ...values]);
    expect([...known.keys()]).toEqual(['fid', 'kid', 'precision', 'recall', 'density', 'coverage']);
    const computed: string[] = [];
    const found = await compare({
      ...own,
      known,
      onProgress: ({ task, unit }) => {
        if (unit === 'subsets') computed.push(task);
      },
    });
    expect(computed).toEqual([]);
    expect(found.effects.some(({ beyondDetail }) => 'test' in beyondDetail)).toBe(true);
    expect(JSON.stringify(found)).toBe(JSON.stringify(await compare(own)));
  });
});

describe('compare', () => {
  test('of rows in another order keeps the same images and says the same', async () => {
    const own = request(['fid', 'kid', 'cmmd']);
    const other = {
      ...own,
      reference: reordered(own.reference, 1),
      generated: reordered(own.generated, 2),
      scores: { ...own.scores, ids: [...own.scores.ids].reverse() },
    };
    const [found, given] = [await compare(other), await compare(own)];
    expect([found.filters, found.summary]).toEqual([given.filters, given.summary]);
  });
});
