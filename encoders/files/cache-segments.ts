import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BLOCK_HEAD_LENGTH, type CacheBlock, directoryLength, parsedBlock } from './cache-block.js';
import { isAlive } from './is-alive.js';
import { openRegularFile } from './regular-file.js';
import { makeFolder } from './unwritable-file.js';
import { openWholeFile } from './whole-file.js';

/**
 * Segments are files of blocks that only grow. Each process writes its own, `….open`, and makes it `….segment` when it
 * is done, so that no two ever write to one file; everybody reads all of them.
 */
export interface SegmentBlock extends CacheBlock {
  readonly file: FileHandle;
  /** of the block's start in its segment */
  readonly offset: number;
}

export interface Segments {
  readonly blocks: readonly SegmentBlock[];
  /** segments in which something other than an unfinished end was unreadable */
  readonly damaged: readonly string[];
  close(): Promise<void>;
}

/** A segment that this process alone writes to. */
export interface SegmentWriter {
  /** @returns where the block begins */
  append(block: Uint8Array): Promise<number>;
  readonly file: FileHandle;
  close(): Promise<void>;
}

const FINISHED = '.segment';
const UNFINISHED = '.open';
/** An unfinished segment of another machine's process counts as left behind after this. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;
/** With more segments than this, the small ones are joined. */
const MOST_SEGMENTS = 16;
const SMALL_BYTES = 1 << 28;

/** Opens all segments of a folder for reading and finds their blocks. */
export async function readSegments(folder: string): Promise<Segments> {
  const names = (await readdir(folder)).filter(
    (name) => name.endsWith(FINISHED) || name.endsWith(UNFINISHED),
  );
  const files: FileHandle[] = [];
  const blocks: SegmentBlock[] = [];
  const damaged: string[] = [];
  for (const name of names.sort()) {
    // Another process may just have joined it.
    const file = (await openRegularFile(join(folder, name)).catch(() => undefined))?.file;
    if (file === undefined) continue;
    files.push(file);
    const found = await segmentBlocks(file);
    for (const block of found.blocks) blocks.push(block); // more than a call takes
    if (found.end === 'damaged') damaged.push(join(folder, name));
  }
  return {
    blocks,
    damaged,
    close: async () => {
      await Promise.all(files.map((file) => file.close()));
    },
  };
}

async function segmentBlocks(
  file: FileHandle,
): Promise<{ readonly blocks: SegmentBlock[]; readonly end: 'whole' | 'unfinished' | 'damaged' }> {
  const { size } = await file.stat();
  const blocks: SegmentBlock[] = [];
  let offset = 0;
  while (offset < size) {
    const length = directoryLength(await bytesAt(file, offset, BLOCK_HEAD_LENGTH));
    if (length === undefined)
      return { blocks, end: size - offset < BLOCK_HEAD_LENGTH ? 'unfinished' : 'damaged' };
    if (offset + length > size) return { blocks, end: 'unfinished' };
    const block = parsedBlock(await bytesAt(file, offset, length));
    if (block === undefined) return { blocks, end: 'damaged' };
    if (offset + block.length > size) return { blocks, end: 'unfinished' };
    blocks.push({ ...block, file, offset });
    offset += block.length;
  }
  return { blocks, end: 'whole' };
}

/** Up to `length` bytes. */
export async function bytesAt(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Begins a segment of this process's own. */
export async function openSegment(folder: string): Promise<SegmentWriter> {
  await makeFolder(folder);
  const stem = join(folder, `${randomUUID()}.${process.pid}@${hostname()}`);
  const file = await open(stem + UNFINISHED, 'wx+');
  let size = 0;
  return {
    file,
    async append(block) {
      try {
        for (let done = 0; done < block.length; ) {
          const { bytesWritten } = await file.write(block, done, block.length - done, size + done);
          done += bytesWritten;
        }
      } catch (error) {
        await file.truncate(size).catch(() => {}); // half a block is passed over all the same
        throw error;
      }
      size += block.length;
      return size - block.length;
    },
    async close() {
      await file.close();
      await (size === 0
        ? rm(stem + UNFINISHED, { force: true })
        : rename(stem + UNFINISHED, stem + FINISHED));
    },
  };
}

/**
 * Keeps the number of files bounded: when there are many finished segments, the small ones become one. Another process
 * that reads them meanwhile keeps its open files; one that joins them too writes the same entries twice, which is harmless.
 */
export async function joinSegments(folder: string): Promise<void> {
  const names: string[] = [];
  for (const name of await readdir(folder)) {
    if (name.endsWith(FINISHED) || (name.endsWith(UNFINISHED) && (await isAbandoned(folder, name))))
      names.push(name);
  }
  if (names.length <= MOST_SEGMENTS) return;
  const small: string[] = [];
  for (const name of names.sort()) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found !== undefined && found.size < SMALL_BYTES) small.push(name);
  }
  const joined = await openWholeFile(join(folder, `${randomUUID()}${FINISHED}`));
  const seen = new Set<string>();
  try {
    for (const name of small) {
      const file = await open(join(folder, name)).catch(() => undefined);
      if (file === undefined) continue;
      for (const { keys, offset, length } of (await segmentBlocks(file)).blocks) {
        if (keys.every((key) => seen.has(key))) continue;
        for (const key of keys) seen.add(key);
        await joined.append(await bytesAt(file, offset, length));
      }
      await file.close();
    }
    await joined.commit();
  } finally {
    await joined.abandon();
  }
  // Where a file in use cannot be removed it stays, and is joined again another time.
  for (const name of small) await rm(join(folder, name), { force: true }).catch(() => {});
}

/** Whether the process that wrote an unfinished segment is gone. */
async function isAbandoned(folder: string, name: string): Promise<boolean> {
  const [, pid, host] = /\.(\d+)@(.*)\.open$/.exec(name) ?? [];
  if (pid !== undefined && host === hostname()) return !isAlive(Number(pid));
  const found = await stat(join(folder, name)).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS;
}
