import { rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileExists } from '../../encoders/files/file-exists.js';
import {
  guardTemporaryFile,
  removeTemporaryFile,
  sweepTemporaryFiles,
  temporaryPath,
} from '../../encoders/files/temporary-files.js';
import { makeFolder, unwritableFile } from '../../encoders/files/unwritable-file.js';
import { throwIfAborted } from '../../encoders/files/whole-file.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { InputError } from '../../errors.js';
import { type Decoding, loadedImage } from '../distortions/distorted-image-set.js';

/**
 * Writes every image of a set as PNG, under its id with the ending `.png`. All appear when the last is written; a folder left half
 * full would be scored as if it were the set.
 *
 * @throws InputError FILE_EXISTS if a file is there and may not be replaced; DUPLICATE_IDS if two ids differ in their ending
 * alone, before anything is written; InterruptedError INTERRUPTED, and nothing is left
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
  const target = resolve(folder);
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory() === false) throw await unwritableFile(folder, { code: 'EEXIST' });
  if (existing === 'refused') await requireNone(folder, names);
  await sweepTemporaryFiles(dirname(target));
  const partial = temporaryPath(target, 'part');
  try {
    guardTemporaryFile(partial);
    await makeFolder(partial);
    for (const [i, entry] of set.entries.entries()) {
      throwIfAborted(folder, signal);
      const { width, height, data } = await loadedImage(entry, decoding);
      const image = sharp(data, { raw: { width, height, channels: 3 } }).png();
      await makeFolder(dirname(join(partial, names[i]!)));
      await writeFile(join(partial, names[i]!), await image.toBuffer());
      onProgress?.(i + 1);
    }
    throwIfAborted(folder, signal);
    if (found === undefined) await rename(partial, target);
    else await moveInto(target, partial, names);
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? await unwritableFile(folder, error) : error;
  } finally {
    await removeTemporaryFile(partial);
  }
}

/** @throws InputError FILE_EXISTS naming the first file that is there */
async function requireNone(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if (!(await fileExists(join(folder, name)))) continue;
    throw new InputError('FILE_EXISTS', {
      where: join(folder, name),
      expected: 'there is already such a file, and it was left as it is',
      help: 'Pass --force to replace it, or write to another path.',
    });
  }
}

/** Finished files into a folder that is there. */
async function moveInto(target: string, partial: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await makeFolder(dirname(join(target, name)));
    await rename(join(partial, name), join(target, name));
  }
}
