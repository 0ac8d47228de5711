import { expect, test } from 'vitest';
import { studentQuantile } from '../../numerics/student-t.js';
import { drawingBoard } from '../../reports/figures/drawing-board.js';
import { stabilityComparisonFigure } from '../../reports/figures/stability-comparison-figure.js';
import {
  stabilityComparisonCsv,
  stabilityComparisonHeadline,
  stabilityComparisonTable,
} from '../../reports/study/stability-comparison-table.js';
import {
  type StabilityComparison,
  stabilityComparison,
} from '../../sample-size-study/stability-comparison.js';
import type {
  FilterStability,
  StabilityDifference,
  StabilityRatio,
} from '../../sample-size-study/stability-report.js';
import type { StudyComparison } from '../../sample-size-study/study-comparison.js';

const ratioOf = (ratio: number): StabilityRatio => ({
  ...{ ratio, low: ratio / 1.1, high: 1.1 * ratio, standardError: 0.03, degreesOfFreedom: 19, pValue: 0.01 },
});

const differenceOf = (difference: number, degreesOfFreedom = 19): StabilityDifference => {
  const half = studentQuantile(0.975, degreesOfFreedom);
  return {
    ...{ filtered: difference + 5, other: 5, difference, low: difference - half, high: difference + half },
    ...{ standardError: 1, pValue: 0.5 },
  };
};

const nothing = { filtered: null, other: null, ratio: null };

function stabilityOf(
  filter: string,
  deviation: number,
  changes: Partial<FilterStability> = {},
): FilterStability {
  return {
    ...{ metric: 'fid', direction: 'lower-is-better', filter, other: 'random', role: 'random', repeats: 20 },
    ...{ drawnFrom: 400, level: 0.95, bySize: [], value: null, coefficientOfVariation: null, exponent: null },
    ...{ standardDeviation: ratioOf(deviation), isLinear: true, slope: differenceOf(-3), limit: null },
    ...{ forPrecision: nothing, forBias: { filtered: 90, other: 100, ratio: ratioOf(0.9) } },
    reasons: { limit: 'no line', value: 'a mean is 0', coefficientOfVariation: 'a mean is 0' },
    ...changes,
  };
}

function comparisonOf(stability: StabilityComparison | undefined): StudyComparison {
  return {
    ...{ first: { source: 'one' }, second: { source: 'two' }, curves: [], left: [], version: '0' },
    stability,
  } as unknown as StudyComparison;
}

test('the only filters of two studies are compared whatever their names, by the ratio of their ratios to random images', () => {
  const matched = stabilityOf('filtered: a', 9, { role: 'matched' });
  const first = { stability: [stabilityOf('filtered: a', 0.8), matched] };
  const found = stabilityComparison(first, { stability: [stabilityOf('filtered: b', 0.6)] })!;
  const compared = found.ratios.filter((one) => one.compared !== null);
  expect(compared.map(({ filters, quantity }) => [...filters, quantity])).toEqual([
    ['filtered: a', 'filtered: b', 'standardDeviation'],
    ['filtered: a', 'filtered: b', 'forBias'],
  ]);
  const { compared: ratio, pHolm } = compared[0]!;
  expect(ratio!.ratio).toBeCloseTo(0.75, 12);
  expect(ratio!.standardError).toBeCloseTo(0.03 * Math.SQRT2, 12); // independent errors of two logarithms
  expect(pHolm).toBeLessThan(0.05);
  expect(stabilityComparisonHeadline(comparisonOf(found))).toMatch(
    /^two against one, filtered : random: FID standard deviation × 0\.75 \(0\.69 to 0\.82\), lower$/,
  );
  expect(stabilityComparisonCsv(found).split('\r\n')[2]).toMatch(
    /^fid,filtered: a,filtered: b,standard deviation,ratio,0\.8,/,
  );
});

test('bias slopes and asymptotic values are compared by their differences, with the degrees of freedom of their intervals', () => {
  const first = { stability: [stabilityOf('filtered', 1, { slope: differenceOf(-3, 5) })] };
  const second = { stability: [stabilityOf('filtered', 1, { slope: differenceOf(-7, 5) })] };
  const { differences } = stabilityComparison(first, second)!;
  const { compared, first: own } = differences.find(({ quantity }) => quantity === 'slope')!;
  expect(own!.difference).toBe(-3);
  expect(compared!.difference).toBe(-4);
  expect(compared!.standardError).toBeCloseTo(Math.SQRT2, 12);
  // two equal errors of 5 degrees of freedom have 10 together
  expect(compared!.high - compared!.low).toBeCloseTo(2 * studentQuantile(0.975, 10) * Math.SQRT2, 6);
});

test('a number that one of two studies does not have is null with the reason of either, in the table too', () => {
  const first = { stability: [stabilityOf('filtered', 0.8)] };
  const second = {
    stability: [stabilityOf('filtered', 0.6, { limit: differenceOf(1), value: ratioOf(0.9), reasons: {} })],
  };
  const found = stabilityComparison(first, second)!;
  const limit = found.differences.find(({ quantity }) => quantity === 'limit')!;
  expect([limit.first, limit.compared, limit.pHolm, limit.reason]).toEqual([
    null,
    null,
    null,
    'first: no line',
  ]);
  const { rows, notes } = stabilityComparisonTable(comparisonOf(found));
  expect(rows.find(([, , of]) => of === 'asymptotic value')).toEqual([
    ...['FID', 'filtered', 'asymptotic value', '–', '1.0 (−1.1 to 3.1)', '–', '–'],
  ]);
  expect(notes).toContain('–, FID, asymptotic value: first: no line.');
});

test('a figure has the ratios of both studies and how they compare, a row each', async () => {
  const [first, second] = [0.8, 0.6].map((deviation) => ({
    stability: [stabilityOf('filtered', deviation)],
  }));
  const found = stabilityComparison(first!, second!)!;
  const { numbers, table, panels } = stabilityComparisonFigure(comparisonOf(found), await drawingBoard())!;
  expect(table.rows.map(([name]) => name)).toEqual(['FID, standard deviation', 'FID, n for bias 5 %']);
  expect(numbers.rows.map(([, , , , of, ratio]) => [of, Number((ratio as number).toFixed(6))])).toEqual([
    ...[
      ['first', 0.8],
      ['second', 0.6],
      ['compared', 0.75],
    ], // standard deviation
    ...[
      ['first', 0.9],
      ['second', 0.9],
      ['compared', 1],
    ], // n for bias
  ]);
  expect(panels[0]!.views[0]!.drawing.markup).toContain('FID, standard deviation: × 0.75 (0.69 to 0.82)');
  expect(stabilityComparisonFigure(comparisonOf(undefined), await drawingBoard())).toBeNull();
});

test('of several filters those of one name are compared, and of none nothing', () => {
  const first = { stability: [stabilityOf('filtered: a', 0.8), stabilityOf('filtered: b', 0.7)] };
  const second = { stability: [stabilityOf('filtered: b', 0.7), stabilityOf('filtered: c', 0.7)] };
  const { ratios } = stabilityComparison(first, second)!;
  expect(
    ratios
      .filter(({ quantity }) => quantity === 'standardDeviation')
      .map(({ filters, compared }) => [...filters, compared!.ratio]),
  ).toEqual([['filtered: b', 'filtered: b', 1]]);
  expect(stabilityComparison(first, {})).toBeUndefined();
});
