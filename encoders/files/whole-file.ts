import { constants } from 'node:fs';
import { access, type FileHandle, link, open, realpath, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defined } from '../../defined.js';
import { InputError, InterruptedError } from '../../errors.js';
import {
  guardTemporaryFile,
  releaseTemporaryFile,
  removeTemporaryFile,
  sweepTemporaryFiles,
  temporaryPath,
} from './temporary-files.js';
import { unwritableFile } from './unwritable-file.js';

export interface WholeFileOptions {
  /** what happens to a file that is already there; default `refused` */
  readonly existing?: 'refused' | 'replaced';
  /** once aborted, nothing is written any more and nothing is left behind */
  readonly signal?: AbortSignal;
  /** called if another process has meanwhile written a file of this very content under the name, which is then left as it is */
  readonly onSameContent?: () => void;
}

type CommitWhen = 'unless aborted' | 'always';

/** A file that does not exist under its name until it is complete. */
export interface WholeFile {
  /** the path as the caller typed it */
  readonly path: string;
  /** bytes appended so far */
  readonly size: number;
  append(bytes: Uint8Array): Promise<void>;
  /** Overwrites bytes that were appended before: a header that could not be known then. */
  amend(bytes: Uint8Array, position: number): Promise<void>;
  /** The file appears, complete and on the disk; `always` also once the signal is aborted, where others of its result stand already. */
  commit(when?: CommitWhen): Promise<void>;
  /** Nothing appears and nothing is left; after `commit` this does nothing. */
  abandon(): Promise<void>;
}

/**
 * Opens a file for writing whole or not at all: bytes go to a temporary name beside it, which takes the file's place
 * when it is complete, and is removed on an error, an abort, an exit or an interrupt of the process.
 *
 * @throws InputError FILE_EXISTS if there is such a file and it may not be replaced
 * @throws InputError UNWRITABLE_FILE if it cannot be written: no folder, no permission, a full disk
 * @throws InterruptedError INTERRUPTED once `signal` is aborted
 */
export async function openWholeFile(path: string, options: WholeFileOptions = {}): Promise<WholeFile> {
  const { existing = 'refused', signal, onSameContent } = options;
  await sweepTemporaryFiles(dirname(path)); // also where the file is there: a killed run may have left its other name
  const target = await replaceableTarget(path, existing);
  const temporary = temporaryPath(target, 'part');
  await sweepTemporaryFiles(dirname(target));

  let file: FileHandle;
  try {
    guardTemporaryFile(temporary);
    file = await open(temporary, 'wx');
  } catch (error) {
    releaseTemporaryFile(temporary);
    throw await unwritableFile(path, error);
  }

  let size = 0;
  let state: 'open' | 'closed' = 'open';

  async function abandon(): Promise<void> {
    if (state === 'closed') return;
    state = 'closed';
    await file.close().catch(() => {}); // already failing: the first error is the one to tell
    await removeTemporaryFile(temporary);
  }

  /** Runs a step; if it fails nothing is left behind. */
  async function step(
    work: () => Promise<void>,
    { added = 0, when = 'unless aborted' }: { readonly added?: number; readonly when?: CommitWhen } = {},
  ): Promise<void> {
    try {
      if (when === 'unless aborted') throwIfAborted(path, signal);
      await work();
    } catch (error) {
      await abandon(); // which frees the space that the error reports as free
      throw await unwritableFile(path, error, size + added);
    }
  }

  return {
    path,
    get size() {
      return size;
    },
    append: (bytes) =>
      step(
        async () => {
          await writeAll(file, bytes, size);
          size += bytes.length;
        },
        { added: bytes.length },
      ),
    amend: (bytes, position) => step(() => writeAll(file, bytes, position)),
    commit: (when) =>
      step(async () => {
        await file.sync();
        await file.close();
        if (existing === 'replaced') await rename(temporary, target);
        else if ((await renameToNew(temporary, target, path)) === 'there already') onSameContent?.();
        state = 'closed';
        releaseTemporaryFile(temporary);
        await syncFolder(dirname(target));
      }, defined({ when })),
    abandon,
  };
}

/** @throws InterruptedError INTERRUPTED if the writing of a file or folder is to end */
export function throwIfAborted(path: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new InterruptedError('INTERRUPTED', {
      where: path,
      expected: 'writing was interrupted; nothing was left',
    });
}

/** A write may end early without an error, on a disk that is filling up: the next one says why. */
async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Where the file will be: what a symbolic link points at, so that the link survives. */
async function replaceableTarget(path: string, existing: 'refused' | 'replaced'): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return path;
  if (!found.isFile())
    throw new InputError('UNWRITABLE_FILE', {
      where: path,
      expected: 'must be a file',
      received: found.isDirectory() ? 'a folder' : 'a device or pipe',
      help: found.isDirectory() ? 'Name a file in it.' : 'Write to a file and copy it there.',
    });
  if (existing === 'refused') throw fileExists(path);
  const target = await realpath(path);
  try {
    await access(target, constants.W_OK);
  } catch (error) {
    throw await unwritableFile(path, error);
  }
  return target;
}

function fileExists(path: string, details: { readonly content?: 'another' } = {}): InputError {
  return new InputError('FILE_EXISTS', {
    where: path,
    expected: 'there is already such a file, and it was left as it is',
    help: 'Pass --force to replace it, or write to another path.',
    ...details,
  });
}

/** A rename that leaves a file alone which has appeared meanwhile, and fails unless that has the same content. */
async function renameToNew(
  temporary: string,
  target: string,
  path: string,
): Promise<'written' | 'there already'> {
  try {
    await link(temporary, target);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    // A file system without hard links: look, then rename.
    if (!isTaken && (await stat(target).catch(() => undefined)) === undefined) {
      await rename(temporary, target);
      return 'written';
    }
    if (!(await haveSameBytes(temporary, target))) throw fileExists(path, { content: 'another' });
    await removeTemporaryFile(temporary);
    return 'there already';
  }
  await removeTemporaryFile(temporary);
  return 'written';
}

const PIECE = 1 << 20;

async function haveSameBytes(first: string, second: string): Promise<boolean> {
  const files = await Promise.all([first, second].map((path) => open(path)));
  try {
    const [size, otherSize] = (await Promise.all(files.map((file) => file.stat()))).map(
      (found) => found.size,
    );
    if (size !== otherSize) return false;
    for (let done = 0; done < size!; done += PIECE) {
      const length = Math.min(PIECE, size! - done);
      const [one, other] = await Promise.all(
        files.map((file) => file.read(Buffer.alloc(length), 0, length, done)),
      );
      if (one!.bytesRead !== length || !one!.buffer.equals(other!.buffer)) return false;
    }
    return true;
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** Makes the new name last through a power cut, where the system can do so. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
