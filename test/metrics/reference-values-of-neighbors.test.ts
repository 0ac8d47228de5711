import { describe, expect, test } from 'vitest';
import { limitSizes } from '../../metrics/limit-at-infinity.js';
import { metricById } from '../../metrics/metric-catalog.js';
import { mongeInceptionDistance } from '../../metrics/monge-inception-distance.js';
import { authpct, manifoldScores } from '../../metrics/nearest-neighbor-manifolds.js';
import { vendi } from '../../metrics/records/diversity.js';
import { effectiveNumber, lostInRounding, vendiScore } from '../../metrics/vendi-score.js';
import { plainAlgebra } from '../../numerics/algebra.js';
import { unitRows } from '../../numerics/rows.js';
import { torchGenerator } from '../../numerics/torch-generator.js';
import { embeddedSet } from '../support/embedded-set.js';
import { fixtureCases, type PackedRows, unpacked } from '../support/fixture.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';
import { rejected } from '../support/thrown.js';
import {
  expectAllClose,
  expectClose,
  FLOAT32_MIND,
  FRECHET_TOLERANCE,
  NORMALS_TOLERANCE,
  SUMMATION_TOLERANCE,
} from '../support/tolerance.js';

describe('manifold scores and authpct', () => {
  interface Shares {
    readonly precision: number;
    readonly recall: number;
    readonly strictPrecision: number;
    readonly strictRecall: number;
    readonly density: number;
    readonly coverage: number;
  }
  interface NeighborCase {
    readonly reference: PackedRows;
    readonly generated: PackedRows;
    readonly expected: Readonly<Record<'3' | '5', Shares>>;
    readonly authpct: number;
    readonly peers: {
      readonly 'torch-fidelity': readonly [number, number];
      readonly prdc: Omit<Shares, 'strictPrecision' | 'strictRecall'>;
      readonly 'dgm-eval authpct': number;
    };
  }
  const cases = fixtureCases<NeighborCase>('neighbor-metrics');
  const setsOf = ({ reference, generated }: NeighborCase) => ({
    reference: unpacked(reference),
    generated: unpacked(generated),
  });

  test.each(
    cases.flatMap((fixture) => ([3, 5] as const).map((k) => ({ ...fixture, k }))),
  )('of $name at k = $k equal those of whole distance matrices, ties included', async ({ k, ...fixture }) => {
    const closed = await manifoldScores(setsOf(fixture), { k, ball: 'closed', where: 'test' }, plainAlgebra);
    const open = await manifoldScores(setsOf(fixture), { k, ball: 'open', where: 'test' }, plainAlgebra);
    const { precision, recall, strictPrecision, strictRecall, density, coverage } = fixture.expected[`${k}`];
    expectAllClose([closed.precision, closed.recall], [precision, recall], SUMMATION_TOLERANCE);
    expectAllClose(
      [open.precision, open.recall, open.density, open.coverage, 1],
      [strictPrecision, strictRecall, density, coverage, 1],
      SUMMATION_TOLERANCE,
    );
  });

  test.each(cases)('of $name at k = 5 equal those of prdc', async (fixture) => {
    const open = await manifoldScores(setsOf(fixture), { k: 5, ball: 'open', where: 'test' }, plainAlgebra);
    const { precision, recall, density, coverage } = fixture.peers.prdc;
    expectAllClose(
      [open.precision, open.recall, open.density, open.coverage],
      [precision, recall, density, coverage],
      SUMMATION_TOLERANCE,
    );
  });

  test.each(cases.slice(0, 2))('of $name at k = 3 equal those of torch-fidelity', async (fixture) => {
    const closed = await manifoldScores(
      setsOf(fixture),
      { k: 3, ball: 'closed', where: 'test' },
      plainAlgebra,
    );
    // its shares are float32
    expectAllClose([closed.precision, closed.recall], fixture.peers['torch-fidelity'], 1e-7);
  });

  test.each(cases)('authpct of $name equals that of a whole distance matrix', async (fixture) => {
    expectClose(await authpct(setsOf(fixture), plainAlgebra), fixture.authpct, SUMMATION_TOLERANCE);
  });

  test.each(cases.slice(0, 3))('authpct of $name equals that of dgm-eval', async (fixture) => {
    expectClose(await authpct(setsOf(fixture), plainAlgebra), fixture.peers['dgm-eval authpct'], 1e-7, 100);
  });

  test('a neighborhood that the set cannot fill is refused', async () => {
    const few = { n: 3, d: 1, data: Float64Array.of(1, 2, 3) };
    await expect(
      manifoldScores(
        { reference: few, generated: few },
        { k: 3, ball: 'closed', where: 'precision-recall' },
        plainAlgebra,
      ),
    ).rejects.toThrow(
      'precision-recall: reference: 3 nearest neighbors need at least 4 images; got 3. Supply 1 more.',
    );
  });

  test('all rows equal: closed balls of radius 0 hold everything, open ones nothing', async () => {
    const same = { n: 6, d: 2, data: new Float64Array(12).fill(0.1) };
    const sets = { reference: same, generated: same };
    const closed = await manifoldScores(sets, { k: 3, ball: 'closed', where: 'test' }, plainAlgebra);
    const open = await manifoldScores(sets, { k: 3, ball: 'open', where: 'test' }, plainAlgebra);
    expect([closed.precision, closed.recall, open.precision, open.coverage]).toEqual([1, 1, 0, 0]);
  });
});

describe('vendiScore', () => {
  interface VendiCase {
    readonly rows: PackedRows;
    readonly expected: { readonly 1: number; readonly 2: number; readonly infinity: number };
    readonly peers: Readonly<Record<string, number>>;
  }
  test.each(fixtureCases<VendiCase>('vendi'))('of $name agrees with numpy and both peers', async ({
    rows,
    expected,
    peers,
  }) => {
    const score = (order: number) => vendiScore(unpacked(rows), { order, name: 'rows' }, plainAlgebra);
    expectClose(await score(1), expected[1], SUMMATION_TOLERANCE);
    expectClose(await score(2), expected[2], SUMMATION_TOLERANCE);
    expectClose(await score(Number.POSITIVE_INFINITY), expected.infinity, SUMMATION_TOLERANCE);
    for (const peer of Object.values(peers)) expectClose(await score(1), peer, 1e-12);
  });

  test('effectiveNumber of any order, up to Infinity, is a number', () => {
    for (const order of [0.5, 2, 1000, 1e6, Number.POSITIVE_INFINITY]) {
      expectClose(effectiveNumber([0.25, 0.25, 0.25, 0.25], order), 4, SUMMATION_TOLERANCE);
    }
    const [high, highest] = [1000, Number.POSITIVE_INFINITY].map((order) =>
      effectiveNumber([0.6, 0.4], order),
    );
    expectClose(high, (1 / 0.6) ** (1000 / 999), SUMMATION_TOLERANCE); // 0.4¹⁰⁰⁰ counts for nothing
    expect(highest).toBe(1 / 0.6);
  });

  test('effectiveNumber of an order near 1 is that of order 1, to first order', () => {
    const eigenvalues = Float64Array.from({ length: 50 }, (_, i) => 0.8 ** i * (0.2 / (1 - 0.8 ** 50)));
    const entropy = Math.log(effectiveNumber(eigenvalues, 1));
    const mean = (power: number) =>
      eigenvalues.reduce((sum, value) => sum + value * Math.log(value) ** power, 0);
    const slope = -(mean(2) - mean(1) ** 2) / 2; // of Rényi's entropy at order 1
    for (const off of [1e-6, 1e-8, 1e-10, 1e-13, -1e-10, -1e-13]) {
      const order = 1 + off;
      expectClose(Math.log(effectiveNumber(eigenvalues, order)), entropy + slope * (order - 1), 1e-11);
    }
  });

  test('what eigenvalues lost in rounding could add is no less than what they do', () => {
    const decaying = Float64Array.from({ length: 60 }, (_, i) => 10 ** ((-24 * i) / 59));
    const total = decaying.reduce((sum, value) => sum + value);
    const eigenvalues = decaying.map((value) => value / total);
    for (const order of [0.05, 0.1, 0.3]) {
      const exact = eigenvalues.reduce((sum, value) => sum + value ** order, 0) ** (1 / (1 - order));
      const found = effectiveNumber(eigenvalues, order);
      const { count, share } = lostInRounding(eigenvalues, order);
      expect(count).toBe(25);
      expect(exact).toBeGreaterThan(found);
      expect(exact).toBeLessThan(found * (1 + share));
    }
  });

  test('of an order below 1, eigenvalues lost in rounding are told by what they could add', async () => {
    const cloud = gaussianCloud({ n: 400, d: 60, seed: 4, smallest: 1e-12 });
    const sets = { reference: embeddedSet(cloud), generated: embeddedSet(cloud) };
    const told = async (vendiOrder: number) => (await vendi.evaluate(sets, { vendiOrder }))[0]!;
    expect((await told(1)).warnings).toEqual([]);
    const { warnings } = await told(0.1);
    expect(warnings.map(({ code }) => code)).toEqual(['WITHIN_ROUNDING']);
    expect(warnings[0]!.message).toMatch(/^\d+ eigenvalues are lost in rounding and left out/);
  });

  test('the record takes an order of Infinity, and refuses one that is no number', async () => {
    const vectors = { n: 3, d: 3, data: Float64Array.of(1, 0, 0, 0, 5, 0, 0, 0, 7) };
    const sets = { reference: embeddedSet(vectors), generated: embeddedSet(vectors) };
    const [found] = await vendi.evaluate(sets, { vendiOrder: Number.POSITIVE_INFINITY });
    expectClose(found!.value, 3, SUMMATION_TOLERANCE);
    expect(await rejected(vendi.evaluate(sets, { vendiOrder: Number.NaN }))).toBe(
      'OUT_OF_RANGE --vendi-order: must be a number; got NaN.',
    );
  });

  test('of rows as long or as short as float64 allows is that of their directions', async () => {
    for (const scale of [1e300, 1e155, 1e-161, 1e-300]) {
      const rows = { n: 3, d: 2, data: Float64Array.of(3, 4, -4, 3, 5, 0).map((value) => value * scale) };
      const unit = [...unitRows(rows, 'rows').data];
      [0.6, 0.8, -0.8, 0.6, 1, 0].forEach((value, at) => {
        expectClose(unit[at], value, SUMMATION_TOLERANCE, 1);
      });
    }
    const ends = { n: 2, d: 1, data: Float64Array.of(Number.MAX_VALUE, -Number.MIN_VALUE) };
    expect([...unitRows(ends, 'rows').data]).toEqual([1, -1]);
  });

  test('of n images all alike is 1, of n orthogonal ones n', async () => {
    const alike = { n: 4, d: 3, data: new Float64Array(12).fill(2) };
    const apart = { n: 3, d: 3, data: Float64Array.of(1, 0, 0, 0, 5, 0, 0, 0, 7) };
    const options = { order: 1, name: 'rows' };
    expectClose(await vendiScore(alike, options, plainAlgebra), 1, SUMMATION_TOLERANCE);
    expectClose(await vendiScore(apart, options, plainAlgebra), 3, SUMMATION_TOLERANCE);
  });
});

describe('mongeInceptionDistance', () => {
  interface MindCase {
    readonly reference: PackedRows;
    readonly generated: PackedRows;
    readonly projections: number;
    readonly seed: number;
    readonly expected: number;
    readonly peers: { readonly 'torch-fidelity': number };
  }
  test.each(fixtureCases<MindCase>('mind'))('of $name agrees with torch-fidelity', async (fixture) => {
    const sets = { reference: unpacked(fixture.reference), generated: unpacked(fixture.generated) };
    const value = await mongeInceptionDistance(sets, fixture, plainAlgebra);
    expectClose(value, fixture.expected, NORMALS_TOLERANCE);
    expectClose(value, fixture.peers['torch-fidelity'], FLOAT32_MIND);
  });

  test('of N(0, I) and N(μ·1, I) is about 3·d·μ²', async () => {
    // 3·d·mean (uᵀμ)² = 3·d·μ²·|1|²/d; 10 % at these sizes
    const sets = {
      reference: gaussianCloud({ n: 1500, d: 16, seed: 1 }),
      generated: gaussianCloud({ n: 1500, d: 16, seed: 2, shift: 1 }),
    };
    expectClose(await mongeInceptionDistance(sets, { projections: 500, seed: 1 }, plainAlgebra), 3 * 16, 0.1);
  });

  interface StreamCase {
    readonly torchPermutation: number[];
    readonly torchNormals: number[];
  }
  test.each(
    fixtureCases<StreamCase>('random-streams'),
  )('torchGenerator($name) draws what torch draws', (fixture) => {
    const random = torchGenerator(Number(fixture.name));
    expect([...random.permutation(33)]).toEqual(fixture.torchPermutation);
    expectAllClose(random.normals(35), fixture.torchNormals, NORMALS_TOLERANCE);
  });
});

describe('limits at infinity', () => {
  interface InfinityCase {
    readonly reference: PackedRows;
    readonly generated: PackedRows;
    readonly logits: PackedRows;
    readonly sizes: number[];
    readonly fid: { readonly expected: number };
    readonly is: { readonly expected: number };
  }
  test.each(
    fixtureCases<InfinityCase>('infinity'),
  )('of $name agree with pytorch-fid and numpy.polyfit', async (fixture) => {
    const generated = embeddedSet(unpacked(fixture.generated), { logits: unpacked(fixture.logits) });
    const sets = { reference: embeddedSet(unpacked(fixture.reference)), generated };
    expect(limitSizes(90, 'test')).toEqual(fixture.sizes);
    const [fid] = await metricById('fid-infinity').evaluate(sets, {});
    const [is] = await metricById('is-infinity').evaluate(sets, {});
    expectClose(fid!.value, fixture.fid.expected, 100 * FRECHET_TOLERANCE, 1);
    expectClose(is!.value, fixture.is.expected, SUMMATION_TOLERANCE, 10);
  });

  test('sizes are whole, rising, and end at n', () => {
    for (const n of [16, 17, 100, 5000, 5001, 49_999, 50_000]) {
      const sizes = limitSizes(n, 'test');
      expect(sizes.length).toBe(15);
      expect(sizes.at(-1)).toBe(n);
      expect(sizes.every((size, i) => i === 0 || size >= sizes[i - 1]!)).toBe(true);
    }
  });

  test('the smallest size is a tenth of the set cut to a whole number, at least 2 and at most 5,000', () => {
    expect([16, 99, 30_000, 60_000].map((n) => limitSizes(n, 'test')[0])).toEqual([2, 9, 3000, 5000]);
  });

  test('15 images have no 15 sizes', () => {
    expect(() => limitSizes(15, 'fid-infinity')).toThrow(
      'fid-infinity: 15 sample sizes need at least 16 images; got 15. Supply 1 more.',
    );
  });
});
