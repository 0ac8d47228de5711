import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritableFile } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import type { CompareReport } from '../../uncertainty/compare-report.js';
import { compareCsv } from '../compare-csv.js';
import { strictJson } from '../strict-json.js';
import { requireNewFiles } from './require-new-files.js';

/** What a comparison writes, and how. */
const FILES: Readonly<Record<string, (report: CompareReport) => string>> = {
  'compare.json': (report) => strictJson(report, 'comparison'),
  'compare.csv': compareCsv,
};

/**
 * Refuses a folder that already holds a comparison, before any work goes into a new one.
 *
 * @throws InputError FILE_EXISTS naming the file
 */
export function requireNoCompareReport(folder: string): Promise<void> {
  return requireNewFiles(folder, Object.keys(FILES));
}

/** Writes compare.json and compare.csv, each whole or not at all. Makes the folder where there is none. */
export async function writeCompareReport(
  folder: string,
  report: CompareReport,
  { existing, signal }: { readonly existing: 'refused' | 'replaced'; readonly signal?: AbortSignal },
): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw await unwritableFile(folder, error);
  }
  const paths: string[] = [];
  for (const [name, content] of Object.entries(FILES)) {
    const path = join(folder, name);
    await writeWhole(path, content(report), { existing, ...(signal === undefined ? {} : { signal }) });
    paths.push(path);
  }
  return paths;
}
