import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { defined } from '../../defined.js';
import { temporaryPath } from '../../encoders/files/temporary-files.js';
import { makeFolder } from '../../encoders/files/unwritable-file.js';
import { writeTogether } from '../../encoders/files/write-together.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { throwIfAborted } from '../../numerics/throw-if-aborted.js';
import type { Figure } from '../figures/figure.js';
import { figureCsv } from '../figures/figure.js';
import { captionText, figureSheet, type PrintWidth, printedFigure } from '../figures/figure-sheet.js';
import type { Provenance } from '../page/page.js';
import { PAPER_TEXTS, type Paper } from '../text/paper.js';
import { figurePng } from './figure-png.js';
import { strictJson } from './json-formats.js';
import { forgetUnfinished, readUnfinished, requireNewFiles, UNFINISHED } from './require-new-files.js';
import { facesOf } from './shipped-fonts.js';
import { withPngPictures } from './small-picture.js';
import { svgWithFonts } from './svg-with-fonts.js';

/** Which figures a report wrote, so that those of an earlier one are not taken for a user's own files. */
const INDEX = 'index.json';
const FIGURE_FILE = /^[a-z0-9-]+\.(svg|png|csv|txt)$/;

const PROVENANCE_FILE = 'provenance.json';

/** What every report has beside its data. */
export const PAPER_FILES: readonly string[] = ['report.html', ...Object.keys(PAPER_TEXTS), PROVENANCE_FILE];

/** What goes into a paper, and `provenance.json` where it is known when and where a report was made. */
export function paperFiles(
  paper: Paper,
  provenance: Provenance | null,
): readonly (readonly [string, string])[] {
  return [
    ...Object.entries(PAPER_TEXTS).map(([name, made]) => [name, made(paper)] as const),
    ...(provenance === null ? [] : [[PROVENANCE_FILE, strictJson(provenance, 'provenance')] as const]),
  ];
}

/** Folder of figures for print, and how fine their PNGs are. */
const PRINT = 'print';
const PRINT_DOTS_PER_INCH = 600;
/** Two columns: the units of a sheet are those of `FIGURE_WIDTH` at any width. */
const PRINT_INCHES = 174 / 25.4;

/** A figure for print as SVG and PNG, its caption beside it. */
async function printedFiles(
  figure: Figure,
  wanted: PrintWidth,
): Promise<readonly (readonly [string, string | Uint8Array])[]> {
  const { svg, width } = printedFigure(figure, wanted);
  const [dotsPerInch, inches] = [PRINT_DOTS_PER_INCH, PRINT_INCHES];
  const faces = facesOf(svg);
  // resvg takes the units of the drawing for pixels
  const inUnits = svg.replace(/ width="\d+mm" height="[\d.]+mm"/, '');
  return [
    [`${figure.name}.svg`, await svgWithFonts(svg, faces)],
    [`${figure.name}.png`, await figurePng(figure, inUnits, { dotsPerInch, inches, faces })],
    [`${figure.name}.txt`, captionText(figure, width)],
  ];
}

export interface WritingOptions {
  /** width of figures for print, in `print/`; default: none */
  readonly paper?: PrintWidth | undefined;
  readonly existing: 'replaced' | 'refused';
  readonly signal?: AbortSignal;
}

/**
 * Writes the files of a report and its figures; none appears before all are complete: SVG with its font, PNG at 300 dpi and CSV in `figures/`. Figures of
 * an earlier report that this one does not have are removed. With `paper`, the same for print in `print/`, each with its caption. Makes the folder
 * where there is none.
 *
 * @param contents  name and content of each file
 * @returns the paths written, figures and the list of them last
 * @throws InputError FILE_EXISTS before anything is written, if one of them is there and `existing` is `refused`
 * @throws InputError UNWRITABLE_FILE
 */
export async function writeReportFiles(
  folder: string,
  {
    contents,
    figures,
  }: { readonly contents: readonly (readonly [string, string])[]; readonly figures: readonly Figure[] },
  { existing, signal, paper }: WritingOptions,
): Promise<readonly string[]> {
  const drawn: [string, string | Uint8Array][] = [];
  for (const figure of figures) {
    throwIfAborted(signal, 'report');
    const svg = await withPngPictures(figureSheet(figure));
    const faces = facesOf(svg);
    drawn.push(
      [`${figure.name}.svg`, await svgWithFonts(svg, faces)],
      [`${figure.name}.png`, await figurePng(figure, svg, { faces })],
      [`${figure.name}.csv`, figureCsv(figure)],
    );
  }
  const printed = [];
  for (const figure of paper === undefined ? [] : figures.filter(isOfNumbers)) {
    throwIfAborted(signal, 'report');
    printed.push(...(await printedFiles(figure, paper!)));
  }
  const names = drawn.map(([name]) => name);
  const files: (readonly [string, string | Uint8Array])[] = [
    ...contents,
    ...drawn.map(([name, content]) => [join('figures', name), content] as const),
    ...printed.map(([name, content]) => [join(PRINT, name), content] as const),
  ];
  if (existing === 'refused')
    await requireNewFiles(
      folder,
      files.map(([name]) => name),
    );
  await makeFolder(figures.length > 0 ? join(folder, 'figures') : folder);
  if (printed.length > 0) await makeFolder(join(folder, PRINT));
  const paths = files.map(([name]) => join(folder, name));
  const unfinished = await readUnfinished(folder);
  const list = temporaryPath(join(folder, 'report'), UNFINISHED);
  await writeTogether(
    files.map(([name, content]) => ({ path: join(folder, name), chunks: () => [Buffer.from(content)] })),
    {
      existing: (path) => (unfinished.names.has(relative(folder, path)) ? 'replaced' : existing),
      ...defined({ signal }),
      // between the first and the last name an end would leave a part, which this list tells from a user's files
      onComplete: () => writeFile(list, files.map(([name]) => `${name}\n`).join('')),
    },
  );
  await removeOldFigures(join(folder, 'figures'), names);
  if (paper !== undefined)
    await removeOldFigures(
      join(folder, PRINT),
      printed.map(([name]) => name),
    );
  await forgetUnfinished(unfinished);
  await rm(list, { force: true });
  return figures.length > 0 ? [...paths, join(folder, 'figures', INDEX)] : paths;
}

/** Whether a figure is drawn of numbers; sheets of pictures are for screens. */
function isOfNumbers({ source }: Figure): boolean {
  return source !== 'gallery.json' && source !== 'neighbors.json';
}

async function removeOldFigures(folder: string, names: readonly string[]): Promise<void> {
  const index = join(folder, INDEX);
  const before = await readFile(index, 'utf8').then(indexed, () => []);
  for (const name of before.filter((old) => !names.includes(old)))
    await rm(join(folder, name), { force: true });
  if (names.length > 0)
    await writeWhole(index, `${JSON.stringify(names, null, 2)}\n`, { existing: 'replaced' });
  else if (before.length > 0) await rm(index, { force: true });
}

/** Names in an index that can be ours; an index that we did not write names none. */
function indexed(text: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names)
      ? names.filter((name) => typeof name === 'string' && FIGURE_FILE.test(name))
      : [];
  } catch {
    return [];
  }
}
