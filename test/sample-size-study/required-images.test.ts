import { describe, expect, test } from 'vitest';
import { requiredImages } from '../../sample-size-study/required-images.js';
import type { RequiredSizes, StudyRanking } from '../../sample-size-study/study-report.js';

const curve = (required: Partial<RequiredSizes>, metric = 'fid') => ({
  metric,
  arm: 'near',
  required: [{ share: 0.05, settledAt: null, forBias: 360, forPrecision: 1308, reason: null, ...required }],
});

function ranking(requiredSize: number | null, isRanked = true): StudyRanking {
  return {
    metric: 'fid',
    direction: 'lower-is-better',
    arms: ['near', 'far'],
    final: [1, 2],
    rankedBy: 'limit',
    finalErrors: [0.1, 0.1],
    falseRankings: 0.001,
    pairs: [{ first: 'near', second: 'far', difference: -1, standardError: 0.1, pValue: 1e-6, isRanked }],
    bySize: [],
    requiredSize,
    crossings: [],
  };
}

describe('requiredImages', () => {
  test('is the largest n of bias, precision and ranking, and says which it is', () => {
    expect(requiredImages(curve({}), [])).toEqual({ n: 1308, binding: 'interval width', reason: null });
    expect(requiredImages(curve({ forBias: 2000 }), [])).toMatchObject({ n: 2000, binding: 'bias' });
    expect(requiredImages(curve({}), [ranking(5000)])).toMatchObject({ n: 5000, binding: 'ranking' });
    expect(requiredImages(curve({}), [ranking(1000)])).toMatchObject({ n: 1308, binding: 'interval width' });
  });

  test('needs no n for the bias of an unbiased metric, and none for the order of sets that are not ranked', () => {
    expect(requiredImages(curve({ forBias: null }, 'kid'), [])).toMatchObject({ n: 1308 });
    expect(requiredImages(curve({}), [ranking(null, false)])).toMatchObject({ n: 1308 });
  });

  test('is unknown with its reason where one of the three is', () => {
    expect(requiredImages(curve({ forBias: null }), [])).toMatchObject({ n: null, binding: 'bias' });
    expect(requiredImages(curve({ forPrecision: null, reason: 'the sets are paired' }), [])).toEqual({
      n: null,
      binding: 'interval width',
      reason: 'the sets are paired',
    });
    expect(requiredImages(curve({}), [ranking(null)])).toMatchObject({ n: null, binding: 'ranking' });
  });
});
