import { describe, expect, test } from 'vitest';
import { requireSquares } from '../../metrics/comparable-sets.js';
import { embeddedSet } from '../support/embedded-set.js';
import { thrown } from '../support/thrown.js';

const ofRows = (...data: number[]) =>
  embeddedSet({ n: data.length / 2, d: 2, data: Float64Array.from(data) });
const ofMoments = (mean: number[], variance: number) => ({
  ...embeddedSet(null),
  n: 9,
  moments: {
    n: 9,
    d: 2,
    mean: Float64Array.from(mean),
    covariance: Float64Array.of(variance, 0, 0, variance),
  },
});

describe('requireSquares', () => {
  test('refuses differences whose squares underflow, whether of vectors, of means or of variances', () => {
    const message = (largest: string) =>
      `DIGITS_LOST fid: embeddings must differ by 3.2e-145 or more, or their squares lose their digits in float64; got at most ${largest}. Multiply the embeddings of both sides by the same number.`;
    const refused = (reference: (typeof cases)[0], generated: (typeof cases)[0]) =>
      thrown(() => requireSquares({ reference: reference!, generated: generated! }, 'fid'));
    const cases = [
      ofRows(0, 0, 1e-160, 0),
      ofMoments([0, 0], 0),
      ofMoments([0, 2e-150], 0),
      ofMoments([0, 0], 1e-320),
    ];
    expect(refused(cases[0], cases[0])).toBe(message('1.0e-160'));
    expect(refused(cases[1], cases[2])).toBe(message('2.0e-150'));
    expect(refused(cases[1], cases[3])).toBe(message('1.0e-160'));
    expect(refused(cases[0], cases[1])).toBe(message('1.0e-160'));
  });

  test('passes what differs by more in one place, and what does not differ at all', () => {
    for (const [reference, generated] of [
      [ofRows(0, 0, 1e-160, 0), ofRows(0, 1e-144)],
      [ofRows(7, 1e-200, 7, 1e-200), ofRows(7, 1e-200)],
      [ofMoments([0, 0], 0), ofMoments([0, 0], 1e-280)],
      [ofMoments([0, 0], 0), ofMoments([0, 0], 0)],
    ] as const)
      expect(() => requireSquares({ reference, generated }, 'fid')).not.toThrow();
  });
});
