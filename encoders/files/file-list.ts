import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InputError } from '../../errors.js';
import { filesBelow } from './common-folder.js';
import { csvLines } from './csv-lines.js';
import { LARGEST_TABLE_BYTES, readTextFile } from './regular-file.js';

/** Names of the column of paths, of which the first that a table has is taken. */
const PATH_COLUMNS = ['path', 'file', 'filename', 'file_name', 'filepath', 'image', 'id'];
const LABEL_COLUMNS = ['class', 'label'];
const LOOKED_UP_AT_ONCE = 64;
const NAMED = 5;
/** Files that are not there: who gives the wrong list need not wait until all were looked for. */
const MOST_MISSING = 1000;

/** The files that a list names. */
export interface FileList {
  /** that holds them all: the list's own, or the deepest that does */
  readonly folder: string;
  /** below the folder, in the order of the list */
  readonly files: readonly string[];
  /** of a table with a column `class` or `label`: its name, and what it says of each file */
  readonly labels: { readonly column: string; readonly values: readonly string[] } | null;
}

/**
 * A list of files: a path a line (`.txt`), or a table with a column of paths (`.csv`), relative to the list's own folder or absolute.
 *
 * @param column  of a table; default: the first of `path`, `file`, `filename`, `file_name`, `filepath`, `image`, `id` that it has
 * @throws InputError UNREADABLE_FILE if it is no list, or has no such column; MISSING_IDS naming the first five that are no files
 */
export async function readFileList(path: string, column: string | undefined): Promise<FileList> {
  const text = await readTextFile(path, LARGEST_TABLE_BYTES);
  const isTable = /\.csv$/i.test(path);
  const { paths, labels } = isTable ? tableOf(text, path, column) : { paths: linesOf(text), labels: null };
  if (paths.length === 0)
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: 'must name at least one image',
      received: 'none',
    });
  const folder = dirname(path);
  await requireThere(path, folder, paths);
  return { ...filesBelow(folder, paths), labels };
}

/** What a list says, before anything is looked up. */
interface Lines extends Pick<FileList, 'labels'> {
  readonly paths: readonly string[];
}

function linesOf(text: string): readonly string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

function tableOf(text: string, path: string, column: string | undefined): Lines {
  const [header = [], ...rows] = csvLines(text, { where: path, expected: 'not a table of files' });
  const names = column === undefined ? PATH_COLUMNS : [column];
  const name = names.find((one) => header.includes(one));
  if (name === undefined)
    throw new InputError('UNREADABLE_FILE', {
      where: path,
      expected: `must have a column ${names.join(', ').replace(/, (?=[^,]*$)/, ' or ')}`,
      received: header.slice(0, 2 * NAMED).join(', ') || 'none',
      help: 'Name the column of paths with --key.',
    });
  const at = header.indexOf(name);
  const label = LABEL_COLUMNS.find((one) => header.includes(one));
  return {
    paths: rows.map((row) => row[at]!),
    labels:
      label === undefined ? null : { column: label, values: rows.map((row) => row[header.indexOf(label)]!) },
  };
}

async function requireThere(list: string, folder: string, paths: readonly string[]): Promise<void> {
  const missingAt: number[] = [];
  const queue = paths.entries();
  async function look(): Promise<void> {
    for (const [i, path] of queue) {
      const isThere = await stat(resolve(folder, path)).then(
        (found) => found.isFile(),
        () => false,
      );
      if (!isThere) missingAt.push(i);
      if (missingAt.length >= MOST_MISSING) return;
    }
  }
  await Promise.all(Array.from({ length: LOOKED_UP_AT_ONCE }, look));
  if (missingAt.length === 0) return;
  const missing = missingAt.sort((i, j) => i - j).map((i) => paths[i]!);
  const count = missing.length < MOST_MISSING ? `${missing.length}` : `${MOST_MISSING} or more`;
  const more = missing.length > NAMED ? ', …' : '';
  throw new InputError('MISSING_IDS', {
    where: list,
    expected: 'every path must be a file',
    received: `${count} of ${paths.length} that are none: ${missing.slice(0, NAMED).join(', ')}${more}`,
    help: `Paths are relative to the folder of the list, ${folder}.`,
    missing,
  });
}
