import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritableFile } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import type { StudyReport } from '../../sample-size-study/study-report.js';
import { studySummaryCsv } from '../../sample-size-study/study-summary-csv.js';
import { studyFigures } from '../study-figures.js';
import { studyJson } from '../study-json.js';
import { studyPage } from '../study-page.js';

/**
 * Writes study.json, summary.csv, report.html and figures/*.svg, each whole or not at all, and the same bytes for the
 * same report. Makes the folder where there is none.
 *
 * @returns the paths written
 * @throws InputError FILE_EXISTS if one of them is there and `existing` is `refused`; UNWRITABLE_FILE
 * @throws NumericalError NOT_FINITE if a number of the report is NaN or infinite
 */
export async function writeStudyReport(
  folder: string,
  report: StudyReport,
  { existing, signal }: { readonly existing: 'replaced' | 'refused'; readonly signal?: AbortSignal },
): Promise<readonly string[]> {
  const figures = await studyFigures(report);
  const contents: readonly (readonly [string, string])[] = [
    ['study.json', studyJson(report)],
    ['summary.csv', studySummaryCsv(report)],
    ['report.html', studyPage(report, figures)],
    ...figures.map(({ name, svg }) => [join('figures', `${name}.svg`), svg] as const),
  ];
  try {
    await mkdir(join(folder, 'figures'), { recursive: true });
  } catch (error) {
    throw await unwritableFile(folder, error);
  }
  const paths: string[] = [];
  for (const [name, content] of contents) {
    const path = join(folder, name);
    await writeWhole(path, content, { existing, ...(signal === undefined ? {} : { signal }) });
    paths.push(path);
  }
  return paths;
}
