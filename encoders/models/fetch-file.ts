import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defined } from '../../defined.js';
import { EvaluationError, InputError, InterruptedError } from '../../errors.js';
import { fileHash } from '../files/file-hash.js';
import { makeFolder, unwritableFile } from '../files/unwritable-file.js';
import { type HttpPart, type HttpSource, openHttpSource, PassingFailure } from './http-source.js';

/** What must arrive. */
export interface ExpectedFile {
  /** null where no one states it: what arrives is then taken, and whoever asked says so */
  readonly sha256: string | null;
  /** where the publisher states this and no SHA-256 */
  readonly md5?: string;
  readonly sizeBytes: number;
}

export interface FetchOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: { readonly done: number; readonly total: number }) => void;
  /** called before another try, with what went wrong */
  readonly onRetry?: (reason: string) => void;
  /** waits between tries in a row that bring nothing; one try more than there are waits */
  readonly retryWaitsMs?: readonly number[];
  /** how long a connection may be silent */
  readonly silenceMs?: number;
}

const RETRY_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000];
const LONGEST_WAIT_MS = 120_000;
/** A try that brings less than its share of the file counts as one that brings nothing: there is an end to them. */
const MOST_TRIES = 1000;

/**
 * Brings a file from an address or another place on this machine. It gets its name when its size and SHA-256 are the
 * expected ones; until then it is `<path>.part`, from whose end an interrupted download goes on. What arrived wrong is
 * kept as `<path>.bad`.
 *
 * @param source  an http or https address, or a path
 * @throws InputError DOWNLOAD_FAILED if the server has no such file or does not answer, after the tries
 * @throws InputError CHECKSUM_MISMATCH if what arrived is another file
 * @throws InputError UNWRITABLE_FILE if it cannot be written
 * @throws InterruptedError INTERRUPTED if `signal` is aborted; the part is kept
 */
export async function fetchFile(
  source: string,
  path: string,
  expected: ExpectedFile,
  options: FetchOptions = {},
): Promise<void> {
  const part = `${path}.part`;
  await makeFolder(dirname(path));
  const isRemote = /^https?:\/\//i.test(source);
  const before = isRemote ? await sizeOf(part) : 0;
  await (isRemote ? download : copy)(source, part, expected, options);
  const unlike = await mismatch(part, expected);
  if (unlike !== undefined && before > 0) {
    // What was there before may be of another file: once more from the start.
    options.onRetry?.('what an earlier download left does not fit');
    await rm(part, { force: true });
    return fetchFile(source, path, expected, options);
  }
  if (unlike !== undefined) {
    const bad = `${path}.bad`;
    await rename(part, bad);
    throw new InputError('CHECKSUM_MISMATCH', {
      where: source,
      expected: `must have ${unlike.name} ${unlike.expected}`,
      received: unlike.received,
      help: `It was kept as ${bad}. Try again, or give another source with --from.`,
      [unlike.name === 'MD5' ? 'md5' : 'sha256']: unlike.received,
      bad,
    });
  }
  await rename(part, path).catch(async (error) => {
    throw await unwritableFile(path, error);
  });
}

/** The hash by which a file is another one than expected. */
async function mismatch(
  path: string,
  { sha256, md5 }: ExpectedFile,
): Promise<{ readonly name: string; readonly expected: string; readonly received: string } | undefined> {
  const stated = [
    { name: 'SHA-256', algorithm: 'sha256', expected: sha256 },
    { name: 'MD5', algorithm: 'md5', expected: md5 ?? null },
  ] as const;
  for (const { name, algorithm, expected } of stated) {
    if (expected === null) continue;
    const received = await fileHash(path, algorithm);
    if (received !== expected) return { name, expected, received };
  }
  return undefined;
}

/**
 * Bytes of a file that an address or a path on this machine holds, for files whose size no one states.
 *
 * @throws InputError DOWNLOAD_FAILED if the server has no such file, does not answer or does not say its size
 */
export async function sourceSize(source: string): Promise<number> {
  if (!/^https?:\/\//i.test(source)) {
    const found = await stat(source).catch(() => undefined);
    if (found?.isFile() === true) return found.size;
    throw new InputError('UNREADABLE_FILE', { where: `--from ${source}`, expected: 'no such file' });
  }
  const http = await openHttpSource();
  try {
    const { totalBytes } = await http.get(source, { start: 0 });
    if (totalBytes !== undefined) return totalBytes;
    throw new PassingFailure('an answer that does not say its size');
  } catch (error) {
    if (error instanceof PassingFailure) throw unreachable(source, error, 1);
    throw error;
  } finally {
    await http.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function copy(
  source: string,
  part: string,
  expected: ExpectedFile,
  options: FetchOptions,
): Promise<void> {
  const found = await stat(source).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new InputError('UNREADABLE_FILE', { where: `--from ${source}`, expected: 'no such file' });
  }
  requireSize(source, found.size, expected);
  await rm(part, { force: true });
  await writePart(
    part,
    { start: 0, totalBytes: found.size, chunks: createReadStream(source) },
    expected,
    options,
  );
}

async function download(
  url: string,
  part: string,
  expected: ExpectedFile,
  options: FetchOptions,
): Promise<void> {
  const { signal, onRetry, retryWaitsMs = RETRY_WAITS_MS } = options;
  const http = await openHttpSource(defined({ silenceMs: options.silenceMs }));
  try {
    for (let failures = 0; ; ) {
      const before = await sizeOf(part);
      if (before === expected.sizeBytes) return;
      const failure = await attempt(http, url, part, expected, options);
      if (failure === undefined) return;
      if (signal?.aborted) throw interrupted(url);
      const brought = (await sizeOf(part)) - before;
      failures = brought * MOST_TRIES > expected.sizeBytes ? 0 : failures + 1;
      if (failures > retryWaitsMs.length) throw unreachable(url, failure, failures);
      onRetry?.(failure.message);
      const pause = Math.min(failure.waitMs ?? retryWaitsMs[Math.max(failures - 1, 0)] ?? 0, LONGEST_WAIT_MS);
      await wait(pause, undefined, defined({ signal })).catch(() => {});
    }
  } finally {
    await http.close();
  }
}

/** One try; a failure that may pass is returned. */
async function attempt(
  http: HttpSource,
  url: string,
  part: string,
  expected: ExpectedFile,
  options: FetchOptions,
): Promise<PassingFailure | undefined> {
  const { signal } = options;
  try {
    const have = await sizeOf(part);
    const start = have < expected.sizeBytes ? have : 0;
    const answer = await http.get(url, { start, ...defined({ signal }) });
    if (answer.totalBytes !== undefined) requireSize(url, answer.totalBytes, expected);
    const end = await writePart(part, answer, expected, options);
    return end < expected.sizeBytes
      ? new PassingFailure(`the connection ended at byte ${end} of ${expected.sizeBytes}`)
      : undefined;
  } catch (error) {
    if (error instanceof PassingFailure) return error;
    throw error;
  }
}

/** Appends to the part from where the answer begins; gives its size afterwards. */
async function writePart(
  part: string,
  { start, chunks }: HttpPart,
  expected: ExpectedFile,
  { signal, onProgress }: FetchOptions,
): Promise<number> {
  let end = start;
  let file: FileHandle | undefined;
  try {
    file = await open(part, start === 0 ? 'w' : 'r+');
    for await (const chunk of chunks) {
      if (signal?.aborted) throw interrupted(part);
      if (end + chunk.length > expected.sizeBytes) {
        throw tooLong(part, expected);
      }
      await file.write(chunk, 0, chunk.length, end);
      end += chunk.length;
      onProgress?.({ done: end, total: expected.sizeBytes });
    }
    await file.sync();
    return end;
  } catch (error) {
    if (error instanceof PassingFailure || error instanceof EvaluationError) throw error;
    throw await unwritableFile(part, error);
  } finally {
    await file?.close();
  }
}

function requireSize(source: string, received: number, { sizeBytes }: ExpectedFile): void {
  if (received === sizeBytes) return;
  throw new InputError('CHECKSUM_MISMATCH', {
    where: source,
    expected: `must have ${sizeBytes} bytes`,
    received: `${received}`,
    help: 'It was not taken. Give another source with --from.',
  });
}

function tooLong(part: string, { sizeBytes }: ExpectedFile): InputError {
  return new InputError('CHECKSUM_MISMATCH', {
    where: part,
    expected: `must have ${sizeBytes} bytes`,
    received: 'more',
    help: 'Give another source with --from.',
  });
}

function unreachable(url: string, failure: PassingFailure, tries: number): InputError {
  return new InputError(
    'DOWNLOAD_FAILED',
    {
      where: url,
      expected: `must answer with the file; ${tries} tries in a row brought nothing`,
      received: failure.message,
      help: 'What arrived is kept: the same command goes on from there. Behind a proxy set HTTPS_PROXY. Without a network, download the address elsewhere and give the file with --from.',
    },
    { cause: failure },
  );
}

function interrupted(where: string): InterruptedError {
  return new InterruptedError('INTERRUPTED', {
    where,
    expected: 'the download was stopped; the same command goes on from there',
  });
}
