import type { UncertaintyReport } from '../../uncertainty/uncertainty-report.js';
import { galleryFigure } from '../figures/gallery-figure.js';
import type { Provenance } from '../page/page.js';
import type { Gallery } from '../uncertainty/gallery.js';
import { uncertaintyFigures } from '../uncertainty/uncertainty-figures.js';
import { uncertaintyPaper } from '../uncertainty/uncertainty-methods.js';
import { uncertaintyPage } from '../uncertainty/uncertainty-page.js';
import { strictJson } from './json-formats.js';
import { requireNewFiles } from './require-new-files.js';
import { PAPER_FILES, paperFiles, type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Refuses a folder that already holds scored maps, before any work goes into new ones.
 *
 * @throws InputError FILE_EXISTS naming the file
 */
export function requireNoUncertaintyReport(folder: string): Promise<void> {
  return requireNewFiles(folder, ['uncertainty.json', 'scores.csv', 'gallery.json', ...PAPER_FILES]);
}

/**
 * Writes uncertainty.json, report.html, tables.md, tables.tex, references.bib and the figures, with scores.csv and gallery.json where
 * they are given, each whole or not at all.
 *
 * @returns the paths written, figures last
 */
export async function writeUncertaintyReport(
  folder: string,
  report: UncertaintyReport,
  {
    provenance = null,
    gallery = null,
    scores,
    ...writing
  }: WritingOptions & {
    readonly provenance?: Provenance | null;
    readonly gallery?: Gallery | null;
    /** the columns as CSV */
    readonly scores?: string;
  },
): Promise<readonly string[]> {
  const figures = await uncertaintyFigures(report);
  const contents: readonly (readonly [string, string])[] = [
    ['uncertainty.json', strictJson(report, 'uncertainty report')],
    ...(scores === undefined ? [] : [['scores.csv', scores] as const]),
    ['report.html', uncertaintyPage(report, figures, { provenance, gallery })],
    ...(gallery === null ? [] : [['gallery.json', strictJson(gallery, 'gallery')] as const]),
    ...paperFiles(uncertaintyPaper(report), provenance),
  ];
  const sheets = gallery === null ? [] : [galleryFigure(gallery)];
  return writeReportFiles(folder, { contents, figures: [...figures, ...sheets] }, writing);
}
