import type { StudyReport } from '../../sample-size-study/study-report.js';
import { studySummaryCsv } from '../../sample-size-study/study-summary.js';
import type { FilteredImages } from '../filtering/filtered-images.js';
import type { Provenance } from '../page/page.js';
import type { Samples } from '../score/samples.js';
import { filterReactionsCsv, hasFilterReactions } from '../study/filter-reaction-table.js';
import { stabilityCsv } from '../study/stability-tables.js';
import { studyFigures } from '../study/study-figures.js';
import { studyPaper } from '../study/study-methods.js';
import { studyPage } from '../study/study-page.js';
import { strictJson, studyJson } from './json-formats.js';
import { paperFiles, type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Writes study.json, summary.csv, samples.json and filtered-images.json where pictures are given, with filters stability.csv, and filter-reactions.csv where their scores could be recomputed, report.html, tables.md, tables.tex, references.bib and the figures, each whole or not at all,
 * and the same bytes for the same report and provenance. Makes the folder where there is none.
 *
 * @param provenance  when and where it was made, on the page and as provenance.json
 * @returns the paths written, figures last
 * @throws InputError FILE_EXISTS before anything is written, if one of them is there and `existing` is `refused`; UNWRITABLE_FILE
 * @throws NumericalError NOT_FINITE if a number of the report is NaN or infinite
 */
export async function writeStudyReport(
  folder: string,
  report: StudyReport,
  {
    provenance = null,
    samples = null,
    images = null,
    ...writing
  }: WritingOptions & {
    readonly provenance?: Provenance | null;
    readonly samples?: Samples | null;
    readonly images?: FilteredImages | null;
  },
): Promise<readonly string[]> {
  const json = studyJson(report);
  const figures = await studyFigures(report);
  const contents: readonly (readonly [string, string])[] = [
    ['study.json', json],
    ['summary.csv', studySummaryCsv(report)],
    ...(samples === null ? [] : [['samples.json', strictJson(samples, 'samples')] as const]),
    ...(images === null ? [] : [['filtered-images.json', strictJson(images, 'filtered images')] as const]),
    ...(report.stability === undefined ? [] : [['stability.csv', stabilityCsv(report)] as const]),
    ...(hasFilterReactions(report) ? [['filter-reactions.csv', filterReactionsCsv(report)] as const] : []),
    ['report.html', studyPage(report, figures, { provenance, samples, images })],
    ...paperFiles(studyPaper(report), provenance),
  ];
  return writeReportFiles(folder, { contents, figures }, writing);
}
