import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourcesOptions } from '../../encoders/images/source-options.js';
import type { ReconstructionReport } from '../../scoring/reconstruction.js';
import type { Provenance } from '../page/page.js';
import {
  type PairPictures,
  reconstructionPage,
  reconstructionSources,
} from '../score/reconstruction-page.js';
import { reconstructionCsv, reconstructionTextTable, worstPairs } from '../score/reconstruction-table.js';
import { strictJson } from './json-formats.js';
import { requireNewFiles } from './require-new-files.js';
import { pictureReader } from './small-picture.js';
import { PAPER_FILES, paperFiles, type WritingOptions, writeReportFiles } from './write-report-files.js';

/** Small pictures of some images of a source, in the order of the ids. */
async function picturesOf(
  source: string,
  ids: readonly string[],
  options: SourcesOptions['reference'] | undefined,
): Promise<readonly string[]> {
  const set = await openImageSet(source, options);
  try {
    const picture = pictureReader(set);
    const pictures: string[] = [];
    for (const id of ids) pictures.push(await picture(id));
    return pictures;
  } finally {
    await set.close();
  }
}

async function pairPictures(
  report: ReconstructionReport,
  sources: SourcesOptions | undefined,
): Promise<readonly PairPictures[]> {
  const worst = worstPairs(report);
  const originals = await picturesOf(
    report.originals.source,
    worst.map(({ id }) => id),
    sources?.reference,
  );
  const others = await picturesOf(
    report.decoded.source,
    worst.map(({ decoded }) => decoded),
    sources?.generated,
  );
  return worst.map(({ id }, i) => ({ id, original: originals[i]!, decoded: others[i]! }));
}

/** @throws InputError FILE_EXISTS naming the file, before any work goes into a new report */
export function requireNoReconstruction(folder: string): Promise<void> {
  return requireNewFiles(folder, ['reconstruction.json', 'pairs.csv', ...PAPER_FILES]);
}

/**
 * Writes reconstruction.json, pairs.csv, report.html, tables.md, tables.tex and references.bib, each whole or not at all.
 *
 * @param sources  how the sides were opened
 * @returns the paths written
 */
export async function writeReconstruction(
  folder: string,
  report: ReconstructionReport,
  {
    provenance,
    sources,
    ...writing
  }: WritingOptions & { readonly provenance: Provenance | null; readonly sources?: SourcesOptions },
): Promise<readonly string[]> {
  const pictures = await pairPictures(report, sources);
  const contents: readonly (readonly [string, string])[] = [
    ['reconstruction.json', strictJson(report, 'reconstruction')],
    ['pairs.csv', reconstructionCsv(report)],
    ['report.html', reconstructionPage(report, { provenance, pictures })],
    ...paperFiles({
      table: reconstructionTextTable(report),
      sources: reconstructionSources(report),
      provenance,
    }),
  ];
  return writeReportFiles(folder, { contents, figures: [] }, writing);
}
