import { describe, expect, test } from 'vitest';
import { studyTruthBench } from '../../bench/study-truth.bench.js';

// 400 seeds are run by bench/study-truth.bench.ts; ten fixed ones are here to see them break.
describe('a study of populations whose limits are known', () => {
  test('ranks no arms of one population, none the wrong way round, and holds limits and slopes', async () => {
    const truths = await studyTruthBench({ seeds: 10, n: 240 });
    expect(truths.map(({ metric }) => metric)).toEqual([
      'fid',
      'fid',
      'fid',
      'kid',
      'cmmd',
      'is',
      'kid',
      'cmmd',
      'is',
    ]);
    for (const { falselyRanking, reversed, coverage } of truths) {
      expect(falselyRanking).toBe(0);
      expect(reversed ?? 0).toBe(0);
      expect(coverage).toBeGreaterThanOrEqual(0.75); // 30 intervals of 95 % each, three of a study sharing a reference
    }
    const [apart, alike, crossing] = truths;
    expect(crossing!.crossings.reported).toBeGreaterThan(0);
    expect(crossing!.crossings.held).toBeGreaterThanOrEqual(0.8);
    expect(apart!.rightlyRanked).toBe(1);
    for (const { slope } of [apart!, alike!]) {
      expect(slope!.analytic / slope!.true).toBeCloseTo(1, 0);
      expect(Math.abs(slope!.fitted - slope!.true)).toBeLessThan(0.2 * slope!.true);
    }
  });
});
