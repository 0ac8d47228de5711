import { copyFile, link, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unwritableFile } from '../../encoders/files/unwritable-file.js';
import type { ImageSet } from '../../encoders/images/image-set.js';
import { InputError, InterruptedError } from '../../errors.js';
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
const PARTIAL = '.filter-partial';

async function linkOrCopy(from: string, to: string, files: 'link' | 'copy'): Promise<void> {
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
 * `kept/` and `dropped/` with the images under their own names, and `decisions.csv`; all appear when they are complete.
 *
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE; InterruptedError INTERRUPTED
 */
export async function writeFilteredFolder(
  folder: string,
  { images, report, csv }: { readonly images: ImageSet; readonly report: FilterReport; readonly csv: string },
  { files, existing, signal }: FilteredFolderOptions,
): Promise<void> {
  if (existing === 'refused') await requireNoFilter(folder);
  const partial = join(folder, PARTIAL);
  const part = new Map(report.decisions.map(({ id, kept }) => [id, kept ? 'kept' : 'dropped']));
  try {
    await rm(partial, { recursive: true, force: true });
    for (const name of FOLDERS) await mkdir(join(partial, name), { recursive: true });
    await writeFile(join(partial, DECISIONS), csv);
    for (const { id, load } of images.entries) {
      const name = part.get(id);
      if (name === undefined) continue;
      if (signal?.aborted) {
        throw new InterruptedError('INTERRUPTED', {
          where: folder,
          expected: 'writing was interrupted; nothing was left',
        });
      }
      const target = join(partial, name, id);
      await mkdir(dirname(target), { recursive: true });
      if (images.kind === 'folder') {
        await linkOrCopy(join(images.source, id), target, files);
        continue;
      }
      const stored = await load();
      if (stored.kind === 'pixels') throw noFiles(images.source);
      await writeFile(target, stored.bytes);
    }
    for (const name of PARTS) {
      if (existing === 'replaced') await rm(join(folder, name), { recursive: true, force: true });
      await rename(join(partial, name), join(folder, name));
    }
  } catch (error) {
    throw await unwritableFile(folder, error);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function noFiles(source: string): InputError {
  return new InputError('UNREADABLE_IMAGE', {
    where: source,
    expected: 'must hold image files to be written into folders',
    received: 'an array of pixels',
    help: 'Leave -o out and use the ids, or unpack the array into PNG files.',
  });
}
