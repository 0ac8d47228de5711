import { expect, test } from 'vitest';
import { seededRandom } from '../../numerics/seeded-random.js';
import {
  bounds,
  combinedError,
  differencePValue,
  equivalencePValue,
  jackknifeOverRepeats,
} from '../../sample-size-study/analysis/paired-repeats.js';
import type { FilterStability } from '../../sample-size-study/stability-report.js';
import { stabilityVerdicts } from '../../sample-size-study/stability-verdict.js';
import { filterDesign, filterStudyReport } from '../support/filter-study.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

const ROUNDING = 1e-12;

test('jackknifeOverRepeats of a mean has its standard error, s/√R', () => {
  const values = [1, 4, 2, 8];
  const found = jackknifeOverRepeats([0, 1, 2, 3], (left) => {
    const kept = values.filter((_, repeat) => repeat !== left);
    return kept.reduce((sum, value) => sum + value, 0) / kept.length;
  })!;
  expect(found.value).toBe(3.75);
  expect(Math.abs(found.standardError - Math.sqrt(9.583333333333334 / 4))).toBeLessThan(ROUNDING);
  expect(found.degreesOfFreedom).toBe(3);
});

test('jackknifeOverRepeats is null where a replicate is not finite', () => {
  expect(jackknifeOverRepeats([0, 1, 2], (left) => (left === 1 ? Number.NaN : 1))).toBeNull();
});

test('combinedError adds squares, and knows more than its worst part', () => {
  const found = combinedError([
    { standardError: 3, degreesOfFreedom: 9 },
    { standardError: 2, degreesOfFreedom: 9, times: 2 },
  ]);
  expect(found).toEqual({ standardError: 5, degreesOfFreedom: 16 }); // 25²·9/(81 + 256) = 16.7
});

test('bounds and p values agree: the 95 % interval of a difference with p 0.05 ends at 0', () => {
  const estimate = { value: 2.0930240544083087, standardError: 1, degreesOfFreedom: 19 };
  expect(Math.abs(bounds(estimate, 0.95).low)).toBeLessThan(1e-8);
  expect(Math.abs(differencePValue(estimate) - 0.05)).toBeLessThan(1e-8);
});

test('equivalencePValue is small well inside the margin, one half at it, large beyond it', () => {
  const at = (value: number) => equivalencePValue({ value, standardError: 0.01, degreesOfFreedom: 19 }, 0.2);
  expect(at(0)).toBeLessThan(1e-6);
  expect(at(-0.2)).toBe(0.5);
  expect(at(0.3)).toBeGreaterThan(0.999);
});

const about = (ratio: number, standardError: number, repeats = 40): FilterStability => {
  const found = { ratio, low: 0, high: 9, standardError, degreesOfFreedom: 39 };
  const pValue = differencePValue({ value: Math.log(ratio), standardError, degreesOfFreedom: 39 });
  const unknown = { filtered: null, other: null, ratio: null };
  return {
    ...{ metric: 'fid', direction: 'lower-is-better', filter: 'filtered', other: 'random', role: 'random' },
    ...{
      repeats,
      drawnFrom: 1000,
      level: 0.95,
      bySize: [],
      exponent: null,
      isLinear: true,
      slope: null,
      limit: null,
    },
    standardDeviation: { ...found, pValue },
    coefficientOfVariation: { ...found, pValue },
    value: { ...found, pValue: 1 },
    forPrecision: unknown,
    forBias: unknown,
  };
};
const thresholds = { smallestChange: 0.2, significance: 0.05 };
const kinds = (...stability: FilterStability[]) =>
  stabilityVerdicts(stability, thresholds).map(({ kind }) => kind);

test('a verdict needs a significant difference, or one significantly below the smallest that matters', () => {
  expect(kinds(about(0.6, 0.05))).toEqual(['steadier']);
  expect(kinds(about(1.6, 0.05))).toEqual(['less-steady']);
  expect(kinds(about(1.02, 0.05))).toEqual(['as-steady']);
  expect(kinds(about(1.02, 0.2))).toEqual(['cannot-say']);
  const moved = { ...about(1.02, 0.05), value: { ...about(0.7, 0.01).value!, pValue: 1e-9 } };
  expect(kinds(moved)).toEqual(['lower-but-as-steady']);
});

test('a difference that chance shows in one of twenty filters is none among twenty', () => {
  const slight = about(Math.exp(0.22), 0.1); // p = 0.034 alone
  expect(kinds(slight)).toEqual(['less-steady']);
  const twenty = Array.from({ length: 20 }, () => slight);
  expect(new Set(kinds(...twenty))).toEqual(new Set(['cannot-say']));
});

test('a few draws say nothing, and the verdict says how many would', () => {
  expect(kinds(about(0.3, 0.01, 9))).toEqual(['cannot-say']);
  const [undecided] = stabilityVerdicts([about(1.02, 0.2)], thresholds);
  expect(undecided!.repeatsNeeded).toBeGreaterThan(200);
  expect(undecided!.sentence).toMatch(/^FID, filtered against random: cannot say yet \(about \d+ draws/);
});

test('dropping an outlying mode leaves the spread, bias slope and asymptotic value of what is kept', async () => {
  const [n, d] = [300, 2];
  const generated = gaussianCloud({ n, d, seed: 11, shift: 0.8 });
  const isFar = (i: number) => i % 8 === 0;
  for (let i = 0; i < n; i++) if (isFar(i)) for (let j = 0; j < d; j++) generated.data[i * d + j]! += 8;
  const score = Float64Array.from({ length: n }, (_, i) => (isFar(i) ? 5 : 0) + seededRandom(3, i)());
  const design = await filterDesign({ sizes: [40, 100, 200, 300], repeats: 20 });
  const world = { reference: gaussianCloud({ n: 3000, d, seed: 12 }), generated, score };
  const { stability = [], summary, curves } = await filterStudyReport(design, world);
  const beside = (other: string) => stability.find((one) => one.other === other)!;
  const { limit, standardDeviation } = beside('unfiltered');
  const kept = curves.find(({ arm }) => arm === 'filtered')!;
  // kept are N(0.8, I) against N(0, I): the distance is 2·0.64, and b = d + d(d + 1)/4
  expect(Math.abs(kept.analyticSlope! * kept.part!.share - 3.5)).toBeLessThan(0.35);
  const { independentDeviation, scored } = kept.points[1]!;
  // 2·√1.28 for each image, known to 1/√38 of it
  expect(Math.abs((independentDeviation! * Math.sqrt(scored!)) / 2.263 - 1)).toBeLessThan(0.5);
  expect(Math.abs(limit!.filtered - 1.28)).toBeLessThan(0.35); // its own error is 2·√1.28/√262 = 0.14
  expect(limit!.high).toBeLessThan(0);
  expect(standardDeviation!.high).toBeLessThan(1);
  expect(beside('random').standardDeviation!.high).toBeLessThan(1);
  expect(summary[0]).toContain('FID, filtered against random:');
});
