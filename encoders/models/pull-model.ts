import { rename, stat } from 'node:fs/promises';
import { defined } from '../../defined.js';
import { InputError } from '../../errors.js';
import { fileHash } from '../files/file-hash.js';
import { makeFolder, unwritableFile } from '../files/unwritable-file.js';
import type { OfficialEncoder } from '../networks/encoder-catalog.js';
import { convertCheckpoint } from './convert-checkpoint.js';
import { type FetchOptions, fetchFile } from './fetch-file.js';
import { withLock } from './folder-lock.js';
import { modelFiles } from './model-files.js';
import { officialProof } from './official-network.js';

export interface PullOptions extends Omit<FetchOptions, 'onProgress'> {
  /** where networks live; made if it is not there */
  readonly folder: string;
  /** an address or path, of the file or (ending in `/`) of a folder that holds it; default: the authors' address */
  readonly from?: string;
  readonly onProgress?: (progress: PullProgress) => void;
  /** called if another process is at the same network */
  readonly onWait?: () => void;
}

export interface PullProgress {
  readonly step: 'downloading' | 'converting';
  readonly done: number;
  readonly total: number;
}

/** A published network, ready. */
export interface PulledModel {
  readonly encoder: OfficialEncoder;
  /** of the `.onnx` file */
  readonly path: string;
  /** what had to be done; empty if all was there */
  readonly steps: readonly PullProgress['step'][];
}

/**
 * Makes a published network ready: fetches the authors' file unless it is there, checks its SHA-256 and converts it.
 * What is there and right is left alone; a wrong file of that name is set aside as `.bad`. Processes that want the same
 * network take turns.
 *
 * @throws what `fetchFile` and `convertCheckpoint` throw
 */
export async function pullModel(encoder: OfficialEncoder, options: PullOptions): Promise<PulledModel> {
  const files = modelFiles(encoder, options.folder);
  await makeFolder(options.folder);
  return withLock(`${files.checkpoint}.lock`, () => pulled(encoder, options), options);
}

async function pulled(encoder: OfficialEncoder, options: PullOptions): Promise<PulledModel> {
  const { folder, from, onProgress, ...rest } = options;
  const { checkpoint, architecture } = encoder;
  const files = modelFiles(encoder, folder);
  const steps: PullProgress['step'][] = [];
  const progress =
    (step: PullProgress['step']) => (bytes: { readonly done: number; readonly total: number }) =>
      onProgress?.({ step, ...bytes });

  const there = await foundFile(files.checkpoint, encoder);
  if (there.state !== 'published') {
    steps.push('downloading');
    const source = from === undefined ? checkpoint.url : fileOf(from, checkpoint.file);
    try {
      await fetchFile(source, files.checkpoint, checkpoint, { ...rest, onProgress: progress('downloading') });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const said = there.state === 'other' ? there.said : undefined;
      const received = [error.details.received, said].filter((part) => part !== undefined).join('; ');
      const instead = error.code === 'DOWNLOAD_FAILED' ? byHand(encoder, folder) : undefined;
      const help = [error.details.help, instead].filter((part) => part !== undefined).join(' ');
      throw new InputError(
        error.code,
        { ...error.details, ...(received === '' ? {} : { received }), help, folder },
        { cause: error },
      );
    }
  }
  const proof = await officialProof(files.onnx, { catalog: [encoder] });
  if (proof.origin !== 'official') {
    steps.push('converting');
    await convertCheckpoint(
      { checkpoint: files.checkpoint, onnx: files.onnx },
      { architecture },
      {
        existing: 'replaced',
        catalog: [encoder],
        onProgress: progress('converting'),
        ...defined({ signal: options.signal }),
      },
    );
  }
  return { encoder, path: files.onnx, steps };
}

/** What to do where the address cannot be reached from here. */
function byHand({ id, checkpoint }: OfficialEncoder, folder: string): string {
  const { file, url, sizeBytes, sha256 } = checkpoint;
  return (
    `By hand: put ${url} (${sizeBytes.toLocaleString('en-US')} bytes, SHA-256 ${sha256}) ` +
    `into ${folder} as ${file}, and run steadfid models pull ${id} again.`
  );
}

/** Whether the published file is there; another file of its name is set aside, and what it was is said. */
async function foundFile(
  path: string,
  { checkpoint: { sizeBytes, sha256 } }: OfficialEncoder,
): Promise<{ readonly state: 'published' | 'missing' } | { readonly state: 'other'; readonly said: string }> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return { state: 'missing' };
  const hash = found.size === sizeBytes ? await fileHash(path) : undefined;
  if (hash === sha256) return { state: 'published' };
  await rename(path, `${path}.bad`).catch(async (error) => {
    throw await unwritableFile(path, error);
  });
  const what = hash === undefined ? `${found.size.toLocaleString('en-US')} bytes` : `SHA-256 ${hash}`;
  return { state: 'other', said: `the file that was there has ${what} and is now ${path}.bad` };
}

function fileOf(from: string, file: string): string {
  return /[\\/]$/.test(from) ? `${from}${file}` : from;
}
