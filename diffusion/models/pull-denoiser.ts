import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../defined.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { makeFolder, unwritableFile } from '../../encoders/files/unwritable-file.js';
import { type FetchOptions, fetchFile, sourceSize } from '../../encoders/models/fetch-file.js';
import { withLock } from '../../encoders/models/folder-lock.js';
import { convertDenoiser } from './convert-denoiser.js';
import type { OfficialDenoiser, PublishedFile } from './denoiser-catalog.js';

export interface PullDenoiserOptions extends Omit<FetchOptions, 'onProgress'> {
  /** where networks live; made if it is not there */
  readonly folder: string;
  /** an address or path ending in `/` of a folder that holds its files, or of the file itself where it is one; default: the authors' */
  readonly from?: string;
  readonly onProgress?: (progress: {
    readonly step: 'downloading' | 'converting';
    readonly file: PublishedFile;
    readonly done: number;
    readonly total: number;
  }) => void;
  /** called if another process is at the same network */
  readonly onWait?: () => void;
}

/** A file that is there, and what is known of it. */
export interface PulledFile {
  readonly published: PublishedFile;
  readonly path: string;
  readonly sha256: string;
  /** whether its hash is the stated one; `not verified` where no public source states one */
  readonly check: 'sha256' | 'md5' | 'not verified';
}

/** A published denoiser, ready. */
export interface PulledDenoiser {
  readonly denoiser: OfficialDenoiser;
  /** of the `.onnx` file */
  readonly path: string;
  readonly files: readonly PulledFile[];
  /** what had to be done; empty if all was there */
  readonly steps: readonly ('downloading' | 'converting')[];
}

/**
 * Makes a published denoiser ready: fetches the authors' files unless they are there, compares their hashes where a public
 * source states them, and converts them. Of a file without a stated hash the result says that it is not verified.
 *
 * @throws what `fetchFile` and `convertDenoiser` throw
 */
export async function pullDenoiser(
  denoiser: OfficialDenoiser,
  options: PullDenoiserOptions,
): Promise<PulledDenoiser> {
  const folder = join(options.folder, denoiser.id);
  await makeFolder(folder);
  return withLock(`${folder}.lock`, () => pulled(denoiser, folder, options), options);
}

async function pulled(
  denoiser: OfficialDenoiser,
  folder: string,
  options: PullDenoiserOptions,
): Promise<PulledDenoiser> {
  const { onProgress, signal } = options;
  const steps = new Set<'downloading' | 'converting'>();
  const files: PulledFile[] = [];
  for (const published of denoiser.files) {
    const path = join(folder, published.file);
    if (!(await isThere(path, published))) {
      steps.add('downloading');
      await fetched(published, path, options);
    }
    const sha256 = await fileHash(path);
    files.push({ published, path, sha256, check: published.hash?.algorithm ?? 'not verified' });
  }
  const path = join(options.folder, `${denoiser.id}.onnx`);
  const [weights] = files as [PulledFile];
  if ((await convertedFrom(path)) !== weights.sha256) {
    steps.add('converting');
    await convertDenoiser({ checkpoint: weights.path, onnx: path }, denoiser.conversion, {
      id: denoiser.id,
      existing: 'replaced',
      ...defined({ signal }),
      onProgress: (bytes) => onProgress?.({ step: 'converting', file: weights.published, ...bytes }),
    });
  }
  return { denoiser, path, files, steps: [...steps] };
}

async function fetched(published: PublishedFile, path: string, options: PullDenoiserOptions): Promise<void> {
  const { from, onProgress, folder: _, onWait: __, ...rest } = options;
  const { url, hash } = published;
  const source = from === undefined ? url : /[\\/]$/.test(from) ? `${from}${published.file}` : from;
  const sizeBytes = published.sizeBytes ?? (await sourceSize(source));
  await fetchFile(
    source,
    path,
    {
      sizeBytes,
      sha256: hash?.algorithm === 'sha256' ? hash.value : null,
      ...(hash?.algorithm === 'md5' ? { md5: hash.value } : {}),
    },
    { ...rest, onProgress: (bytes) => onProgress?.({ step: 'downloading', file: published, ...bytes }) },
  );
}

/** Whether a file is there; one that is not the published one is set aside as `.bad`. */
async function isThere(path: string, { hash }: PublishedFile): Promise<boolean> {
  if ((await stat(path).catch(() => undefined)) === undefined) return false;
  if (hash === null || (await fileHash(path, hash.algorithm)) === hash.value) return true;
  await rename(path, `${path}.bad`).catch(async (error) => {
    throw await unwritableFile(path, error);
  });
  return false;
}

/** The hash of the checkpoint that a network was made from, as its sidecar says. */
async function convertedFrom(onnx: string): Promise<unknown> {
  if ((await stat(onnx).catch(() => undefined)) === undefined) return undefined;
  try {
    const sidecar = JSON.parse(await readFile(onnx.replace(/\.onnx$/, '.json'), 'utf8')) as {
      readonly checkpoint?: { readonly sha256?: unknown };
    };
    return sidecar.checkpoint?.sha256;
  } catch {
    return undefined; // none there, or another program's
  }
}
