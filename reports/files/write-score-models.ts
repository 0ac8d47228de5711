import type { Provenance } from '../page/page.js';
import { modelsFigure } from '../score/models-figure.js';
import type { Samples } from '../score/samples.js';
import type { ScoreModels } from '../score/score-models.js';
import { modelsPaper, scoreModelsPage } from '../score/score-models-page.js';
import { scoreModelsCsv } from '../score/score-models-table.js';
import { strictJson } from './json-formats.js';
import { requireNewFiles } from './require-new-files.js';
import { PAPER_FILES, paperFiles, type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Refuses a folder that already holds such a report, before any work goes into a new one.
 *
 * @throws InputError FILE_EXISTS naming the file
 */
export function requireNoModels(folder: string): Promise<void> {
  return requireNewFiles(folder, ['score-models.json', 'score-models.csv', 'samples.json', ...PAPER_FILES]);
}

/**
 * Writes score-models.json, score-models.csv, report.html, tables, references, the figure, and samples.json where it is given, each whole
 * or not at all. Makes the folder where there is none.
 *
 * @returns the paths written
 */
export async function writeScoreModels(
  folder: string,
  scores: ScoreModels,
  {
    provenance = null,
    samples = null,
    ...writing
  }: WritingOptions & { readonly provenance?: Provenance | null; readonly samples?: Samples | null },
): Promise<readonly string[]> {
  const figure = await modelsFigure(scores);
  const contents = [
    ['score-models.json', strictJson(scores, 'score of models')],
    ['score-models.csv', scoreModelsCsv(scores)],
    ['report.html', scoreModelsPage(scores, { figure, samples, provenance })],
    ...(samples === null ? [] : [['samples.json', strictJson(samples, 'samples')] as const]),
    ...paperFiles(modelsPaper(scores), provenance),
  ] as const;
  return writeReportFiles(folder, { contents, figures: figure === null ? [] : [figure] }, writing);
}
