import { describe, expect, test } from 'vitest';
import { studyComparisonPage } from '../../reports/study/study-comparison-page.js';
import { studyComparison } from '../../sample-size-study/study-comparison.js';
import { exampleStudy } from '../support/study-report.js';

describe('studyComparisonPage', () => {
  test.each([
    'demo',
    'custom',
  ] as const)('studyComparisonPage of a %s encoder says so if it is a demo', async (origin) => {
    const report = await exampleStudy({ arms: ['one'], origin });
    const written = studyComparisonPage(
      studyComparison({ source: 'first', report }, { source: 'second', report }),
    );
    expect(written.includes('not comparable with published values')).toBe(origin === 'demo');
  });

  test('calls studies by what tells their paths apart, whole paths below, and says that nothing differs where nothing does', async () => {
    const report = await exampleStudy({ arms: ['one'] });
    const [first, second] = ['/a/long/way/to/runs/one', '/a/long/way/to/runs/two'] as const;
    const comparison = studyComparison({ source: first, report }, { source: second, report });
    const page = studyComparisonPage(comparison);
    const head = page.slice(page.indexOf('<h1>'), page.indexOf('<nav'));
    expect(head).toContain('<dt>first</dt><dd>one</dd>');
    expect(head).not.toContain('long/way');
    expect(page.slice(page.indexOf('Where the numbers come from'))).toContain(`<code>${first}</code>`);
    expect(page).toContain('<h2>No significant difference</h2>');
    expect(page).not.toContain('<h2>What differs</h2>');
    const decided = comparison.curves.map((curve) => ({ ...curve, better: null, pValue: 0.01 })); // of no direction
    expect(studyComparisonPage({ ...comparison, curves: decided })).toContain('<h2>What differs</h2>');
  });
});
