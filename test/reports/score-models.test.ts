import { describe, expect, test } from 'vitest';
import { scoreModels } from '../../reports/score/score-models.js';
import { modelsHeadline, modelsPaper, scoreModelsPage } from '../../reports/score/score-models-page.js';
import {
  correctedOrderNotes,
  MODELS,
  scoreModelsCsv,
  scoreModelsTable,
  scoreModelsTextTable,
} from '../../reports/score/score-models-table.js';
import { shortNames } from '../../reports/score/short-names.js';
import type { ScoreReport, ScoreResult } from '../../scoring/score-report.js';
import { exampleReport } from '../support/score-report.js';
import { thrown } from '../support/thrown.js';

function ofFid(change: Partial<ScoreResult>): ScoreReport {
  return { ...exampleReport, results: [{ ...exampleReport.results[0]!, ...change }] };
}

/** Models by name, value and standard error of FID. */
function models(
  values: Readonly<Record<string, readonly [number, number | null]>>,
  change: Partial<ScoreResult> = {},
) {
  const scores = Object.entries(values).map(([source, [value, standardError]]) => ({
    source,
    report: ofFid({ ...change, value, standardError }),
  }));
  return scoreModels(scores, { seed: 2020 });
}

const ranksOf = ({ models: named, metrics }: ReturnType<typeof models>) =>
  metrics[0]!.ranking.map(({ model, ranks }) => [named[model]!.name, ranks?.best, ranks?.worst]);

describe('scoreModels', () => {
  test('ranks are what pairs leave open: two that are alike share a range, one far off stands alone', () => {
    const found = models({ a: [18.2, 0.3], b: [12, 0.3], c: [18, 0.3] });
    expect(ranksOf(found)).toEqual([
      ['b', 1, 1],
      ['c', 2, 3],
      ['a', 2, 3],
    ]);
    expect(modelsHeadline(found)).toBe(
      'b has the lowest FID of 3 models at n = 1,500, 12.00 (bias-corrected 15.92): significantly below all others',
    );
  });

  test('the highest is best where the metric says so', () => {
    const found = models({ a: [18, 0.3], b: [12, 0.3] }, { direction: 'higher-is-better' });
    expect(ranksOf(found)).toEqual([
      ['a', 1, 1],
      ['b', 2, 2],
    ]);
  });

  test('where neither way is better, models stay in their order, without ranks or a best one', () => {
    const found = models({ a: [18, 0.3], b: [12, 0.3], c: [15, 0.3] }, { direction: 'neither' });
    expect(ranksOf(found)).toEqual(['a', 'b', 'c'].map((name) => [name, undefined, undefined]));
    expect(found.metrics[0]!.ranking.map(({ probabilityBest }) => probabilityBest)).toEqual([
      null,
      null,
      null,
    ]);
    expect(modelsHeadline(found)).toBe('3 models by FID, of which neither low nor high is better');
  });

  test('three equal models have one range, and are the best in a third of the draws each', () => {
    const found = models({ a: [18, 0.3], b: [18, 0.3], c: [18, 0.3] });
    expect(ranksOf(found).map(([, best, worst]) => [best, worst])).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
    ]);
    // 4.5 standard errors of a share of 10,000 draws
    for (const { probabilityBest } of found.metrics[0]!.ranking)
      expect(Math.abs(probabilityBest! - 1 / 3)).toBeLessThan(0.021);
    expect(Math.abs(found.metrics[0]!.probabilityOfOrder! - 1 / 6)).toBeLessThan(0.017);
    const steps = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`step ${i} of a training`, [18, 0.3] as const]),
    );
    expect(modelsHeadline(models(steps)).split(' ').length).toBeLessThanOrEqual(25);
    expect(modelsHeadline(found)).toBe(
      'a has the lowest FID of 3 models at n = 1,500, 18.00 (bias-corrected 15.92): not significantly below b and c',
    );
  });

  test('a difference of one standard error of it has Φ(1) of the draws', () => {
    const found = models({ a: [18, 0.3], b: [18.5, 0.4] });
    expect(Math.abs(found.metrics[0]!.ranking[0]!.probabilityBest! - 0.8413)).toBeLessThan(0.0165);
  });

  test('ranks by the value at the common n, and says the order of the bias-corrected estimates where it is another', () => {
    const given = { a: [18, 15], b: [17, 16], c: [25, 24] } as const;
    const named = Object.entries(given).map(([source, [value, estimate]]) => {
      const { interval } = exampleReport.results[0]!;
      return { source, report: ofFid({ value, standardError: 0.3, interval: { ...interval!, estimate } }) };
    });
    const found = scoreModels(named, { seed: 1 });
    expect(ranksOf(found).map(([name]) => name)).toEqual(['b', 'a', 'c']);
    expect(modelsHeadline(found)).toMatch(/^b has the lowest FID .*, 17.00 \(bias-corrected 16.00\)/);
    const said =
      'FID: by bias-corrected estimates the order would be a, b and c. The table is ranked by the value at n';
    const plainText = (text: string) => text.replace(/\s+/g, ' ');
    expect(plainText(scoreModelsTable(found, { columns: 80, colors: 'off' }))).toContain(said);
    expect(plainText(scoreModelsPage(found, { figure: null }))).toContain(said);
    expect(correctedOrderNotes(models({ a: [18, 0.3], b: [12, 0.3] }))).toEqual([]);
    const { header, rows } = scoreModelsTextTable(found, MODELS, 'page');
    expect(rows[0]![header.indexOf('as n → ∞ (95 %)')]).toMatch(/^16.00 \(/);
    expect(scoreModelsTextTable(found).header).not.toContain('as n → ∞ (95 %)');
  });

  test('the pictures of sets begin with the best after the reference, and say which are best and worst', () => {
    const found = models({ a: [18, 0.3], b: [12, 0.3], c: [15, 0.3] });
    const images = [{ id: '1', picture: 'data:image/webp;base64,AAAA' }];
    const sets = ['reference', 'a', 'b', 'c'].map((name) => ({ name, images }));
    const page = scoreModelsPage(found, { figure: null, samples: { schema: 'steadfid/samples/1', sets } });
    const titles = [...page.matchAll(/<div data-model="[^"]*">\s*<h3>([^<]*)/g)].map(([, title]) => title);
    expect(titles).toEqual(['reference', 'b (best: lowest FID)', 'c', 'a (worst: highest FID)']);
  });

  test('p values are adjusted for all pairs', () => {
    const pair = models({ a: [18, 0.3], b: [16.9, 0.3] });
    const many = models({ a: [18, 0.3], b: [16.9, 0.3], c: [18, 0.3], d: [18, 0.3], e: [18, 0.3] });
    expect(ranksOf(pair)[1]).toEqual(['a', 2, 2]);
    expect(ranksOf(many)[1]!.slice(1)).toEqual([1, 5]); // t = 2.6: p = 0.018, ten pairs
  });

  test('without an error of one nothing is ranked, and it is said', () => {
    const found = models({ a: [18, 0.3], b: [12, null] });
    expect(ranksOf(found)).toEqual([
      ['b', undefined, undefined],
      ['a', undefined, undefined],
    ]);
    expect(found.metrics[0]!.probabilityOfOrder).toBe(null);
    expect(modelsHeadline(found)).toMatch(
      /^b has the lowest FID of 2 models at n = 1,500, 12.00 \(bias-corrected 15.9[2\d]*\) \(untested\)$/,
    );
    expect(scoreModelsTable(found, { columns: 80, colors: 'off' })).toContain(
      'ranks are untested: not every value',
    );
  });

  test('one model alone is not tested, ranked or called the best, with or without an error, and no method of ranks is cited', () => {
    for (const error of [0.3, null]) {
      const found = models({ a: [18, error] });
      expect(ranksOf(found)).toEqual([['a', undefined, undefined]]);
      expect(found.metrics[0]!.ranking[0]!.probabilityBest).toBe(null);
      expect(found.metrics[0]!.probabilityOfOrder).toBe(null);
      expect(modelsHeadline(found)).toMatch(/^a has FID 18[.\d]*( ± 0.3[0]?)?: one model alone, not ranked$/);
      const table = scoreModelsTable(found, { columns: 80, colors: 'off' });
      expect(table).toContain('ranks are untested: there is nothing to compare with');
      expect(table).toMatch(/^– +a /m);
      const { methods, sources, table: text } = modelsPaper(found);
      expect(sources.join()).not.toMatch(/Holm|Mogstad/);
      expect([methods, text.title].join(' ')).not.toMatch(/Holm|Mogstad|rank|1 models/);
    }
  });

  test('a number that one of them lacks is not ranked, and that one is named', () => {
    const [whole, other] = [exampleReport, ofFid({})];
    const found = scoreModels(
      [
        { source: 'a', report: whole },
        { source: 'b', report: other },
      ],
      { seed: 1 },
    );
    expect(found.metrics.map(({ metric }) => metric)).toEqual(['fid']);
    expect(found.left).toEqual([
      { metric: 'is', missing: ['b'] },
      { metric: 'cmmd', missing: ['a', 'b'] },
    ]);
  });

  test('unlike n is refused', () => {
    const scores = [1500, 1400].map((generated) => ({
      source: `n${generated}`,
      report: ofFid({ n: { reference: 10000, generated } }),
    }));
    expect(thrown(() => scoreModels(scores, { seed: 1 }))).toMatch(
      /^UNLIKE_REPORTS n1500, n1400: both scores must have one number of generated images for fid; got 1500 and 1400/,
    );
  });

  test('its CSV has a line for each model, best first, in all digits', () => {
    const [header, ...lines] = scoreModelsCsv(models({ a: [18.2, 0.3], b: [12.1, 0.25] }))
      .trim()
      .split('\r\n');
    expect(header).toMatch(/^metric,model,value,standard_error,/);
    expect(lines.map((line) => line.split(',').slice(0, 4).join(','))).toEqual([
      'fid,b,12.1,0.25',
      'fid,a,18.2,0.3',
    ]);
  });
});

describe('shortNames', () => {
  test.each([
    [
      ['runs/a/samples.zip', 'runs/b/samples.zip'],
      ['a', 'b'],
    ],
    [
      ['/data/x/one.zip', '/data/x/two.npz'],
      ['one', 'two'],
    ],
    [
      ['a.zip', 'a.npz'],
      ['a.zip', 'a.npz'],
    ],
    [
      ['a', 'x/a'],
      ['a', 'x/a'],
    ],
    [
      ['a/', 'a'],
      ['a (1)', 'a (2)'],
    ],
  ])('of %j are %j', (paths, names) => {
    expect(shortNames(paths)).toEqual(names);
  });
});
