import { copyFile, link, mkdir, readdir, realpath, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  guardTemporaryFile,
  removeTemporaryFile,
  sweepTemporaryFiles,
  temporaryPath,
} from '../../encoders/files/temporary-files.js';
import { makeFolder, unwritableFile } from '../../encoders/files/unwritable-file.js';
import { throwIfAborted } from '../../encoders/files/whole-file.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import { InputError } from '../../errors.js';
import type { FilterReport } from '../filter-report.js';

export interface FilteredFolderOptions {
  /** hard links where the file system allows them, or copies */
  readonly files: 'link' | 'copy';
  readonly existing: 'refused' | 'replaced';
  readonly signal?: AbortSignal;
}

const FOLDERS = ['kept', 'dropped'] as const;
const DECISIONS = 'decisions.csv';
const PARTS: readonly string[] = [...FOLDERS, DECISIONS];

/** The image itself under a second name: a link to a symbolic link would lead nowhere from another folder. */
async function linkOrCopy(image: string, to: string, files: 'link' | 'copy'): Promise<void> {
  const from = await realpath(image);
  if (files === 'link') {
    try {
      return await link(from, to);
    } catch (error) {
      // another disk, or a file system without hard links: a copy serves as well
      if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }
  await copyFile(from, to);
}

/** @throws InputError FILE_EXISTS if the folder holds a filter already */
export async function requireNoFilter(folder: string): Promise<void> {
  const found = (await readdir(folder).catch(() => [])).filter((name) => PARTS.includes(name));
  if (found.length === 0) return;
  throw new InputError('FILE_EXISTS', {
    where: join(folder, found[0]!),
    expected: `there is already such a ${found[0] === DECISIONS ? 'file' : 'folder'}, and it was left as it is`,
    help: 'Pass --force to replace it, or write to another folder.',
  });
}

/**
 * `kept/` and `dropped/` with the images under their own names, and `decisions.csv`. They are made aside and moved to their names
 * when they are complete; what stood there goes last. Of two at once each writes all three, the later one stays.
 *
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE; InterruptedError INTERRUPTED
 */
export async function writeFilteredFolder(
  folder: string,
  { images, report, csv }: { readonly images: ImageSet; readonly report: FilterReport; readonly csv: string },
  { files, existing, signal }: FilteredFolderOptions,
): Promise<void> {
  if (existing === 'refused') await requireNoFilter(folder);
  const partial = temporaryPath(join(folder, 'filter'), 'part');
  const part = new Map(report.decisions.map(({ id, kept }) => [id, kept ? 'kept' : 'dropped']));
  try {
    await sweepTemporaryFiles(folder);
    guardTemporaryFile(partial);
    for (const name of FOLDERS) await makeFolder(join(partial, name));
    await writeFile(join(partial, DECISIONS), csv);
    for (const { id, load } of images.entries) {
      const name = part.get(id);
      if (name === undefined) continue;
      throwIfAborted(folder, signal);
      const target = join(partial, name, id);
      await makeFolder(dirname(target));
      if (images.kind === 'folder') {
        await linkOrCopy(join(images.source, id), target, files);
        continue;
      }
      const stored = await load();
      if (stored.kind === 'pixels') throw noFiles(images.source);
      await writeFile(target, stored.bytes);
    }
    throwIfAborted(folder, signal);
    await withLock(join(folder, '.filter.lock'), async () => {
      if (existing === 'refused') await requireNoFilter(folder);
      await moveIntoPlace(partial, folder);
    });
  } catch (error) {
    throw await unwritableFile(folder, error);
  } finally {
    await removeTemporaryFile(partial);
  }
}

/** Two renames a name, and nothing is removed before all of the new result stands. */
async function moveIntoPlace(partial: string, folder: string): Promise<void> {
  const old = temporaryPath(join(folder, 'filter'), 'old');
  await mkdir(old);
  for (const name of PARTS) {
    await rename(join(folder, name), join(old, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(join(partial, name), join(folder, name));
  }
  await removeTemporaryFile(old);
}

function noFiles(source: string): InputError {
  return new InputError('UNREADABLE_IMAGE', {
    where: source,
    expected: 'must hold image files to be written into folders',
    received: 'an array of pixels',
    help: 'Leave -o out and use the ids, or unpack the array into PNG files.',
  });
}
