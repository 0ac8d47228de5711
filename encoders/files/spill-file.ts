import { type FileHandle, open } from 'node:fs/promises';
import {
  guardTemporaryFile,
  releaseTemporaryFile,
  removeTemporaryFile,
  temporaryPath,
} from './temporary-files.js';
import { unwritableFile } from './unwritable-file.js';

/** Bytes kept on disk until their turn comes, gone when the program ends. */
export interface SpillFile {
  append(bytes: Uint8Array): Promise<void>;
  chunks(): AsyncIterable<Uint8Array>;
  remove(): Promise<void>;
}

const PIECE = 1 << 22;

/**
 * @param beside  the path of the output it serves, as the caller typed it
 * @throws InputError UNWRITABLE_FILE if it cannot be written
 */
export async function openSpillFile(beside: string): Promise<SpillFile> {
  const path = temporaryPath(beside, 'spill');
  let file: FileHandle;
  let size = 0;
  try {
    guardTemporaryFile(path);
    file = await open(path, 'wx+');
  } catch (error) {
    releaseTemporaryFile(path);
    throw await unwritableFile(beside, error);
  }
  return {
    async append(bytes) {
      try {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, size + done);
          done += bytesWritten;
        }
        size += bytes.length;
      } catch (error) {
        throw await unwritableFile(beside, error, size + bytes.length);
      }
    },
    async *chunks() {
      for (let done = 0; done < size; ) {
        const { bytesRead, buffer } = await file.read(new Uint8Array(PIECE), 0, PIECE, done);
        yield buffer.subarray(0, bytesRead);
        done += bytesRead;
      }
    },
    async remove() {
      await file.close().catch(() => {}); // what could not be closed is removed all the same
      await removeTemporaryFile(path);
    },
  };
}
