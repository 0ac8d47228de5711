import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unwritableFile } from '../../encoders/files/unwritable-file.js';
import { writeWhole } from '../../encoders/files/write-whole.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { InputError } from '../../errors.js';
import { type Decoding, loadedImage } from '../distortions/distorted-image-set.js';

/**
 * Writes every image of a set as PNG, under its id with the ending `.png`.
 *
 * @throws InputError FILE_EXISTS if a file is there and may not be replaced; DUPLICATE_IDS if two ids differ in their ending
 * alone, before anything is written
 */
export async function writeImageFolder(
  folder: string,
  set: ImageSet,
  {
    existing,
    decoding = {},
    signal,
    onProgress,
  }: {
    readonly existing: 'replaced' | 'refused';
    readonly decoding?: Decoding;
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number) => void;
  },
): Promise<void> {
  const { default: sharp } = await import('sharp');
  const names = set.entries.map(({ id }) => `${id.replace(/\.[^./]+$/, '')}.png`);
  const seen = new Set<string>();
  const twice = names.findIndex((name) => seen.size === seen.add(name).size);
  if (twice >= 0) {
    throw new InputError('DUPLICATE_IDS', {
      where: set.source,
      expected: 'no two images may become one file',
      received: `${set.entries[twice]!.id} and another, both ${names[twice]}`,
      help: 'Rename one of them.',
    });
  }
  for (const [i, entry] of set.entries.entries()) {
    const { width, height, data } = await loadedImage(entry, decoding);
    const bytes = await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer();
    const path = join(folder, names[i]!);
    await mkdir(dirname(path), { recursive: true }).catch(async (error) => {
      throw await unwritableFile(folder, error);
    });
    await writeWhole(path, bytes, { existing, ...(signal === undefined ? {} : { signal }) });
    onProgress?.(i + 1);
  }
}
