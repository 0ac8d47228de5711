import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import { studyComparisonPage } from '../study/study-comparison-page.js';
import { studyComparisonSizes, studyComparisonTable } from '../study/study-comparison-table.js';
import { latexTable, markdownTable } from '../text/text-tables.js';
import { strictJson } from './json-formats.js';
import { type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Writes study-comparison.json, report.html, tables.md and tables.tex, each whole or not at all.
 *
 * @returns the paths written
 */
export function writeStudyComparison(
  folder: string,
  comparison: StudyComparison,
  writing: WritingOptions,
): Promise<readonly string[]> {
  const tables = [studyComparisonTable(comparison), studyComparisonSizes(comparison)];
  const contents = [
    ['study-comparison.json', strictJson(comparison, 'study comparison')],
    ['report.html', studyComparisonPage(comparison)],
    ['tables.md', tables.map(markdownTable).join('\n')],
    ['tables.tex', tables.map(latexTable).join('\n')],
  ] as const;
  return writeReportFiles(folder, { contents, figures: [] }, writing);
}
