import type { Provenance } from '../page/page.js';
import type { Samples } from '../score/samples.js';
import { modelsPaper, scoreModelsPage } from '../score/score-models-page.js';
import { asModels, type Track, trackCsv } from '../score/track.js';
import { trackFigure } from '../score/track-figure.js';
import { strictJson } from './json-formats.js';
import { requireNewFiles } from './require-new-files.js';
import { PAPER_FILES, paperFiles, type WritingOptions, writeReportFiles } from './write-report-files.js';

/**
 * Refuses a folder that holds another report, before any work goes into a new one.
 *
 * @throws InputError FILE_EXISTS naming the file
 */
export function requireNoTrack(folder: string): Promise<void> {
  return requireNewFiles(folder, ['track.json', 'track.csv', 'samples.json', ...PAPER_FILES]);
}

/**
 * Writes track.json, track.csv, report.html, tables, references, the figure, and samples.json where it is given, each whole or not at all.
 *
 * @returns the paths written
 */
export async function writeTrack(
  folder: string,
  track: Track,
  {
    provenance = null,
    samples = null,
    ...writing
  }: WritingOptions & { readonly provenance?: Provenance | null; readonly samples?: Samples | null },
): Promise<readonly string[]> {
  const figure = await trackFigure(track);
  const models = asModels(track);
  const words = { source: 'track.json', noun: 'checkpoints', order: 'as given' } as const;
  const contents = [
    ['track.json', strictJson(track, 'track')],
    ['track.csv', trackCsv(track)],
    ['report.html', scoreModelsPage(models, { figure, samples, provenance, words })],
    ...(samples === null ? [] : [['samples.json', strictJson(samples, 'samples')] as const]),
    ...paperFiles(modelsPaper(models, words), provenance),
  ] as const;
  return writeReportFiles(folder, { contents, figures: figure === null ? [] : [figure] }, writing);
}
