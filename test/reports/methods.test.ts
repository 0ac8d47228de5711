import { describe, expect, test } from 'vitest';
import { jackknifeProcedure } from '../../metrics/interval-procedure.js';
import { compareMethods } from '../../reports/filtering/compare-methods.js';
import { scoreMethods } from '../../reports/score/score-methods.js';
import { studyMethods } from '../../reports/study/study-methods.js';
import { byProcedure, clausesText } from '../../reports/text/methods-words.js';
import { exampleComparison } from '../support/compare-report.js';
import { exampleReport } from '../support/score-report.js';
import { exampleStudy } from '../support/study-report.js';

describe('words of methods', () => {
  test('clausesText says once what several metrics share, and whose it is', () => {
    const said = [
      { metric: 'fid', text: 'by a jackknife' },
      { metric: 'kid', text: 'by all pairs' },
      { metric: 'mind', text: 'by a jackknife' },
    ];
    expect(clausesText(said)).toBe('by a jackknife (FID and MIND); by all pairs (KID)');
  });

  test.each([
    [jackknifeProcedure(20), 'by a jackknife of 20 groups of images'],
    [
      jackknifeProcedure(20, { scale: 'logarithm', splits: 'one' }),
      'by a jackknife of 20 groups of images, of the logarithm, with one split',
    ],
    [
      jackknifeProcedure(12, { fixed: 'reference' }),
      'by a jackknife of 12 groups of images, with the reference held fixed',
    ],
    [
      jackknifeProcedure(20, { bounds: 'wilson' }),
      'by a jackknife of 20 groups of images at this n and an interval as Wilson’s',
    ],
    [{ kind: 'closed-form' } as const, 'by the closed-form variance over all pairs of images'],
  ])('byProcedure of %o is %s', (procedure, words) => {
    expect(byProcedure(procedure)).toBe(words);
  });
});

describe('the methods of a score', () => {
  test('scoreMethods says of which metric each interval is, what ± and sd are, and the first digits of a hash', () => {
    expect(scoreMethods(exampleReport)).toBe(
      'We computed FID (Heusel et al. 2017) on embeddings of inception-v3-fid (official, SHA-256 9f2c9f2c9f2c…, preprocessing torch-bilinear 299, -1..1) ' +
        'and IS (Salimans et al. 2016) on embeddings of demo-inception (demo, SHA-256 41aa41aa41aa…, preprocessing pillow-bicubic 64, 0..1), ' +
        'with steadfid 0.1.0, between 1,500 generated and 10,000 reference images (seed 2020). Parameters: splits: 10 (IS). ' +
        '± is the standard error of the value. sd is the standard deviation of IS over 10 splits, not its standard error. ' +
        'Asymptotic values (n → ∞, bias removed) and their 95 % intervals are estimated from all images by a jackknife of 20 groups of images (FID).',
    );
  });

  test('scoreMethods names a parameter once for the metrics that share it', () => {
    const [fid] = exampleReport.results;
    const results = ['precision', 'recall'].map((metric) => ({
      ...fid!,
      metric,
      protocol: 'precision-recall',
      parameters: { prcNeighborhood: 3 },
    }));
    expect(scoreMethods({ ...exampleReport, results })).toContain(
      'Parameters: nearest neighbors: 3 (precision and recall).',
    );
  });
});

describe('the methods of a study', () => {
  test('studyMethods says by what the limits of its table are, apart for those with and without an interval', async () => {
    const report = await exampleStudy({ arms: ['one', 'two'] });
    const fit = report.curves.find((curve) => curve.fit?.holds)!.fit; // so that only intervals tell the arms apart
    const said = studyMethods({ ...report, curves: report.curves.map((curve) => ({ ...curve, fit })) });
    expect(said).toContain(
      'subsets were drawn without replacement, nested in n (seed 2020): 24 at each size (FID).',
    );
    // limits of the second arm have no interval
    expect(said).toContain(
      'Asymptotic values (n → ∞) and their 95 % intervals are estimated from all images of a set, not from the subsets: for n → ∞ by a jackknife of 20 groups of images (FID). ' +
        'Asymptotic values without an interval (FID of two) are intercepts of weighted least squares of the mean on 1/n (Chong and Forsyth 2020), ',
    );
  });
});

describe('the methods of a comparison', () => {
  test('compareMethods says how many draws each metric has', () => {
    const report = exampleComparison({ metrics: ['fid', 'cmmd'] });
    const effects = report.effects.map((effect) =>
      effect.metric === 'cmmd' ? { ...effect, random: { ...effect.random, draws: 999 } } : effect,
    );
    const of = (metric: string) => report.effects.find((effect) => effect.metric === metric)!.random.draws;
    expect(compareMethods({ ...report, effects })).toContain(
      `random subsets of the same number of images (seed ${report.plan.seed}; draws: ${of('fid')} (FID); 999 (CMMD)) in a`,
    );
  });
});
