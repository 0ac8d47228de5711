import type { CompareReport } from '../../filtering/compare-report.js';
import { compareCsv } from '../filtering/compare-csv.js';
import { compareFigures } from '../filtering/compare-figures.js';
import { comparePaper } from '../filtering/compare-methods.js';
import { comparePage } from '../filtering/compare-page.js';
import type { FilteredImages } from '../filtering/filtered-images.js';
import type { Provenance } from '../page/page.js';
import { strictJson } from './json-formats.js';
import { requireNewFiles } from './require-new-files.js';
import { PAPER_FILES, paperFiles, type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Refuses a folder that already holds a comparison, before any work goes into a new one.
 *
 * @throws InputError FILE_EXISTS naming the file
 */
export function requireNoCompareReport(folder: string): Promise<void> {
  return requireNewFiles(folder, ['compare.json', 'compare.csv', 'filtered-images.json', ...PAPER_FILES]);
}

/**
 * Writes compare.json, compare.csv, report.html, tables.md, tables.tex, references.bib and the figures, with filtered-images.json where it is given, each whole or not at all.
 *
 * @returns the paths written, figures last
 */
export async function writeCompareReport(
  folder: string,
  report: CompareReport,
  {
    provenance = null,
    images = null,
    ...writing
  }: WritingOptions & {
    readonly provenance?: Provenance | null;
    readonly images?: FilteredImages | null;
  },
): Promise<readonly string[]> {
  const json = strictJson(report, 'comparison');
  const figures = await compareFigures(report);
  const contents: readonly (readonly [string, string])[] = [
    ['compare.json', json],
    ['compare.csv', compareCsv(report)],
    ['report.html', comparePage(report, figures, { provenance, images })],
    ...(images === null ? [] : [['filtered-images.json', strictJson(images, 'filtered images')] as const]),
    ...paperFiles(comparePaper(report), provenance),
  ];
  return writeReportFiles(folder, { contents, figures }, writing);
}
