import { openImageSet } from '../../encoders/images/open-image-set.js';
import type { SourcesOptions } from '../../encoders/images/source-options.js';
import type { ReconstructionReport } from '../../scoring/reconstruction.js';
import type { Provenance } from '../page/page.js';
import { type PairPictures, reconstructionPage, reconstructionPaper } from '../score/reconstruction-page.js';
import { reconstructionCsv, worstPairs } from '../score/reconstruction-table.js';
import type { Samples } from '../score/samples.js';
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

/** Pictures of the worst pairs: a row of originals, and one of what was made of them. */
async function madePictures(
  report: ReconstructionReport,
  sources: SourcesOptions | undefined,
): Promise<Samples> {
  const worst = worstPairs(report);
  const row = async (name: 'originals' | 'decoded', ids: readonly string[]) => {
    const options = name === 'originals' ? sources?.reference : sources?.generated;
    const pictures = await picturesOf(report[name].source, ids, options);
    return { name, images: ids.map((id, at) => ({ id, picture: pictures[at]! })) };
  };
  const sets = [
    await row(
      'originals',
      worst.map(({ id }) => id),
    ),
    await row(
      'decoded',
      worst.map(({ decoded }) => decoded),
    ),
  ];
  return { schema: 'steadfid/samples/1', sets };
}

/** The rows as pairs. */
function pairPictures({ sets }: Samples): readonly PairPictures[] {
  const [originals, others] = sets;
  return (originals?.images ?? []).flatMap(({ id, picture }, at) => {
    const decoded = others?.images[at]?.picture;
    return decoded === undefined ? [] : [{ id, original: picture, decoded }];
  });
}

/** @throws InputError FILE_EXISTS naming the file, before any work goes into a new report */
export function requireNoReconstruction(folder: string): Promise<void> {
  return requireNewFiles(folder, ['reconstruction.json', 'pairs.csv', 'samples.json', ...PAPER_FILES]);
}

/**
 * Writes reconstruction.json, pairs.csv, samples.json (pictures of the worst pairs), report.html, tables.md, tables.tex and references.bib, each
 * whole or not at all.
 *
 * @param sources  how the sides were opened
 * @param samples  pictures made before; null: there are none; default: they are made of the images
 * @returns the paths written
 */
export async function writeReconstruction(
  folder: string,
  report: ReconstructionReport,
  {
    provenance,
    sources,
    samples,
    ...writing
  }: WritingOptions & {
    readonly provenance: Provenance | null;
    readonly sources?: SourcesOptions;
    readonly samples?: Samples | null;
  },
): Promise<readonly string[]> {
  const made = samples === undefined ? await madePictures(report, sources) : samples;
  const pictures = made === null ? [] : pairPictures(made);
  const contents: readonly (readonly [string, string])[] = [
    ['reconstruction.json', strictJson(report, 'reconstruction')],
    ['pairs.csv', reconstructionCsv(report)],
    ...(made === null ? [] : [['samples.json', strictJson(made, 'samples')] as const]),
    ['report.html', reconstructionPage(report, { provenance, pictures })],
    ...paperFiles(reconstructionPaper(report), provenance),
  ];
  return writeReportFiles(folder, { contents, figures: [] }, writing);
}
