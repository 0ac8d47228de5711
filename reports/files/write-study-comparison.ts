import type { StudyComparison } from '../../sample-size-study/study-comparison.js';
import { drawingBoard } from '../figures/drawing-board.js';
import { stabilityComparisonFigure } from '../figures/stability-comparison-figure.js';
import { stabilityComparisonCsv, stabilityComparisonTable } from '../study/stability-comparison-table.js';
import { studyComparisonPage } from '../study/study-comparison-page.js';
import { studyComparisonSizes, studyComparisonTable } from '../study/study-comparison-table.js';
import { latexTable, markdownTable } from '../text/text-tables.js';
import { strictJson } from './json-formats.js';
import { type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Writes study-comparison.json, with filters stability.csv and a figure, report.html, tables.md and tables.tex, each whole or not at all.
 *
 * @returns the paths written
 */
export async function writeStudyComparison(
  folder: string,
  comparison: StudyComparison,
  writing: WritingOptions,
): Promise<readonly string[]> {
  const { stability } = comparison;
  const figure = stability === undefined ? null : stabilityComparisonFigure(comparison, await drawingBoard());
  const tables = [
    ...(stability === undefined ? [] : [stabilityComparisonTable(comparison)]),
    studyComparisonTable(comparison),
    studyComparisonSizes(comparison),
  ];
  const contents = [
    ['study-comparison.json', strictJson(comparison, 'study comparison')],
    ...(stability === undefined ? [] : [['stability.csv', stabilityComparisonCsv(stability)] as const]),
    ['report.html', studyComparisonPage(comparison, figure)],
    ['tables.md', tables.map(markdownTable).join('\n')],
    ['tables.tex', tables.map(latexTable).join('\n')],
  ] as const;
  return writeReportFiles(folder, { contents, figures: figure === null ? [] : [figure] }, writing);
}
