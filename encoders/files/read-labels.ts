import { join } from 'node:path';
import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';
import type { StoredLabels } from '../images/image-set.js';
import { csvLines } from './csv-lines.js';
import { fileExists } from './file-exists.js';
import { parsedJson } from './json-text.js';
import { LARGEST_TABLE_BYTES, readTextFile, requireTextSize } from './regular-file.js';
import type { ZipArchive } from './zip-archive.js';

const FORMAT = 'Write a header such as "id,class" and a line for each image.';

/** Labels of a CSV file by the ids of images. */
export interface LabelsFile {
  /** the path as the caller typed it */
  readonly source: string;
  readonly byId: ReadonlyMap<string, string>;
}

/**
 * Labels of images from a CSV file (RFC 4180): a header, then an id and its label a line.
 *
 * @throws InputError UNREADABLE_FILE; DUPLICATE_IDS where an id has two labels
 */
export async function readLabels(path: string): Promise<LabelsFile> {
  const refused = (expected: string, received?: string): InputError =>
    new InputError('UNREADABLE_FILE', { where: path, expected, ...defined({ received }), help: FORMAT });
  const text = await readTextFile(path, LARGEST_TABLE_BYTES);
  const [header, ...rows] = csvLines(text, { where: path, expected: 'not a table of labels', help: FORMAT });
  if (header === undefined || header[0] !== 'id' || header.length !== 2) {
    throw refused('the first line must be id and the name of the label', `"${(header ?? []).join(',')}"`);
  }
  const byId = new Map<string, string>();
  for (const [line, [id, label]] of rows.entries()) {
    if (label === '') throw refused(`line ${line + 2} must have a label`, `"${id},"`);
    if ((byId.get(id!) ?? label) !== label) {
      throw new InputError('DUPLICATE_IDS', {
        where: path,
        expected: 'an id must have one label',
        received: `${id}: ${byId.get(id!)} and ${label}`,
      });
    }
    byId.set(id!, label!);
  }
  return { source: path, byId };
}

/** `{"labels": [["00000/img00000000.png", 6], …]}`, as StyleGAN’s dataset tool writes it beside the images. */
const DATASET_FILE = 'dataset.json';

function datasetLabels(text: string, where: string): StoredLabels | null {
  const content = parsedJson(text, { where }) as { labels?: unknown } | null;
  const labels = content?.labels;
  if (!Array.isArray(labels)) return null; // labels: null where there are none
  const isPair = (pair: unknown): pair is [string, unknown] =>
    Array.isArray(pair) && typeof pair[0] === 'string';
  const pairs = labels.filter(isPair);
  return { from: DATASET_FILE, byId: new Map(pairs.map(([id, label]) => [id, JSON.stringify(label)])) };
}

/** The classes that `dataset.json` in a folder names; null where there are none. */
export async function readFolderLabels(folder: string): Promise<StoredLabels | null> {
  const path = join(folder, DATASET_FILE);
  return (await fileExists(path)) ? datasetLabels(await readTextFile(path), path) : null;
}

/**
 * The same of a zip.
 *
 * @param within  the folder in it whose file is meant, with `/` at its end
 */
export async function readZipLabels(zip: ZipArchive, within: string): Promise<StoredLabels | null> {
  const entry = zip.entries.find(({ name }) => name === `${within}${DATASET_FILE}`);
  if (entry === undefined) return null;
  const where = `${zip.path}, entry ${entry.name}`;
  requireTextSize(where, entry.size);
  return datasetLabels(new TextDecoder().decode(await zip.read(entry)), where);
}
