import { describe, expect, test } from 'vitest';
import type { Figure } from '../../reports/figures/figure.js';
import { figureSheet, printedFigure } from '../../reports/figures/figure-sheet.js';
import { studyJson } from '../../reports/files/json-formats.js';
import { studyFigures } from '../../reports/study/study-figures.js';
import { studyPage } from '../../reports/study/study-page.js';
import { studyTable } from '../../reports/study/study-table.js';
import { exampleStudy } from '../support/study-report.js';

const HOSTILE = `<script>alert('"&')</script>`;

describe('studyPage', () => {
  test('studyPage writes names as data, in text, attributes and drawings', async () => {
    const report = await exampleStudy({ arms: [HOSTILE, 'plain'] });
    const figures = await studyFigures(report);
    const written = studyPage(report, figures);
    expect(written.match(/<script/g)).toHaveLength(1); // the page's own
    expect(written).toContain('&lt;script&gt;');
    for (const figure of figures) expect(figureSheet(figure)).not.toContain('<script');
  });

  test('studyPage holds no style attribute and no style of a drawing, which its policy would refuse', async () => {
    const report = await exampleStudy({ arms: ['one', 'two'] });
    const written = studyPage(report, await studyFigures(report));
    expect(written).not.toMatch(/<[^>]+\sstyle=/);
    expect(written.match(/<style/g)).toHaveLength(1);
  });

  test('studyPage gives no rank to sets without a significant difference, and says which have one', async () => {
    const report = await exampleStudy({ arms: ['one', 'two', 'three'] });
    const alike = {
      ...report.rankings[0]!,
      pairs: report.rankings[0]!.pairs.map((pair) => ({ ...pair, isRanked: false })),
    };
    const apart = { ...alike, pairs: alike.pairs.map((pair) => ({ ...pair, isRanked: true })) };
    const pageOf = (ranking: typeof alike) => studyPage({ ...report, rankings: [ranking] }, []);
    expect(pageOf(alike)).toContain('1 to 3 of 3');
    expect(pageOf(alike)).not.toContain('>2 of 3<');
    expect(pageOf(apart)).toContain('>2 of 3<');
    expect(pageOf(apart)).toContain('Which sets differ significantly');
    expect(pageOf(apart)).toContain('What one value costs');
  });

  test('studyPage counts more than six arms at its head, and folds where their images are', async () => {
    const pageOf = async (count: number) =>
      studyPage(await exampleStudy({ arms: Array.from({ length: count }, (_, i) => `arm ${i}`) }), []);
    const [six, seven] = [await pageOf(6), await pageOf(7)];
    const head = (written: string) => /<dl class="sides">.*?<\/dl>/s.exec(written)![0];
    expect([six, seven].map((written) => head(written).split('samples/').length - 1)).toEqual([6, 0]);
    const fold = /<summary>7 sets and their images<.*?<\/details>/s.exec(seven)![0];
    expect(fold.split('samples/').length - 1).toBe(7);
    expect(seven).toContain('<title>Sample-size study: 7 sets</title>');
  });

  test('studyPage of a demo encoder says so on the page and on every figure', async () => {
    const report = await exampleStudy({ arms: ['one'], origin: 'demo' });
    const figures = await studyFigures(report);
    expect(figures.length).toBeGreaterThan(0);
    for (const figure of figures)
      expect(figureSheet(figure)).toContain('not comparable with published values');
    expect(studyPage(report, figures)).toContain('<strong>Demo encoder</strong>');
    expect(studyTable(report).notes?.join(' ')).toContain('not comparable with published values');
    expect(studyTable(await exampleStudy({ arms: ['one'] })).notes?.join(' ')).not.toContain(
      'published values',
    );
  });
});

describe('studyFigures', () => {
  test('studyFigures draws one point of one arm, and forty arms', async () => {
    for (const report of [
      await exampleStudy({ arms: ['one'], sizes: [50], repeats: 1 }),
      await exampleStudy({ arms: Array.from({ length: 40 }, (_, i) => `arm ${i}`) }),
    ]) {
      const figures = await studyFigures(report);
      expect(figures.length).toBeGreaterThan(0);
      for (const figure of figures) expect(figureSheet(figure)).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  test('studyFigures and studyPage give the same bytes for the report that study.json brings back', async () => {
    const report = await exampleStudy({ arms: ['one', 'two'] });
    const back = JSON.parse(studyJson(report));
    const figures = await studyFigures(report);
    const drawn = (all: readonly Figure[]) =>
      all.map((figure) => [JSON.stringify(figure), printedFigure(figure, '174').svg]);
    expect(drawn(await studyFigures(back))).toEqual(drawn(figures));
    expect(studyPage(back, await studyFigures(back))).toBe(studyPage(report, figures));
  });
});
