import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every file below the folder of a report, but for when, where and by which words it was made, which its page says too. */
export function reportFiles(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || ['provenance.json', 'outputs.json'].includes(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'latin1');
    files[relative(folder, path)] = entry.name === 'report.html' ? withoutProvenance(text, folder) : text;
  }
  return files;
}

/** A page without what its `provenance.json` says. */
function withoutProvenance(page: string, folder: string): string {
  const { command, finished } = JSON.parse(readFileSync(join(folder, 'provenance.json'), 'utf8'));
  return page.replaceAll(command, 'a command').replaceAll(finished, 'then');
}
