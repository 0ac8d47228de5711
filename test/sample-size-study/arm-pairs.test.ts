import { describe, expect, test } from 'vitest';
import { studentQuantile } from '../../numerics/student-t.js';
import { armPairs, FALSE_RANKINGS } from '../../sample-size-study/study-rankings.js';

/** How many errors apart two sets must be, p being that of both tails with 19 degrees of freedom. */
function errorsApart(p: number): number {
  return studentQuantile(1 - p / 2, 19);
}

describe('armPairs', () => {
  test('ranks two arms whose difference exceeds what their errors allow, and no nearer ones', () => {
    const limit = errorsApart(FALSE_RANKINGS) * Math.hypot(3, 4);
    const pair = (difference: number) =>
      armPairs(['a', 'b'], { final: [100, 100 + difference], errors: [3, 4] })[0]!;
    expect(pair(1.001 * limit)).toMatchObject({ standardError: 5, isRanked: true });
    expect(pair(-1.001 * limit).isRanked).toBe(true);
    expect(pair(0.999 * limit).isRanked).toBe(false);
    expect(pair(limit).pValue).toBeCloseTo(FALSE_RANKINGS, 10);
  });

  test('asks more of each pair the more there are (Holm)', () => {
    const apart = 1.01 * errorsApart(FALSE_RANKINGS) * Math.SQRT2;
    const arms = ['a', 'b', 'c'];
    const errors = [1, 1, 1];
    const ranked = (final: readonly number[]) =>
      armPairs(arms, { final, errors }).map(({ isRanked }) => isRanked);
    expect(ranked([0, 0, apart])).toEqual([false, false, false]);
    expect(ranked([0, 20, 20 + apart])).toEqual([true, true, true]); // the last of three is asked no more than one alone
  });

  test('does not rank arms of the same value, nor any where nothing says how sure the values are', () => {
    expect(armPairs(['a', 'b'], { final: [1, 1], errors: [0, 0] })[0]).toMatchObject({
      pValue: 1,
      isRanked: false,
    });
    expect(armPairs(['a', 'b'], { final: [1, 9], errors: [0.1, null] })[0]).toMatchObject({
      standardError: null,
      pValue: null,
      isRanked: false,
    });
  });
});
