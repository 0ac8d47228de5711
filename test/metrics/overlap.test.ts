import { describe, expect, test } from 'vitest';
import type { EmbeddedSet } from '../../encoders/embedded-set.js';
import { pairedImageCount, sharedIndices } from '../../metrics/design/pairing.js';
import { groupPlan } from '../../metrics/intervals/jackknife-of-metric.js';
import { metricById } from '../../metrics/metric-catalog.js';
import type { Comparison } from '../../metrics/metric-definition.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { selectRows } from '../../numerics/rows.js';
import { embeddedSet } from '../support/embedded-set.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

const N = 120;
const D = 20;
/** Of 20 intervals at 95 %: fewer have a chance of 0.3 %. */
const LEAST_HELD = 17;
const SHIFT = 0.5;
const ids = (ending: string) =>
  Array.from({ length: N }, (_, i) => `class/${String(i).padStart(3, '0')}.${ending}`);

/** Sides whose images of one id have 0.9 of their embeddings in common; both are N(0, 1), the generated moved by 0.5. */
function pairs(seed: number): Comparison {
  const common = gaussianCloud({ n: N, d: D, seed });
  const side = (own: number, shift: number) => {
    const rest = gaussianCloud({ n: N, d: D, seed: own });
    return common.data.map((value, at) => Math.sqrt(0.9) * value + Math.sqrt(0.1) * rest.data[at]! + shift);
  };
  return {
    reference: {
      ...embeddedSet({ n: N, d: D, data: side(1000 + seed, 0) }, { source: 'photos/' }),
      ids: ids('png'),
    },
    generated: {
      ...embeddedSet({ n: N, d: D, data: side(2000 + seed, SHIFT) }, { source: 'copies/' }),
      ids: ids('jpg'),
    },
  };
}

/** The same kinds of images in independent sets, although their files are numbered alike. */
function apart(seed: number): Comparison {
  const { reference } = pairs(seed);
  return { reference, generated: { ...pairs(seed + 500).generated } };
}

const codes = (found: { readonly warnings: readonly { readonly code: string }[] } | undefined) =>
  found!.warnings.map(({ code }) => code);

describe('sides of which image i of the one belongs to image i of the other', () => {
  test('are known by equal ids, whatever the file’s ending, and images that are more alike than others', () => {
    expect(pairedImageCount(pairs(1))).toBe(N);
    expect(pairedImageCount(apart(1))).toBe(0);
  });

  test('are known by their ids in any order', () => {
    const { reference, generated } = pairs(1);
    const order = Uint32Array.from({ length: N }, (_, i) => (7 * i) % N);
    const shuffled = {
      ...generated,
      ids: Array.from(order, (place) => generated.ids![place]!),
      embeddings: selectRows(generated.embeddings!, order),
    };
    expect(pairedImageCount({ reference, generated: shuffled })).toBe(N);
  });

  test('are known by their places where no side has ids', () => {
    const { reference, generated } = pairs(1);
    const bare = { reference: { ...reference, ids: null }, generated: { ...generated, ids: null } };
    expect(pairedImageCount(bare)).toBe(N);
    expect(pairedImageCount({ ...bare, generated })).toBe(0);
  });

  test('are not supposed of sides that are sorted by class, with names of one kind or none', () => {
    const classes = (seed: number, small: number) => {
      const cloud = gaussianCloud({ n: N, d: D, seed });
      const data = cloud.data.map((value, at) => value + (Math.floor(at / D) < small ? 10 : 0));
      return embeddedSet({ n: N, d: D, data });
    };
    const sorted = { reference: classes(1, 60), generated: classes(2, 50) };
    expect(pairedImageCount(sorted)).toBe(0);
    const named = (set: EmbeddedSet) => ({ ...set, ids: ids('png') });
    expect(pairedImageCount({ reference: named(sorted.reference), generated: named(sorted.generated) })).toBe(
      0,
    );
  });

  test('are known by ids that have a dot and no ending', () => {
    const { reference, generated } = pairs(1);
    const dotted = reference.ids!.map((_, i) => `img.${i}`);
    expect(
      pairedImageCount({
        reference: { ...reference, ids: dotted },
        generated: { ...generated, ids: dotted },
      }),
    ).toBe(N);
  });

  test('share no place of an id that stands twice on one side', () => {
    const { reference, generated } = pairs(1);
    const twice = { ...generated, ids: ['class/000.png', 'class/000.jpg', ...generated.ids!.slice(2)] };
    expect(sharedIndices({ reference, generated: twice }).generated).toEqual(
      Array.from({ length: N - 2 }, (_, i) => i + 2),
    );
  });

  test.each([
    'fid',
    'kid-all-pairs',
    'cmmd',
    'mind',
    'prdc',
    'precision-recall',
    'authpct',
  ])('are told of beside %s', async (id) => {
    const metric = metricById(id);
    const parameters = id === 'mind' ? { mindNumProjections: 5 } : {};
    const [found] = await metric.evaluate(pairs(1), parameters);
    expect(codes(found)).toContain('PAIRED_SETS');
    expect(codes(found)).not.toContain('BIASED_AT_N');
    expect(codes((await metric.evaluate(apart(1), parameters))[0])).not.toContain('PAIRED_SETS');
  });

  test('have an interval of FID’s limit that leaves out both of a pair, and holds it', async () => {
    let held = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const [found] = await metricById('fid').evaluate(pairs(seed), {}, { interval: { level: 0.95 } });
      const { low, high } = found!.interval!;
      if (low <= D * SHIFT ** 2 && D * SHIFT ** 2 <= high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(LEAST_HELD);
  });

  test.each([
    'kid-all-pairs',
    'cmmd',
  ])('have an interval of %s that leaves out both of a pair, and holds the asymptotic value of independent sets', async (id) => {
    const many = {
      reference: embeddedSet(gaussianCloud({ n: 4000, d: D, seed: 91 })),
      generated: embeddedSet(gaussianCloud({ n: 4000, d: D, seed: 92, shift: SHIFT })),
    };
    const [limit] = await metricById(id).evaluate(many, {});
    let held = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const [found] = await metricById(id).evaluate(pairs(seed), {}, { interval: { level: 0.95 } });
      const { low, high, method } = found!.interval!;
      expect(method).toBe('jackknife-20');
      if (low <= limit!.value! && limit!.value! <= high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(LEAST_HELD);
  });

  test('are in one group, both of a pair', async () => {
    const plan = await groupPlan(pairs(1), { uses: 'embeddings', sides: 'both' }, plainAlgebra);
    if ('reason' in plan) throw new Error(plan.reason);
    const [first, second] = [plan.groups.get('reference')!, plan.groups.get('generated')!];
    expect(first.map((indices) => [...indices])).toEqual(second.map((indices) => [...indices])); // ids are in one order here
    expect(first.flatMap((indices) => [...indices]).sort((a, b) => a - b)).toEqual([...Array(N).keys()]);
  });

  test.each([
    ['in turn', (i: number) => i % 10],
    ['one after the other', (i: number) => Math.floor(i / (N / 10))],
  ])('are not supposed of sides that hold the same classes %s, without names', async (_, classOf) => {
    const centers = gaussianCloud({ n: 10, d: D, seed: 77 }).data;
    const side = (seed: number) => {
      const cloud = gaussianCloud({ n: N, d: D, seed });
      const data = cloud.data.map(
        (value, at) => value + 2 * centers[classOf(Math.floor(at / D)) * D + (at % D)]!,
      );
      return embeddedSet({ n: N, d: D, data });
    };
    for (let seed = 1; seed <= 20; seed++) {
      expect(pairedImageCount({ reference: side(seed), generated: side(100 + seed) })).toBe(0);
    }
  });
});
