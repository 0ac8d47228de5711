import { InputError } from '../../errors.js';
import {
  openParquet,
  type ParquetColumn,
  type ParquetFile,
  type ParquetRows,
} from '../files/parquet-file.js';
import type { ImageEntry, ImageSet, StoredImage, StoredLabels } from './image-set.js';
import { requireImages } from './require-images.js';

/** Columns of classes, of which the first that a file has is taken. */
const LABEL_COLUMNS = ['label', 'class', 'labels', 'cls'];
const COLUMNS_SHOWN = 10;

/** Bytes: a binary column, or the field `bytes` of a struct, as Hugging Face's datasets keep images. */
function mayHoldImages({ path, type, isText }: ParquetColumn): boolean {
  if (type !== 'BYTE_ARRAY' || isText) return false;
  return path.length === 1 || (path.length === 2 && path[1] === 'bytes');
}

function imageColumn({ path, columns }: ParquetFile, key: string | undefined): ParquetColumn {
  const found = columns.filter(
    (column) => mayHoldImages(column) && (key === undefined || column.path[0] === key),
  );
  if (found.length === 1) return found[0]!;
  const shown = (found.length === 0 ? columns : found)
    .slice(0, COLUMNS_SHOWN)
    .map(({ path: names, type, isText }) => `${names.join('.')} (${isText ? 'text' : type})`);
  throw new InputError('UNREADABLE_FILE', {
    where: path,
    expected:
      key === undefined
        ? 'must have one column of images (binary, or a struct with bytes)'
        : `must have a column ${key} of images (binary, or a struct with bytes)`,
    received: `${shown.join(', ') || 'no columns'}${columns.length > COLUMNS_SHOWN ? ', …' : ''}`,
    help:
      found.length > 1
        ? 'Name the one that is taken with --key.'
        : 'Pass a file that holds the images themselves.',
  });
}

/** A row of a file: one of a million, so that it holds no function. */
class ParquetImage implements ImageEntry {
  readonly id: string;
  readonly #path: string;
  readonly #rows: ParquetRows;
  readonly #row: number;

  constructor(
    id: string,
    { path, rows, row }: { readonly path: string; readonly rows: ParquetRows; readonly row: number },
  ) {
    this.id = id;
    this.#path = path;
    this.#rows = rows;
    this.#row = row;
  }

  get load(): ImageEntry['load'] {
    return () => this.#read();
  }

  async #read(): Promise<StoredImage> {
    const value = await this.#rows.value(this.#row);
    if (value instanceof Uint8Array) return { kind: 'encoded', bytes: new Uint8Array(value) };
    throw new InputError('UNREADABLE_IMAGE', {
      where: `${this.#path}, row ${this.#row}`,
      expected: 'the row holds no image',
      help: 'Embed the images in the file; a path alone is not followed.',
    });
  }
}

async function labelsOf(files: readonly ParquetFile[], ids: readonly string[]): Promise<StoredLabels | null> {
  const byId = new Map<string, string>();
  let from: string | undefined;
  let first = 0;
  for (const file of files) {
    const column = file.columns.find(
      ({ path, type }) =>
        path.length === 1 &&
        LABEL_COLUMNS.includes(path[0]!) &&
        ['INT32', 'INT64', 'BYTE_ARRAY'].includes(type),
    );
    if (column === undefined) return null;
    from ??= `column ${column.path[0]}`;
    const rows = await file.column(column);
    for (let row = 0; row < file.rows; row++) {
      const value = await rows.value(row);
      const text =
        value instanceof Uint8Array ? new TextDecoder().decode(value) : value === null ? null : String(value);
      if (text !== null) byId.set(ids[first + row]!, text);
    }
    first += file.rows;
  }
  return from === undefined ? null : { from, byId };
}

/**
 * The images of a column of one or several parquet files, named by their zero-padded row, counted through all files.
 *
 * @param key  the column, where there are several of images
 * @throws InputError UNREADABLE_FILE as `openParquet`, or where no column holds images, with those there are; SampleSizeError EMPTY_FOLDER
 *   for no rows; loading throws UNREADABLE_IMAGE for a row without an image
 */
export async function parquetImages(
  source: string,
  paths: readonly string[],
  key: string | undefined,
): Promise<ImageSet> {
  const files: ParquetFile[] = [];
  const close = async (): Promise<void> => {
    for (const file of files) await file.close();
  };
  try {
    for (const path of paths) files.push(await openParquet(path));
    const total = files.reduce((sum, { rows }) => sum + rows, 0);
    const digits = String(Math.max(0, total - 1)).length;
    const entries: ImageEntry[] = [];
    for (const file of files) {
      const rows = await file.column(imageColumn(file, key));
      for (let row = 0; row < file.rows; row++) {
        const id = String(entries.length).padStart(digits, '0');
        entries.push(new ParquetImage(id, { path: file.path, rows, row }));
      }
    }
    const ids = entries.map(({ id }) => id);
    requireImages(source, { ids, others: [], help: 'Pass a file with rows.' });
    return { source, kind: 'parquet', entries, labels: () => labelsOf(files, ids), close };
  } catch (error) {
    await close();
    throw error;
  }
}
