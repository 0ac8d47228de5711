import { describe, expect, test } from 'vitest';
import { noncentralDeviate } from '../../numerics/noncentral-chi-square.js';
import { fixtureCases } from '../support/fixture.js';

interface Case {
  readonly freedom: number;
  readonly noncentrality: number;
  readonly x: number;
  readonly deviate: number;
}

/** Of an approximation in three moments: 0.03 of a standard deviation changes a tail of 2.5 % by 0.2 %. */
const APPROXIMATION = 0.03;
/** Near 0 the law of few degrees of freedom has no normal tail. */
const FEW_DEGREES = 0.11;

describe('noncentralDeviate', () => {
  test('meets scipy’s distribution from 8 degrees of freedom on, and above the lower tail of fewer', () => {
    for (const { x, deviate, ...law } of fixtureCases<Case>('noncentral-chi-square')) {
      if (law.freedom < 8 && deviate < -1) continue;
      const error = Math.abs(noncentralDeviate(x, law) - deviate);
      expect(error, JSON.stringify({ x, deviate, ...law })).toBeLessThan(
        law.freedom < 8 ? FEW_DEGREES : APPROXIMATION,
      );
    }
  });

  test('of an impossible value lies far below', () => {
    expect(noncentralDeviate(-5, { freedom: 30 })).toBe(noncentralDeviate(0, { freedom: 30 }));
    expect(noncentralDeviate(0, { freedom: 30 })).toBeLessThan(-5);
  });
});
