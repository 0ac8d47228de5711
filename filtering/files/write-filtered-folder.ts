import { copyFile, link, mkdir, readdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  guardTemporaryFile,
  releaseTemporaryFile,
  removeTemporaryFile,
  sweepTemporaryFiles,
  temporaryOwner,
  temporaryPath,
} from '../../encoders/files/temporary-files.js';
import { makeFolder, unwritableFile } from '../../encoders/files/unwritable-file.js';
import { throwIfAborted } from '../../encoders/files/whole-file.js';
import { imageFormat } from '../../encoders/images/formats/image-format.js';
import { isImagePath } from '../../encoders/images/image-names.js';
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

/** Whole results of killed processes of this machine, of which some parts may not stand under their names yet. */
async function readyFolders(folder: string): Promise<string[]> {
  const found = (await readdir(folder).catch(() => [])).filter(
    (name) => temporaryOwner(name, 'ready') === 'dead',
  );
  return found.map((name) => join(folder, name));
}

/** @throws InputError FILE_EXISTS if the folder holds a filter already, and not part of one that a killed run did not finish */
export async function requireNoFilter(folder: string): Promise<void> {
  if ((await readyFolders(folder)).length > 0) return;
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
 * when they are complete; what stood there goes last. Of two at once each writes all three, the later one stays. What a run
 * that was killed on the way had ready is moved to its names first.
 *
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE; InterruptedError INTERRUPTED
 */
export async function writeFilteredFolder(
  folder: string,
  { images, report, csv }: { readonly images: ImageSet; readonly report: FilterReport; readonly csv: string },
  { files, existing, signal }: FilteredFolderOptions,
): Promise<void> {
  const lock = join(folder, '.filter.lock');
  const isCompleted = await completedKilled(folder, lock);
  await sweepTemporaryFiles(folder);
  if (isCompleted && existing === 'refused' && (await readFile(join(folder, DECISIONS), 'utf8')) === csv)
    return;
  if (existing === 'refused') await requireNoFilter(folder);
  const partial = temporaryPath(join(folder, 'filter'), 'part');
  const part = new Map(report.decisions.map(({ id, kept }) => [id, kept ? 'kept' : 'dropped']));
  try {
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
      await writeFile(isImagePath(id) ? target : `${target}${endingOf(stored.bytes)}`, stored.bytes);
    }
    throwIfAborted(folder, signal);
    await withLock(lock, async () => {
      if (existing === 'refused') await requireNoFilter(folder);
      const ready = temporaryPath(join(folder, 'filter'), 'ready');
      await rename(partial, ready); // from here on a kill leaves what the next run completes
      releaseTemporaryFile(partial);
      await moveIntoPlace(ready, folder);
    });
  } catch (error) {
    throw await unwritableFile(folder, error);
  } finally {
    await removeTemporaryFile(partial);
  }
}

/** Completes what killed runs had ready; whether there was any. */
async function completedKilled(folder: string, lock: string): Promise<boolean> {
  if ((await readyFolders(folder)).length === 0) return false;
  await withLock(lock, async () => {
    for (const ready of await readyFolders(folder)) await moveIntoPlace(ready, folder);
  });
  return true;
}

/** Two renames a name, and nothing is removed before all of the new result stands; names that stand already are left. */
async function moveIntoPlace(ready: string, folder: string): Promise<void> {
  const old = temporaryPath(join(folder, 'filter'), 'old');
  await mkdir(old);
  for (const name of await readdir(ready)) {
    await rename(join(folder, name), join(old, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(join(ready, name), join(folder, name));
  }
  await removeTemporaryFile(ready);
  await removeTemporaryFile(old);
}

/** The ending of an image whose id has none: of a tar or table. */
function endingOf(bytes: Uint8Array): string {
  const format = imageFormat(bytes) ?? '';
  return format === 'pnm' ? '.ppm' : format && `.${format}`;
}

function noFiles(source: string): InputError {
  return new InputError('UNREADABLE_IMAGE', {
    where: source,
    expected: 'must hold image files to be written into folders',
    received: 'an array of pixels',
    help: 'Leave -o out and use the ids, or unpack the array into PNG files.',
  });
}
