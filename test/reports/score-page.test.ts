import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { resultFigure } from '../../reports/score/result-figure.js';
import { scoreHeadline } from '../../reports/score/score-headline.js';
import { scorePage } from '../../reports/score/score-page.js';
import { exampleReport } from '../support/score-report.js';

describe('scorePage', () => {
  const markup = scorePage(exampleReport);
  const { document } = parseHTML(markup);

  test('scorePage holds names as text, never as markup', () => {
    expect(document.querySelectorAll('img, b').length).toBe(0);
    expect(document.querySelectorAll('script').length).toBe(1); // the page's own
    expect(document.body.textContent).toContain('a/<img src=x onerror=alert(1)>.png');
    expect(document.title).toBe('Score: samples <b>"new"</b>/ against photos/');
  });

  test('scorePage forbids scripts but its own, and network, by its policy, and refers to nothing outside', () => {
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toMatch(
      /^default-src 'none'; img-src data:; style-src 'sha256-[\w+/]{43}='; script-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
    );
    expect(markup).not.toMatch(/https?:|<[^>]*\ssrc=|@import|url\(/);
  });

  test('scorePage marks each number of a demo encoder', () => {
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent ?? '');
    expect(rows.map((row) => /test-net demo|demo-inception demo/.test(row))).toEqual([false, true, false]);
    expect(document.querySelector('.note')!.textContent).toContain('not comparable with published values');
  });

  test('scorePage begins with the answer, and says each doubt once, by number', () => {
    expect(document.querySelector('h1')!.textContent).toBe(
      'b> against photos: FID 18.12 at n = 1,500; 15.92 (15.30 to 16.54) after bias correction',
    );
    const doubt = { code: 'PAIRED', message: 'images are paired by id' };
    const results = exampleReport.results.map((result) => ({
      ...result,
      warnings: [...result.warnings, doubt],
    }));
    const page = parseHTML(scorePage({ ...exampleReport, results })).document;
    expect([...page.querySelectorAll('.notes li')].map(({ textContent }) => textContent)).toEqual([
      'FID: fid is biased upwards at n = 1,500.',
      'FID, IS and CMMD: images are paired by id.',
    ]);
    const links = [...page.querySelectorAll('td[data-label="notes"]')].map(({ textContent }) => textContent);
    expect(links).toEqual(['1, 2', '2', '2']);
  });

  test('scoreHeadline gives the value with its error where no interval is, and says where there is none', () => {
    const of = (changed: object) =>
      scoreHeadline({ ...exampleReport, results: [{ ...exampleReport.results[0]!, ...changed }] });
    expect(of({ interval: null })).toMatch(/: FID 18\.12 ± 0\.31 at n = 1,500$/);
    expect(of({ interval: null, standardError: null })).toMatch(/: FID 18\.12 at n = 1,500$/);
    expect(of({ value: null, interval: null })).toMatch(/: no metric has a value$/);
  });

  test('resultFigure draws a strip for each result with an interval, and nothing without any', async () => {
    const figure = await resultFigure(exampleReport);
    expect(figure!.panels.map(({ title }) => title)).toEqual(['FID (↓ lower is better), n = 10,000 : 1,500']);
    expect(figure!.numbers.rows).toEqual([
      ['fid', 18.123456789012344, 'limit', 15.92, 15.3, 16.54, 10000, 1500],
    ]);
    const results = exampleReport.results.map((result) => ({ ...result, interval: null }));
    expect(await resultFigure({ ...exampleReport, results })).toBeNull();
  });

  test('scorePage says why a value is missing and which images were left out', () => {
    expect(document.body.textContent).toContain('No value: needs at least 2 images; got 1.');
    expect(document.body.textContent).toContain('1 unreadable left out on request');
  });

  test('scorePage names 200 images that were left out, and counts the rest', () => {
    const skipped = Array.from({ length: 250 }, (_, i) => ({ id: `${i}.png`, reason: 'truncated' }));
    const written = scorePage({ ...exampleReport, generated: { ...exampleReport.generated, skipped } });
    expect(written.match(/: truncated<\/li>/g)).toHaveLength(200);
    expect(written).toContain('… and 50 more: see <code>score.json</code>');
  });
});
