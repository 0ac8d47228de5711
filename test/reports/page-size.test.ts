import { describe, expect, test } from 'vitest';
import { studyFigures } from '../../reports/study-figures.js';
import { studyPage } from '../../reports/study-page.js';
import { uncertaintyFigures } from '../../reports/uncertainty-figures.js';
import { uncertaintyPage } from '../../reports/uncertainty-page.js';
import { exampleStudy } from '../support/study-report.js';
import { exampleUncertainty } from '../support/uncertainty-report.js';

const MOST = 3_000_000;

describe('the size of a page', () => {
  test('a study of 10,000 rows makes a page below 3 MB that leaves out nothing', async () => {
    const report = await exampleStudy({
      arms: Array.from({ length: 10 }, (_, i) => `arm ${i}`),
      metrics: ['fid', 'kid'],
      repeats: 100,
    });
    expect(
      report.curves.reduce(
        (sum, { points }) => sum + points.reduce((n, { values }) => n + values.length, 0),
        0,
      ),
    ).toBe(10_000);
    const written = studyPage(report, await studyFigures(report));
    expect(Buffer.byteLength(written)).toBeLessThan(MOST);
    expect(written).not.toContain('it leaves out');
  });

  test('forty arms of six metrics at ten sizes make a page below 3 MB that says what it leaves out', async () => {
    const report = await exampleStudy({
      arms: Array.from({ length: 40 }, (_, i) => `arm ${i}`),
      metrics: ['fid', 'kid', 'fid-tf', 'fid-clean', 'clip-fid', 'fd-dinov2'],
      sizes: [50, 75, 100, 150, 200, 300, 400, 500, 600, 800],
      repeats: 12,
    });
    const written = studyPage(report, await studyFigures(report));
    expect(Buffer.byteLength(written)).toBeLessThan(MOST);
    expect(written).toContain('To keep this page below 3 MB it leaves out');
  });

  test('uncertainty maps of 10,000 images make a page below 3 MB', async () => {
    const report = exampleUncertainty({ images: 10_000 });
    const written = uncertaintyPage(report, await uncertaintyFigures(report));
    expect(Buffer.byteLength(written)).toBeLessThan(MOST);
  });
});
