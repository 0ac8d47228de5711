import { describe, expect, test } from 'vitest';
import { studySummary } from '../../sample-size-study/study-summary.js';

/** The line on the ranking of sets of which one pair is ranked, or none, with these standard errors of the differences. */
function rankingLine(standardErrors: readonly (number | null)[], ranked: readonly string[] = []): string {
  return studySummary({
    curves: [],
    responses: [],
    referenceSize: 'full',
    rankings: [
      {
        metric: 'fid',
        direction: 'lower-is-better',
        arms: ['a', 'b', 'c'].slice(0, standardErrors.length === 1 ? 2 : 3),
        final: [1, 1.5, 1.2],
        rankedBy: 'limit',
        finalErrors: [null, null, null],
        falseRankings: 0.001,
        bySize: [],
        requiredSize: null,
        crossings: [],
        pairs: standardErrors.map((standardError, i) => ({
          first: ['a', 'a', 'b'][i]!,
          second: ['b', 'c', 'c'][i]!,
          difference: -0.5,
          standardError,
          pValue: standardError === null ? null : 0.5,
          isRanked: ranked[0] === ['a', 'a', 'b'][i] && ranked[1] === ['b', 'c', 'c'][i],
        })),
      },
    ],
  })[0]!;
}

/** The line on distortions of sets with these names, each of which has an inversion. */
function responseLine(arms: readonly string[]): string {
  return studySummary({
    curves: [],
    rankings: [],
    referenceSize: 'full',
    responses: arms.map((arm) => ({
      metric: 'fid',
      direction: 'lower-is-better',
      arm,
      distortion: 'fog',
      levels: [],
      response: { monotonicity: 0, firstInversion: 1, improvedLevels: [], saturation: null },
    })),
  })[0]!;
}

describe('studySummary', () => {
  test('names the set of a curve that does not worsen where there are several', () => {
    expect(responseLine(['a', 'b'])).toBe(
      'Distortion: 0 of 2 curves worsen at every level; not FID of a under fog at level 1, FID of b under fog at level 1.',
    );
    expect(responseLine(['a'])).toBe(
      'Distortion: 0 of 1 curves worsen at every level; not FID under fog at level 1.',
    );
  });

  test('does not call a difference insignificant that no error tests', () => {
    expect(rankingLine([0.25])).toBe(
      'FID: no significant difference between a and b: they differ by 0.50 ± 0.25.',
    );
    expect(rankingLine([null])).toBe(
      'FID: the order is not tested: the errors of the differences are unknown.',
    );
    expect(rankingLine([0.25, 0.3, 0.4])).toBe('FID: no significant difference between any two sets.');
    expect(rankingLine([0.25, null, null])).toBe(
      'FID: no significant difference in 1 of 3 pairs of sets; the errors of the others are unknown.',
    );
    expect(rankingLine([0.25, 0.01, null], ['a', 'c'])).toBe(
      'FID: best first a, then c, not tested against b; order not stable at any size.',
    );
  });
});
