import { join } from 'node:path';
import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';
import type { ImageLabels } from '../image-labels.js';
import { csvLines } from './csv-lines.js';
import { fileExists } from './file-exists.js';
import { parsedJson } from './json-text.js';
import { openNpz } from './npz.js';
import { LARGEST_TABLE_BYTES, readTextFile, requireTextSize } from './regular-file.js';
import { openZip } from './zip-archive.js';

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

async function datasetText(source: string, kind: 'folder' | 'zip'): Promise<string | null> {
  if (kind === 'folder') {
    const path = join(source, DATASET_FILE);
    return (await fileExists(path)) ? readTextFile(path) : null;
  }
  const zip = await openZip(source);
  try {
    const entry = zip.entries.find(({ name }) => name === DATASET_FILE);
    if (entry === undefined) return null;
    requireTextSize(`${source}, entry ${DATASET_FILE}`, entry.size);
    return new TextDecoder().decode(await zip.read(entry));
  } finally {
    await zip.close();
  }
}

async function datasetLabels(
  source: string,
  kind: 'folder' | 'zip',
): Promise<ReadonlyMap<string, string> | null> {
  const text = await datasetText(source, kind);
  if (text === null) return null;
  const content = parsedJson(text, { where: join(source, DATASET_FILE) }) as { labels?: unknown } | null;
  const labels = content?.labels;
  if (!Array.isArray(labels)) return null; // labels: null where there are none
  const isPair = (pair: unknown): pair is [string, unknown] =>
    Array.isArray(pair) && typeof pair[0] === 'string';
  return new Map(labels.filter(isPair).map(([id, label]) => [id, JSON.stringify(label)]));
}

/**
 * The classes that a source of images names itself: `dataset.json` in a folder or zip, `arr_1` of an ADM batch.
 *
 * @param ids  of the images that are taken, in their order
 * @returns null where it names none, or not those of all images
 */
export async function readStoredLabels(
  { source, kind }: { readonly source: string; readonly kind: 'folder' | 'zip' | 'adm-npz' },
  ids: readonly string[],
): Promise<ImageLabels | null> {
  if (kind !== 'adm-npz') {
    const byId = await datasetLabels(source, kind);
    const labels = ids.map((id) => byId?.get(id));
    return labels.every((label) => label !== undefined) && ids.length > 0
      ? { from: DATASET_FILE, labels: labels as readonly string[] }
      : null;
  }
  const npz = await openNpz(source);
  try {
    if (!npz.arrays.includes('arr_1')) return null;
    const { shape, data } = await npz.array('arr_1');
    const rows = ids.map(Number); // ids of an ADM batch are indices
    return shape.length === 1 && rows.every((row) => row < data.length)
      ? { from: 'arr_1', labels: rows.map((row) => String(data[row])) }
      : null;
  } finally {
    await npz.close();
  }
}
