import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import picomatch from 'picomatch';
import { InputError } from '../../errors.js';
import { byCodePoint } from '../embedded-set.js';
import { type FilesBelow, filesBelow } from './common-folder.js';
import { drawnByReports, readFolderFiles } from './folder-files.js';

/** More names than a person means. */
const MOST_NAMES = 2 ** 20;
const NAMED = 5;

/** Whether a path can be a pattern: `*`, `?`, `[…]`, `{a,b}` or `{000..127}`. */
export function isPattern(path: string): boolean {
  return /[*?]|\[[^\]]+\]|\{[^{}]*(?:,|\.\.)[^{}]*\}/.test(path);
}

/**
 * The files that a pattern names: braces are spelt out first, so that a name of a range without a file is an error; then wildcards
 * are matched against what is there, hidden files and pictures that a report drew aside.
 *
 * @returns files in code-point order, each once, below the folder before the first wildcard; and those that a report drew
 * @throws InputError UNREADABLE_FILE if nothing matches, or the braces spell more than a million names; MISSING_IDS naming the first
 *   five files that the braces spell and that are not there
 */
export async function matchedFiles(
  pattern: string,
): Promise<FilesBelow & { readonly drawn: readonly string[] }> {
  const spelt = spellings(pattern);
  if (spelt === null)
    throw new InputError('UNREADABLE_FILE', {
      where: pattern,
      expected: `its braces must spell at most ${MOST_NAMES.toLocaleString('en-US')} names`,
    });
  const found = new Set<string>();
  const drawn = new Set<string>();
  const missing: string[] = [];
  for (const path of spelt) {
    if (isPattern(path)) await addMatches(path, { found, drawn });
    else if (await isFile(path)) found.add(path);
    else missing.push(path);
  }
  if (missing.length > 0)
    throw new InputError('MISSING_IDS', {
      where: pattern,
      expected: 'every file that the braces name must be there',
      received: `${missing.length} of ${spelt.length} that are not: ${missing.slice(0, NAMED).join(', ')}${missing.length > NAMED ? ', …' : ''}`,
      help: 'Check the range, or name the files that there are.',
      missing,
    });
  if (found.size === 0)
    throw new InputError('UNREADABLE_FILE', {
      where: pattern,
      expected: 'no file matches',
      help: 'Check the pattern; ** stands for folders of any depth, and quotes keep the shell from expanding it.',
    });
  const folder = spelt.map(staticFolder).reduce((first, second) => (first === second ? first : '.'));
  const below = filesBelow(
    folder,
    [...found].map((path) => resolve(path)),
  );
  return { ...below, files: [...below.files].sort(byCodePoint), drawn: [...drawn] };
}

/** Of a pattern with wildcards, the files that are there. */
async function addMatches(
  pattern: string,
  { found, drawn }: { readonly found: Set<string>; readonly drawn: Set<string> },
): Promise<void> {
  const { folder, rest } = atWildcard(pattern);
  const matches = picomatch(rest);
  const files = await readFolderFiles(folder, { skipped: (name) => name.startsWith('.') });
  const isDrawn = drawnByReports(files);
  for (const file of files) if (matches(file)) (isDrawn(file) ? drawn : found).add(join(folder, file));
}

/** A pattern without braces as the folder before its first wildcard, and the rest. */
export function atWildcard(pattern: string): { readonly folder: string; readonly rest: string } {
  const folder = staticFolder(pattern);
  const rest = pattern.startsWith(`${folder}/`)
    ? pattern.slice(folder.length + 1)
    : pattern.replace(/^\//, '');
  return { folder, rest };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** The folder before the first wildcard. */
function staticFolder(path: string): string {
  const parts = path.split('/');
  const first = parts.findIndex((part) => isPattern(part));
  const folder = first < 0 ? dirname(path) : parts.slice(0, first).join('/');
  return folder === '' ? (path.startsWith('/') ? '/' : '.') : folder;
}

/** Every name that the braces of a pattern stand for; null for too many. */
export function spellings(pattern: string): readonly string[] | null {
  const [whole, before = '', inner = '', after = ''] =
    /^(.*?)\{([^{}]*(?:,|\.\.)[^{}]*)\}(.*)$/s.exec(pattern) ?? [];
  if (whole === undefined) return [pattern];
  const choices = range(inner) ?? inner.split(',');
  const rests = choices.length > MOST_NAMES ? null : spellings(after);
  if (rests === null || choices.length * rests.length > MOST_NAMES) return null;
  return choices.flatMap((choice) => rests.map((rest) => `${before}${choice}${rest}`));
}

/** `000..127`, as wide as its ends are. */
function range(text: string): readonly string[] | null {
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text) ?? [];
  if (from === undefined || to === undefined) return null;
  const [first, last] = [Number(from), Number(to)];
  const width = /^0\d/.test(from) || /^0\d/.test(to) ? Math.max(from.length, to.length) : 0;
  const step = first <= last ? 1 : -1;
  const count = Math.min(Math.abs(last - first) + 1, MOST_NAMES + 1);
  return Array.from({ length: count }, (_, i) => String(first + step * i).padStart(width, '0'));
}
