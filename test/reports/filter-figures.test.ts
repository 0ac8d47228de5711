import { expect, test } from 'vitest';
import { seededRandom } from '../../numerics/seeded-random.js';
import { figureCsv } from '../../reports/figures/figure.js';
import { studyFigures } from '../../reports/study/study-figures.js';
import { studyPage } from '../../reports/study/study-page.js';
import { filterArms } from '../../sample-size-study/filter-arms.js';
import { filterDesign, filterStudyReport } from '../support/filter-study.js';
import { gaussianCloud } from '../support/gaussian-cloud.js';

const n = 300;
const world = {
  reference: gaussianCloud({ n: 900, d: 2, seed: 5 }),
  generated: gaussianCloud({ n, d: 2, seed: 6, shift: 0.5 }),
  score: Float64Array.from({ length: n }, (_, i) => seededRandom(7, i)()),
};
const armsOf = (...rules: string[]) =>
  filterArms({
    ...{ source: 'generated/', scores: 'scores.csv', columns: ['sum'], rules, keep: 'low' },
    detail: 'without',
  });
const figuresOf = async (...rules: string[]) => {
  const design = await filterDesign({
    arms: armsOf(...rules),
    sizes: [40, 100, 200],
    metrics: ['fid', 'cmmd'],
  });
  const report = await filterStudyReport(design, world);
  return { report, figures: await studyFigures(report) };
};

test('doses of one score are drawn against the share that each removes, with the ratios of the study', async () => {
  const { report, figures } = await figuresOf('q50', 'q90', 'q75');
  const doses = figures.find(({ name }) => name === 'filter-doses')!;
  expect(doses.panels.map(({ title }) => title)).toEqual(['FID', 'CMMD']);
  const rows = doses.numbers.rows.filter(
    ([metric, , , quantity]) => metric === 'fid' && quantity === 'value',
  );
  expect(rows.map(([, filter]) => filter)).toEqual(['filtered: q90', 'filtered: q75', 'filtered: q50']);
  for (const [, filter, removed, , ratio] of rows) {
    const own = report.stability!.find((one) => one.role === 'random' && one.filter === filter)!;
    expect(ratio).toBe(own.value!.ratio);
    const kept = report.curves.find(({ arm }) => arm === filter)!.part!.share;
    expect(removed).toBe(1 - kept);
  }
  expect(figureCsv(doses)).toContain('metric,filter,removed,quantity,ratio,low,high');
});

test('the first figure of one filter has every metric, as it is and relative to the largest n, of what the filter is compared with', async () => {
  const { report, figures } = await figuresOf('q75');
  const [curves] = figures;
  expect(curves!.name).toBe('filter-curves');
  expect(curves!.panels.map(({ title }) => title.split(':')[0])).toEqual(['FID', 'FID', 'CMMD', 'CMMD']);
  expect(curves!.keys.filter(({ series }) => series !== null).map(({ text }) => text)).toEqual([
    'unfiltered',
    'filtered',
    'random',
  ]);
  expect(figures.map(({ name }) => name)).not.toContain('filter-doses');
  // the words of the verdicts are defined once, before the first of them
  const said = studyPage(report, figures).match(
    /<ul class="reasons">|Steadier: between draws|<section id="figure">/g,
  );
  expect(said).toEqual(['<ul class="reasons">', 'Steadier: between draws', '<section id="figure">']);
});
