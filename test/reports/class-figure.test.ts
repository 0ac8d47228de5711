import { describe, expect, test } from 'vitest';
import { classFigure } from '../../reports/score/class-figure.js';
import { classCsv } from '../../reports/score/class-table.js';
import { scoreHeadline } from '../../reports/score/score-headline.js';
import type { ClassMetric, ClassValue, ScoreReport } from '../../scoring/score-report.js';
import { exampleReport } from '../support/score-report.js';

const [fid] = exampleReport.results;

function value(label: string, change: Partial<ClassValue>): ClassValue {
  return {
    ...{ label, value: 1, standardError: 0.12, interval: null },
    ...{ p: null, pHolm: null, against: null, ...change },
  };
}

function report(results: readonly ClassMetric[]): ScoreReport {
  const labels = [...new Set(results.flatMap(({ values }) => values.map(({ label }) => label)))];
  return {
    ...exampleReport,
    results: [fid!],
    classes: {
      labels: { reference: 'subfolders', generated: 'subfolders' },
      classes: labels.map((label) => ({ label, reference: 50, generated: 40 })),
      alone: { reference: [], generated: [] },
      results,
    },
  };
}

const metric = (values: readonly ClassValue[], id = 'fid'): ClassMetric => ({
  ...{ metric: id, protocol: id, direction: 'lower-is-better', mean: 2, reasons: [], values },
});

const limit = { ...fid!.interval!, estimate: 3.25, low: 2.9, high: 3.6 };
const CLASSES = [
  value('dog <b>', { value: 4.1, interval: limit, against: 'worse', pHolm: 0.001 }),
  value('ant', { value: 0.5 }),
];

describe('the page of classes', () => {
  test('names the worst class in its headline, by the estimate that ranks it', () => {
    expect(scoreHeadline(report([metric(CLASSES)]))).toMatch(
      /: FID 18.12 at n = 1,500; worst of 2 classes is dog <b>, 3.25 \(2.90 to 3.60\) after bias correction$/,
    );
    const plain = [value('dog', { value: 4.1, standardError: null }), value('ant', { value: 0.5 })];
    expect(scoreHeadline(report([metric(plain, 'cmmd')]))).toMatch(
      /: FID 18.12 at n = 1,500; worst of 2 classes is dog, CMMD 4\.100?$/,
    );
    const none = [value('dog', { value: null, reason: 'few' }), value('ant', { value: null, reason: 'few' })];
    expect(scoreHeadline(report([metric(none)]))).toContain('after bias correction');
  });

  test('its figure carries numbers and their errors, with a star where significant, of few classes', async () => {
    const figure = (await classFigure(report([metric(CLASSES)])))!;
    const [panel] = figure.panels;
    for (const { drawing } of [...panel!.views, ...panel!.narrow!.views]) {
      expect(drawing.markup).toContain('3.25* ± 0.12');
      expect(drawing.markup).toContain('0.50 ± 0.12');
    }
    expect(panel!.title).toContain('± standard error; * significantly unlike the other classes');
  });

  test('where there is no room beside, errors stand below; eight metrics side by side, four on a narrow screen', async () => {
    const ids = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'fid' : 'cmmd'));
    const figure = (await classFigure(report(ids.map((id) => metric(CLASSES, id)))))!;
    const { height, views, narrow } = figure.panels[0]!;
    expect(views[0]!.drawing.markup).toMatch(/<tspan[^>]*>3.25\*<\/tspan><tspan[^>]*>± 0.12<\/tspan>/);
    const rows = 2;
    expect(height).toBe(2 * (22 + 34 * rows) + 4);
    expect(narrow!.height).toBe(3 * (22 + 34 * rows) + 4);
  });

  test('equal numbers share a rank and a color', async () => {
    const values = [value('a', { value: 2 }), value('b', { value: 2 }), value('c', { value: 2 })];
    const of = report([metric(values)]);
    const [, ...lines] = classCsv(of).trim().split('\n');
    expect(lines.map((line) => line.split(',')[2])).toEqual(['1', '1', '1']);
    expect(scoreHeadline(of)).toMatch(/; all 3 classes are equal, 2\.00/);
    const { drawing } = (await classFigure(of))!.panels[0]!.views[0]!;
    const fills = [...drawing.markup.matchAll(/<rect[^>]*fill="([^"]+)"/g)].map(([, fill]) => fill);
    expect(fills).toHaveLength(3);
    expect(new Set(fills).size).toBe(1);
  });

  test('many classes are strips of colors without numbers', async () => {
    const values = Array.from({ length: 25 }, (_, i) => value(`class ${i}`, { value: 25 - i }));
    const figure = (await classFigure(report([metric(values)])))!;
    expect(figure.panels[0]!.views[0]!.drawing.markup).not.toContain('± 0.12</text>');
    expect(figure.panels[0]!.title).toBe('all classes');
  });
});
