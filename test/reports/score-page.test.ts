import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { scorePage } from '../../reports/score/score-page.js';
import { exampleReport } from '../support/score-report.js';

describe('scorePage', () => {
  const markup = scorePage(exampleReport);
  const { document } = parseHTML(markup);

  test('scorePage holds names as text, never as markup', () => {
    expect(document.querySelectorAll('img, script, b').length).toBe(0);
    expect(document.body.textContent).toContain('a/<img src=x onerror=alert(1)>.png');
    expect(document.title).toBe('Score: samples <b>"new"</b>/ against photos/');
  });

  test('scorePage forbids scripts and network by its policy, and refers to nothing outside', () => {
    const policy = document.querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toMatch(
      /^default-src 'none'; img-src data:; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
    );
    expect(markup).not.toMatch(/https?:|<[^>]*\ssrc=|@import|url\(/);
  });

  test('scorePage marks each number of a demo encoder', () => {
    const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent ?? '');
    expect(rows.map((row) => row.includes('demo encoder: not comparable with published values'))).toEqual([
      false,
      true,
      false,
    ]);
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
