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
});
