import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { csvText } from '../../encoders/files/csv-text.js';
import { InputError } from '../../errors.js';
import {
  FIRST_ID,
  type GenerationCounts,
  type GenerationSettings,
  totalCounts,
} from '../generation-record.js';
import { readMap } from './read-map.js';
import { mapPath, scoresPath } from './write-generated-image.js';

/**
 * How many images there are and how many elements of their maps are below 0, counted in the files, so that a run that was taken up
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
    const { map } = await readMap(mapPath(folder, image, settings), { order: 'chw' });
    size = map.data.length;
    let elements = 0;
    for (let i = 0; i < size; i++) if (map.data[i]! < 0) elements++;
    parts.push({ images: 1, negatives: { elements, images: elements > 0 ? 1 : 0, share: elements / size } });
  }
  return totalCounts(parts, size);
}

/** Alternatives of images, in their order, out of the files in which they wait. */
export async function readScores(
  folder: string,
  images: readonly number[],
): Promise<{ id: number; values: number[] }[]> {
  const rows: { id: number; values: number[] }[] = [];
  for (const image of images) {
    const path = scoresPath(folder, image);
    try {
      rows.push({ id: FIRST_ID + image, values: JSON.parse(await readFile(path, 'utf8')) as number[] });
    } catch (error) {
      throw new InputError(
        'UNREADABLE_FILE',
        {
          where: path,
          expected: 'must hold the scores of a finished image',
          help: 'Pass --force to begin anew.',
        },
        { cause: error },
      );
    }
  }
  return rows;
}

/** The files are no longer needed. */
export async function removeScores(folder: string, images: readonly number[]): Promise<void> {
  const first = images[0];
  if (first !== undefined) await rm(dirname(scoresPath(folder, first)), { recursive: true, force: true });
}

/** `id,feature-norm,…`: ids as those of the images' files, so that they join `scores.csv` and the folder of images. */
export async function alternativesCsv(
  { alternatives }: Pick<GenerationSettings, 'alternatives'>,
  rows: readonly { readonly id: number; readonly values: readonly number[] }[],
): Promise<string> {
  return csvText([
    ['id', ...alternatives.map(({ name }) => name)],
    ...rows.map(({ id, values }) => [`img_${id}`, ...values]),
  ]);
}
