import { describe, expect, test } from 'vitest';
import { valueError } from '../../sample-size-study/final-values.js';
import type { LimitInterval, StudyPoint } from '../../sample-size-study/study-report.js';

const point = (sampleSize: number, independentDeviation: number | null) =>
  ({ sampleSize, independentDeviation }) as StudyPoint;
const limitInterval = { standardError: 0.3 } as LimitInterval;

describe('valueError', () => {
  test('valueError is the spread of a draw of that size, else the jackknife’s', () => {
    const points = [point(100, 0.5), point(400, null)];
    expect(valueError({ limitInterval, points }, points[0]!)).toBe(0.5);
    expect(valueError({ limitInterval, points }, points[1]!)).toBe(0.3);
  });

  test('valueError of most of a pool without a jackknife is the spread of smaller draws, brought to its size', () => {
    const points = [point(50, 9), point(100, 0.5), point(400, null)];
    expect(valueError({ limitInterval: null, points }, points[2]!)).toBe(0.25);
  });

  test('valueError is null where one draw was made of each size', () => {
    const points = [point(100, null)];
    expect(valueError({ limitInterval: null, points }, points[0]!)).toBeNull();
  });
});
