import { stat } from 'node:fs/promises';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { defined } from '../../defined.js';
import { OptionError } from '../../errors.js';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open-checkpoint.js';
import { fileHash } from '../files/file-hash.js';
import { type FileContent, writeTogether } from '../files/write-together.js';
import { HUGGING_FACE } from '../networks/clip-names.js';
import { encoderOfCheckpoint, type OfficialEncoder } from '../networks/encoder-catalog.js';
import { convertedId, convertedSidecar } from './converted-sidecar.js';
import { huggingFaceClipSettings } from './hugging-face-config.js';
import { type Conversion, networkModel, networkPlan } from './network-conversion.js';

export interface ConvertOptions {
  /** what the sidecar calls the network; default: the published network's id, else the file's name */
  readonly id?: string;
  readonly existing?: 'refused' | 'replaced';
  /** the published networks */
  readonly catalog?: readonly OfficialEncoder[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: { readonly done: number; readonly total: number }) => void;
}

/** A network that was written. */
export interface ConvertedNetwork {
  readonly path: string;
  readonly id: string;
  readonly title: string;
  readonly dimensions: number;
  /** the published network that the checkpoint is, by its bytes */
  readonly official: OfficialEncoder | undefined;
  /** what the checkpoint does not say and was taken from its kind */
  readonly assumptions: readonly string[];
}

/**
 * Writes the network in a checkpoint as `net.onnx` with its sidecar `net.json` and, above 2 GB of weights,
 * `net.weights`: all of them or none. The same checkpoint gives the same bytes everywhere. Of a Hugging Face CLIP the
 * `config.json` beside it says what its tensors do not.
 *
 * Memory: the largest tensor, and a little.
 *
 * @throws InputError UNREADABLE_FILE if the checkpoint is damaged or holds another network
 * @throws InputError FILE_EXISTS if one of the files is there and may not be replaced
 * @throws OptionError OUT_OF_RANGE if the output is not named .onnx
 */
export async function convertCheckpoint(
  paths: { readonly checkpoint: string; readonly onnx: string },
  asked: Conversion,
  options: ConvertOptions = {},
): Promise<ConvertedNetwork> {
  const { existing = 'refused', signal, onProgress } = options;
  const stem = onnxStem(paths.onnx);
  const checkpoint = await openCheckpoint(paths.checkpoint);
  try {
    const conversion = await completed(asked, checkpoint);
    const plan = await networkPlan(checkpoint, conversion);
    const model = networkModel(plan, `${basename(stem)}.weights`);
    const sha256 = await fileHash(paths.checkpoint);
    const official = encoderOfCheckpoint(sha256, options.catalog);
    const id = options.id ?? convertedId(conversion, official?.id ?? basename(stem));
    const { size: sizeBytes } = await stat(paths.checkpoint);
    const path = relative(dirname(resolve(paths.onnx)), resolve(paths.checkpoint)).replaceAll('\\', '/');
    const sidecar = convertedSidecar(plan, { id, conversion, checkpoint: { path, sha256, sizeBytes } });
    const contents: FileContent[] = [
      { path: `${stem}.json`, chunks: () => [Buffer.from(`${JSON.stringify(sidecar, null, 2)}\n`)] },
      ...(model.external === null ? [] : [{ path: `${stem}.weights`, chunks: model.external.chunks }]),
      { path: paths.onnx, chunks: model.chunks },
    ];
    const total = model.byteLength + (model.external?.byteLength ?? 0);
    let done = 0;
    await writeTogether(contents, {
      existing,
      ...defined({ signal }),
      onBytes(count) {
        done = Math.min(done + count, total);
        onProgress?.({ done, total });
      },
    });
    const { title, dimensions, assumptions } = plan;
    return { path: paths.onnx, id, title, dimensions, official, assumptions };
  } finally {
    await checkpoint.close();
  }
}

/** With what stands beside a Hugging Face checkpoint; what was asked for counts first. */
async function completed(conversion: Conversion, { path, tensors }: Checkpoint): Promise<Conversion> {
  if (
    conversion.architecture !== 'clip' ||
    ![...tensors.keys()].some((name) => HUGGING_FACE.prefix.test(name))
  ) {
    return conversion;
  }
  return { ...(await huggingFaceClipSettings(path)), ...conversion };
}

/** The path of a network without its `.onnx`. */
export function onnxStem(path: string): string {
  if (extname(path).toLowerCase() === '.onnx') return path.slice(0, -'.onnx'.length);
  throw new OptionError('OUT_OF_RANGE', {
    where: '--output',
    expected: 'must name a file that ends in .onnx',
    received: path,
  });
}
