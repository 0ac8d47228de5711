import { expect, test } from 'vitest';
import {
  stabilityComparisonCsv,
  stabilityComparisonHeadline,
} from '../../reports/study/stability-comparison-table.js';
import { stabilityComparison } from '../../sample-size-study/stability-comparison.js';
import type { FilterStability, StabilityRatio } from '../../sample-size-study/stability-report.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';

const ratioOf = (ratio: number): StabilityRatio => ({
  ...{ ratio, low: ratio / 1.1, high: 1.1 * ratio, standardError: 0.03, degreesOfFreedom: 19, pValue: 0.01 },
});

function stabilityOf(filter: string, deviation: number, role: FilterStability['role'] = 'random') {
  return {
    ...{ metric: 'fid', filter, role, value: null, coefficientOfVariation: null },
    standardDeviation: ratioOf(deviation),
  } as FilterStability;
}

test('the only filters of two studies are compared whatever their names, by the ratio of their ratios to random images', () => {
  const first = { stability: [stabilityOf('filtered: a', 0.8), stabilityOf('filtered: a', 9, 'matched')] };
  const found = stabilityComparison(first, { stability: [stabilityOf('filtered: b', 0.6)] });
  expect(found.map(({ filters, quantity }) => [...filters, quantity])).toEqual([
    ['filtered: a', 'filtered: b', 'standardDeviation'],
  ]);
  const { ratio, pHolm } = found[0]!;
  expect(ratio.ratio).toBeCloseTo(0.75, 12);
  expect(ratio.standardError).toBeCloseTo(0.03 * Math.SQRT2, 12); // independent errors of two logarithms
  expect(pHolm).toBeLessThan(0.05);
  const comparison = {
    first: { source: 'one' },
    second: { source: 'two' },
    stability: found,
  } as unknown as StudyComparison;
  expect(stabilityComparisonHeadline(comparison)).toMatch(
    /^two against one, filtered : random: FID standard deviation × 0\.75 \(0\.69 to 0\.82\), lower$/,
  );
  expect(stabilityComparisonCsv(found).split('\r\n')[1]).toMatch(
    /^fid,filtered: a,filtered: b,standard deviation,0\.8,/,
  );
});

test('of several filters those of one name are compared, and of none nothing', () => {
  const first = { stability: [stabilityOf('filtered: a', 0.8), stabilityOf('filtered: b', 0.7)] };
  const second = { stability: [stabilityOf('filtered: b', 0.7), stabilityOf('filtered: c', 0.7)] };
  expect(stabilityComparison(first, second).map(({ filters, ratio }) => [...filters, ratio.ratio])).toEqual([
    ['filtered: b', 'filtered: b', 1],
  ]);
  expect(stabilityComparison(first, {})).toEqual([]);
});
