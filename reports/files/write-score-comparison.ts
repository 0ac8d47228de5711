import type { ScoreComparison } from '../score/score-comparison.js';
import { scoreComparisonPage } from '../score/score-comparison-page.js';
import { scoreComparisonTable } from '../score/score-comparison-table.js';
import { latexTable, markdownTable } from '../text/text-tables.js';
import { strictJson } from './json-formats.js';
import { type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Writes score-comparison.json, report.html, tables.md and tables.tex, each whole or not at all.
 *
 * @returns the paths written
 */
export function writeScoreComparison(
  folder: string,
  comparison: ScoreComparison,
  writing: WritingOptions,
): Promise<readonly string[]> {
  const plain = scoreComparisonTable(comparison);
  const doubts = (comparison.warnings ?? []).map(({ message }) => `Warning: ${message}.`);
  const table = { ...plain, notes: [...(plain.notes ?? []), ...doubts] };
  const contents = [
    ['score-comparison.json', strictJson(comparison, 'score comparison')],
    ['report.html', scoreComparisonPage(comparison)],
    ['tables.md', markdownTable(table)],
    ['tables.tex', latexTable(table)],
  ] as const;
  return writeReportFiles(folder, { contents, figures: [] }, writing);
}
