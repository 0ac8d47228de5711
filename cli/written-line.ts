import { join } from 'node:path';

/** One line for all files of a report. */
export function writtenLine(folder: string, paths: readonly string[]): string {
  return `wrote ${join(folder, 'report.html')} and ${paths.length - 1} more files in ${folder}`;
}
