import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritableFile } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import type { ScoreReport } from '../../metrics/score-report.js';
import { scoreCsv } from '../score-csv.js';
import { scoreJson } from '../score-json.js';
import { scorePage } from '../score-page.js';
import { requireNewFiles } from './require-new-files.js';

const NAMES = ['score.json', 'score.csv', 'report.html'] as const;

/**
 * Refuses a folder that already holds a report, before any work goes into a new one.
 *
 * @throws InputError FILE_EXISTS naming the file
 */
export function requireNoReport(folder: string): Promise<void> {
  return requireNewFiles(folder, NAMES);
}

/** Writes score.json, score.csv and report.html, each whole or not at all. Makes the folder where there is none. */
export async function writeScoreReport(
  folder: string,
  report: ScoreReport,
  { existing, signal }: { readonly existing: 'refused' | 'replaced'; readonly signal?: AbortSignal },
): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw await unwritableFile(folder, error);
  }
  const contents = {
    'score.json': scoreJson(report),
    'score.csv': scoreCsv(report),
    'report.html': scorePage(report),
  };
  const paths: string[] = [];
  for (const name of NAMES) {
    const path = join(folder, name);
    await writeWhole(path, contents[name], { existing, ...(signal === undefined ? {} : { signal }) });
    paths.push(path);
  }
  return paths;
}
