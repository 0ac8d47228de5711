import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { csvText } from '../../encoders/files/csv-text.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { readTextFile } from '../../encoders/files/regular-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import { InputError } from '../../errors.js';
import {
  FIRST_ID,
  type GenerationCounts,
  type GenerationSettings,
  totalCounts,
} from '../generation-record.js';
import { readMap } from './read-map.js';
import { latentMapPath, mapPath, scoresPath } from './write-generated-image.js';

export const BEGIN_ANEW = 'Pass --force to begin anew.';

/**
 * How many images there are and how many elements of their maps are below 0 (of latents, of the latents' variances), counted in the files, so that a run that was taken up
 * again counts all.
 *
 * @throws InputError UNREADABLE_FILE if a map is missing or damaged
 */
export async function readGeneratedCounts(
  folder: string,
  images: readonly number[],
  settings: GenerationSettings,
): Promise<GenerationCounts> {
  if (settings.posterior === null) return { images: images.length, negatives: null };
  let size = 0;
  const parts: GenerationCounts[] = [];
  for (const image of images) {
    const path = settings.decoder === null ? mapPath(folder, image, settings) : latentMapPath(folder, image);
    const { map } = await readMap(path, { order: 'chw' });
    size = map.data.length;
    let elements = 0;
    for (let i = 0; i < size; i++) if (map.data[i]! < 0) elements++;
    parts.push({ images: 1, negatives: { elements, images: elements > 0 ? 1 : 0, share: elements / size } });
  }
  return totalCounts(parts, size);
}

/** Alternatives of images, in their order, out of the files in which they wait. */
async function readScores(
  folder: string,
  images: readonly number[],
  { alternatives }: Pick<GenerationSettings, 'alternatives'>,
): Promise<{ id: number; values: number[] }[]> {
  const rows: { id: number; values: number[] }[] = [];
  for (const image of images) {
    const where = scoresPath(folder, image);
    const refused = (cause?: unknown): InputError =>
      new InputError(
        'UNREADABLE_FILE',
        { where, expected: 'must hold the scores of a finished image', help: BEGIN_ANEW },
        { cause },
      );
    const text = await readTextFile(where).catch((error) => Promise.reject(refused(error)));
    const values = parsedJson(text, { where, help: BEGIN_ANEW });
    const isRow = Array.isArray(values) && values.length === alternatives.length;
    if (!isRow || !values.every((value) => value === null || typeof value === 'number')) throw refused();
    rows.push({ id: FIRST_ID + image, values });
  }
  return rows;
}

/** The files are no longer needed. */
export async function removeScores(folder: string, images: readonly number[]): Promise<void> {
  const first = images[0];
  if (first !== undefined) await rm(dirname(scoresPath(folder, first)), { recursive: true, force: true });
}

/**
 * Writes `alternatives.csv`, `id,feature-norm,…`, if there are any: ids as those of the images' files, so that they join `scores.csv`
 * and the folder of images.
 *
 * @throws InputError UNREADABLE_FILE if scores of an image are missing or damaged
 */
export async function writeAlternatives(
  folder: string,
  images: readonly number[],
  settings: Pick<GenerationSettings, 'alternatives'>,
): Promise<void> {
  const names = settings.alternatives.map(({ name }) => name);
  if (names.length === 0) return;
  const rows = await readScores(folder, images, settings);
  const text = csvText([['id', ...names], ...rows.map(({ id, values }) => [`img_${id}`, ...values])]);
  await writeWhole(join(folder, 'alternatives.csv'), text, { existing: 'replaced' });
}

/** A record as its file holds it. */
export function recordText(value: GenerationSettings): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
