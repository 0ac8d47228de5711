import { describe, expect, test } from 'vitest';
import { scoreSeedsSchema } from '../../reports/score/score-schema.js';
import {
  scoreSeedsCsv,
  scoreSeedsJson,
  scoreSeedsTable,
  seedSpreads,
} from '../../reports/score/score-seeds-table.js';
import { exampleReport } from '../support/score-report.js';

const [fid] = exampleReport.results;
const seed = (value: number | null) => ({
  ...exampleReport,
  results: [{ ...fid!, value, ...(value === null ? { reason: 'too few' } : {}) }],
});

describe('seedSpreads', () => {
  test('give mean and standard deviation over seeds, and t·√2 of it as the difference that says nothing', () => {
    const [spread] = seedSpreads([seed(10), seed(11), seed(12)]);
    expect(spread).toMatchObject({ metric: 'fid', mean: 11, standardDeviation: 1 });
    expect(spread!.inconclusive).toBeCloseTo(4.302653 * Math.SQRT2, 5); // Student’s t of 2 degrees of freedom
  });

  test('leave out a number that a seed has not', () => {
    expect(seedSpreads([seed(10), seed(null)])).toEqual([]);
  });
});

describe('scoreSeedsTable', () => {
  test('shows a line a number, and what is inconclusive', () => {
    const text = scoreSeedsTable([seed(10), seed(11), seed(12)], { columns: 80 });
    expect(text).toMatch(/^3 seeds of one model: /);
    expect(text).toMatch(/FID +11\.0 +1\.0 +10\.0 +12\.0 +6\.1/);
  });
});

test('spreads of seeds as JSON are of their schema and hold each seed’s report, and as CSV a line a number', () => {
  const reports = [seed(10), seed(11), seed(12)];
  const json = JSON.parse(scoreSeedsJson(reports));
  expect(scoreSeedsSchema.parse(json)).toEqual(json);
  expect(json.spreads[0]).toMatchObject({ metric: 'fid', values: [10, 11, 12], mean: 11 });
  expect(json.seeds).toHaveLength(3);
  const [header, line] = scoreSeedsCsv(reports).trim().split(/\r?\n/);
  expect(header).toMatch(/^metric,seeds,mean,standard_deviation,inconclusive_below,/);
  expect(line).toMatch(/^fid,3,11,1,6\.0\d+,10,11,12$/);
});
