import { resolve } from 'node:path';
import { OptionError } from '../../errors.js';
import { countText } from '../../numerics/number-text.js';
import {
  readFilteredImages,
  readGallery,
  readNeighbors,
  readProvenance,
  readSamples,
} from '../../reports/files/read-beside.js';
import { readReport, type StoredReport } from '../../reports/files/read-report.js';
import { writeCompareReport } from '../../reports/files/write-compare-report.js';
import { writeReconstruction } from '../../reports/files/write-reconstruction.js';
import { writeScoreComparison } from '../../reports/files/write-score-comparison.js';
import { writeScoreModels } from '../../reports/files/write-score-models.js';
import { writeScoreReport } from '../../reports/files/write-score-report.js';
import { writeStudyComparison } from '../../reports/files/write-study-comparison.js';
import { writeStudyReport } from '../../reports/files/write-study-report.js';
import { writeTrack } from '../../reports/files/write-track.js';
import { writeUncertaintyReport } from '../../reports/files/write-uncertainty-report.js';
import type { FilteredImages } from '../../reports/filtering/filtered-images.js';
import type { Provenance } from '../../reports/page/page.js';
import type { Neighbors } from '../../reports/score/neighbors.js';
import type { Samples } from '../../reports/score/samples.js';
import { progressText } from '../../reports/study/study-headline.js';
import type { Gallery } from '../../reports/uncertainty/gallery.js';
import type { CommandInput, Outcome } from '../command.js';
import type { OptionsOf } from '../flag.js';
import type { Terminal } from '../terminal.js';
import { writtenLine } from '../terminal.js';
import type { REPORT_FLAGS } from './report.js';

interface Writing {
  readonly existing: 'replaced' | 'refused';
  readonly paper: OptionsOf<typeof REPORT_FLAGS>['paper'];
  readonly provenance: Provenance | null;
  readonly gallery: Gallery | null;
  readonly neighbors: Neighbors | null;
  readonly images: FilteredImages | null;
  readonly samples: Samples | null;
  readonly signal: AbortSignal;
}

function write(folder: string, stored: StoredReport, writing: Writing): Promise<readonly string[]> {
  switch (stored.kind) {
    case 'score':
      return writeScoreReport(folder, stored.report, writing);
    case 'study':
      return writeStudyReport(folder, stored.report, writing);
    case 'compare':
      return writeCompareReport(folder, stored.report, writing);
    case 'uncertainty':
      return writeUncertaintyReport(folder, stored.report, writing);
    case 'score-models':
      return writeScoreModels(folder, stored.report, writing);
    case 'track':
      return writeTrack(folder, stored.report, writing);
    case 'reconstruction':
      return writeReconstruction(folder, stored.report, writing);
    case 'score-comparison':
      return writeScoreComparison(folder, stored.report, writing);
    case 'study-comparison':
      return writeStudyComparison(folder, stored.report, writing);
  }
}

/** `steadfid report`: rebuilds a folder's page, tables and figures from its numbers. */
export async function runReport(
  { arguments: folders, options }: CommandInput<typeof REPORT_FLAGS>,
  terminal: Terminal,
): Promise<Outcome> {
  const [folder] = folders;
  if (folders.length > 1)
    return (await import('./report-models.js')).runReportModels({ folders, options }, terminal);
  const { output = folder!, force, json } = options;
  if (options.with !== undefined) {
    const { runReportComparison } = await import('./report-comparison.js');
    return runReportComparison({ first: folder!, second: options.with, options }, terminal);
  }
  if (json === 'on') {
    throw new OptionError('CONFLICTING_OPTIONS', {
      where: '--json',
      expected: 'goes with --with alone: a folder holds its JSON already',
    });
  }
  const stored = await readReport(folder!);
  const isSame = resolve(output) === resolve(folder!);
  const paths = await write(output, stored, {
    // in its own folder it replaces what the same numbers gave before
    existing: isSame || force === 'on' ? 'replaced' : 'refused',
    paper: options.paper,
    provenance: await readProvenance(folder!),
    gallery: await readGallery(folder!),
    neighbors: await readNeighbors(folder!),
    images: await readFilteredImages(folder!),
    samples: await readSamples(folder!),
    signal: terminal.signal,
  });
  if (stored.kind === 'study' && stored.report.progress !== undefined) {
    const { done, total } = stored.report.progress;
    terminal.warn(
      `${folder} holds an unfinished study: ${progressText(stored.report)}, ${countText(done)} of ${countText(total)} draws. The same study command goes on from there`,
    );
  }
  terminal.remark(writtenLine(output, paths));
  return 'done';
}
