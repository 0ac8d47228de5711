import { describe, expect, test } from 'vitest';
import { pearsonCorrelation, ranks, spearmanCorrelation } from '../../numerics/order-statistics.js';
import { projectFile } from '../support/project.js';
import { expectClose, SUMMATION_TOLERANCE } from '../support/tolerance.js';

const { pair } = JSON.parse(projectFile('test/reference/uncertainty-maps.json'));

describe('rank correlation', () => {
  test('ranks count from 1 and ties share the mean of theirs', () => {
    expect([...ranks([10, 30, 30, 20])]).toEqual([1, 3.5, 3.5, 2]);
  });

  test('spearmanCorrelation of any rising relation is 1, of a falling one −1', () => {
    expect(spearmanCorrelation([1, 2, 3, 4], [1, 8, 27, 64])).toBe(1);
    expect(spearmanCorrelation([1, 2, 3, 4], [4, 3, 2, -9])).toBe(-1);
  });

  test('correlations with a constant do not exist, whatever its rounding', () => {
    expect(pearsonCorrelation([0.1, 0.1, 0.1], [1, 2, 3])).toBeUndefined();
    expect(spearmanCorrelation([1, 2, 3], [0.1, 0.1, 0.1])).toBeUndefined();
    expect(pearsonCorrelation([1], [1])).toBeUndefined();
  });

  test('pearsonCorrelation and spearmanCorrelation equal scipy’s, ties included', () => {
    expectClose(pearsonCorrelation(pair.first, pair.second), pair.pearson, SUMMATION_TOLERANCE);
    expectClose(spearmanCorrelation(pair.first, pair.second), pair.spearman, SUMMATION_TOLERANCE);
    const tied = pair['spearman with ties'];
    expectClose(spearmanCorrelation(tied.first, tied.second), tied.value, SUMMATION_TOLERANCE);
  });
});
