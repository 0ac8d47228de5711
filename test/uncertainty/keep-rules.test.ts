import { describe, expect, test } from 'vitest';
import { keepDecision, keepProbabilities, learnedRule, tieOrder } from '../../filtering/keep-decision.js';
import { tieWarnings } from '../../filtering/tie-warnings.js';
import { keepRuleText, parsedKeepRule } from '../../uncertainty/keep-rule.js';
import { projectFile } from '../support/project.js';
import { numberedIds, pooled } from '../support/score-of.js';
import { thrown } from '../support/thrown.js';

/** Scores of the released maps of the original study, by torch: run, then id. */
const { runs } = JSON.parse(projectFile('test/reference/original-runs.json')) as {
  runs: Record<string, Record<string, Record<'sum' | 'patch-max', number>>>;
};
const originalScores = (run: string, score: 'sum' | 'patch-max') =>
  Object.values(runs[`ddim_fixed_skip_10_train%5000_step100_S10_${run}`]!).map((scores) => scores[score]);
const BAYESDIFF = 'sigma1.0_precision1.0_samples16';
const HESSIAN_FREE = 'sigma1.0_precision3.0_samples16_HF';
const high = { keep: 'high' } as const;
const kept = (values: readonly number[], rule: string, options = {}) => [
  ...keepDecision(pooled(values), parsedKeepRule(rule, options)).kept,
];

describe('keepDecision', () => {
  test.each([
    [BAYESDIFF, 'sum', 11],
    [BAYESDIFF, 'patch-max', 14],
    [HESSIAN_FREE, 'sum', 14],
    [HESSIAN_FREE, 'patch-max', 13],
  ] as const)('mean+1sd keeps of the original’s run %s by %s the published %d of 16', (run, score, count) => {
    const rule = parsedKeepRule('mean+1sd', { zeros: 'drop' });
    expect(keepDecision(pooled(originalScores(run, score)), rule).kept.length).toBe(count);
  });

  test('mean+1sd draws the published line through the original’s sums, 2.0781', () => {
    const { threshold } = keepDecision(pooled(originalScores(BAYESDIFF, 'sum')), parsedKeepRule('mean+1sd'));
    expect(threshold.toFixed(4)).toBe('2.0781');
  });

  test('mean+1sd uses ddof 0 and a strict comparison', () => {
    // mean 2, sd (ddof 0) 1, line exactly 3: the 3s are dropped
    const decision = keepDecision(pooled([1, 3, 1, 3]), parsedKeepRule('mean+1sd'));
    expect([decision.threshold, [...decision.kept]]).toEqual([3, [0, 2]]);
  });

  test('scores of exactly 0 are kept unless the rule drops them', () => {
    expect(kept([0, 1, 2, 9], 'mean+1sd')).toEqual([0, 1, 2]);
    expect(kept([0, 1, 2, 9], 'mean+1sd', { zeros: 'drop' })).toEqual([1, 2]);
  });

  test('q75 keeps the lowest three of four, and with keep high the highest three', () => {
    expect(kept([4, 1, 3, 2], 'q75')).toEqual([1, 2, 3]);
    expect(kept([4, 1, 3, 2], 'q75', high)).toEqual([0, 2, 3]);
  });

  test('keep-2 keeps exactly two, of tied images one of the draw, and says how many were tied', () => {
    const drawn = (draw: number) => keepDecision(pooled([5, 1, 5, 5]), parsedKeepRule('keep-2'), { draw });
    expect(drawn(0).ties).toEqual({ images: 3, kept: 1 });
    const chosen = Array.from({ length: 300 }, (_, draw) => [...drawn(draw).kept].find((i) => i !== 1)!);
    // each of three with chance 1/3: 100 of 300 with standard deviation 8.2
    for (const index of [0, 2, 3]) {
      const times = chosen.filter((one) => one === index).length;
      expect(times).toBeGreaterThan(70);
      expect(times).toBeLessThan(130);
    }
    expect([...drawn(7).kept]).toEqual([...drawn(7).kept]);
  });

  test('which of tied images are kept depends on their ids, not on the order or the number of the others', () => {
    const values = Array.from({ length: 40 }, (_, i) => i % 2);
    const ids = numberedIds(40);
    const order = tieOrder(ids);
    expect([...tieOrder([...ids].reverse())].reverse()).toEqual([...order]);
    expect([...tieOrder(ids.slice(5, 9))]).toEqual([...order.slice(5, 9)]);
    const ten = keepDecision(pooled(values), parsedKeepRule('keep-10')).kept;
    const fifteen = keepDecision(pooled(values), parsedKeepRule('keep-15')).kept;
    expect([...ten].every((index) => fifteen.includes(index))).toBe(true);
  });

  test('keepProbabilities are 1 and 0, and of tied images the share that is kept', () => {
    const score = pooled([5, 1, 5, 5, 9]);
    const decision = keepDecision(score, parsedKeepRule('keep-2'));
    expect([...keepProbabilities(score.values, decision)]).toEqual([1 / 3, 1, 1 / 3, 1 / 3, 0]);
    const median = keepDecision(score, parsedKeepRule('q50'));
    expect([...keepProbabilities(score.values, median)]).toEqual([0, 1, 0, 0, 0]);
    expect(median.ties).toEqual({ images: 3, kept: 0 });
  });

  test('a share that ties make another is warned of, and a draw among them', () => {
    const warned = (rule: string) => {
      const decision = keepDecision(pooled([5, 1, 5, 5, 9]), parsedKeepRule(rule));
      return tieWarnings('sum', decision, { n: 5, seed: 3 }).map(
        ({ code, message }) => `${code}: ${message}`,
      );
    };
    expect(warned('keep-2')).toEqual([
      'TIES_AT_THRESHOLD: 3 images have the same score "sum", 5.000, at the threshold: the 1 of them that are kept were drawn by seed 3',
    ]);
    expect(warned('q50')).toEqual([
      'KEPT_SHARE_DIFFERS: 3 images have the same score "sum", 5.000, at the threshold, and none of them is kept: the rule keeps 20 % of the images, not 50 %. The rule keep-N keeps exactly N, drawn among the tied images',
    ]);
    expect(warned('keep-4')).toEqual([]);
    expect(warned('below-6')).toEqual([]);
  });

  test('negative sums are compared as they are', () => {
    expect(kept([-3, -1, -2, -9], 'below--1.5')).toEqual([0, 2, 3]);
  });

  test('kept and dropped together are the pool', () => {
    const decision = keepDecision(pooled([4, 1, 3, 2, 8]), parsedKeepRule('q50'));
    expect([...decision.kept, ...decision.dropped].sort()).toEqual([0, 1, 2, 3, 4]);
    expect(decision.keptShare).toBe(decision.kept.length / 5);
  });

  test('a threshold learned on one half is used unchanged on the other', () => {
    const rule = learnedRule(parsedKeepRule('mean+1sd'), pooled([1, 3, 1, 3]));
    expect(rule.threshold).toEqual({
      kind: 'fixed',
      threshold: 3,
      learned: { rule: 'score < mean + 1 sd', source: 'generated/', n: 4 },
    });
    expect([...keepDecision(pooled([2.9, 3, 100, 200]), rule).kept]).toEqual([0]);
  });
});

describe('keepRuleText', () => {
  test.each([
    ['mean+1sd', 'low', 'score < mean + 1 sd'],
    ['mean-0.5sd', 'high', 'score > mean − 0.5 sd'],
    ['q84', 'low', 'the 84 % lowest'],
    ['keep-4400', 'high', 'the 4400 highest'],
    ['below-2.08', 'low', 'score < 2.08'],
  ] as const)('%s with keep %s reads "%s"', (text, keep, expected) => {
    expect(keepRuleText(parsedKeepRule(text, { keep }))).toBe(expected);
  });
});

describe('errors of keep rules', () => {
  const refusal = (values: readonly number[], rule: string) =>
    thrown(() => keepDecision(pooled(values), parsedKeepRule(rule)));

  test('a rule that keeps everything or nothing is refused', () => {
    expect(refusal([1, 2], 'below-5')).toBe(
      'OUT_OF_RANGE --rule: the rule must keep some images and drop some (score < 5, on "sum"); got 2 kept, 0 dropped, at threshold 5. Choose a rule such as mean+1sd, q84 or keep-N with N below the number of images.',
    );
    expect(refusal([1, 2], 'below-0')).toContain('got 0 kept, 2 dropped');
    expect(refusal([1, 2], 'keep-2')).toContain('got 2 kept, 0 dropped');
  });

  test('constant scores are refused', () => {
    expect(refusal([7, 7, 7], 'q50')).toBe(
      'NOT_FINITE generated/: the scores "sum" must differ between images; got 7 for all 3. A constant score cannot tell one image from another; choose another column.',
    );
  });

  test('an unknown form and impossible numbers are refused', () => {
    expect(thrown(() => parsedKeepRule('top10'))).toBe(
      'UNKNOWN_RULE --rule: must be one of mean+Ksd, qP (keep P percent), keep-N, below-T; got "top10".',
    );
    expect(thrown(() => parsedKeepRule('q100'))).toBe(
      'OUT_OF_RANGE --rule: P of qP must lie between 0 and 100; got "q100".',
    );
    expect(thrown(() => parsedKeepRule('keep-0'))).toBe(
      'OUT_OF_RANGE --rule: N of keep-N must be at least 1; got "keep-0".',
    );
  });

  test('a count is not learned', () => {
    expect(thrown(() => learnedRule(parsedKeepRule('keep-3'), pooled([1, 2, 3, 4])))).toBe(
      'CONFLICTING_OPTIONS --rule: a threshold is learned from mean+Ksd or qP, since a count does not carry over to other images; got keep-3.',
    );
  });
});
