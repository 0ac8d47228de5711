import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openCheckpoint } from '../checkpoints/open-checkpoint.js';
import { ENCODER_CATALOG, encoderOfCheckpoint, type OfficialEncoder } from '../encoder-catalog.js';
import { fileHash } from '../files/file-hash.js';
import type { ByteStream } from '../onnx/onnx-model.js';
import { convertedFrom, convertedId } from './converted-sidecar.js';
import { type Conversion, networkModel, networkPlan } from './network-conversion.js';

/** Whether an ONNX file is a published network, and if not, why. */
export type OfficialProof =
  | { readonly standing: 'official'; readonly encoder: OfficialEncoder }
  | { readonly standing: 'custom'; readonly reason: string };

/**
 * Proves that an ONNX file is a published network: the checkpoint that it was made from has the published bytes, and
 * converting it again gives the file's bytes. What the sidecar says is only where to look.
 *
 * @param path  of the `.onnx` file
 * @param catalog  the published networks
 *
 * Cost: reading the checkpoint twice; nothing is written.
 */
export async function officialProof(
  path: string,
  catalog: readonly OfficialEncoder[] = ENCODER_CATALOG,
): Promise<OfficialProof> {
  const stem = path.replace(/\.onnx$/i, '');
  const text = await readFile(`${stem}.json`, 'utf8').catch(() => undefined);
  const from = text === undefined ? undefined : await convertedFrom(text);
  if (from === undefined) return custom('its sidecar does not say which checkpoint it was made from');
  const checkpointPath = join(dirname(path), from.checkpoint.path);
  const sha256 = await fileHash(checkpointPath).catch(() => undefined);
  if (sha256 === undefined) return custom(`its checkpoint ${checkpointPath} is not there to compare it with`);
  const encoder = encoderOfCheckpoint(sha256, catalog);
  if (encoder === undefined) return custom(`its checkpoint ${checkpointPath} is none that was published`);
  const id = convertedId(from.conversion, encoder.id);
  if (from.id !== id) return custom(`its sidecar calls it ${from.id}, and it would be ${id}`);
  if (!isPublished(encoder, from.conversion)) return custom(`it was not converted as ${encoder.id} is`);
  const files = await convertedHashes(checkpointPath, from.conversion, `${basename(stem)}.weights`);
  for (const [extension, expected] of Object.entries(files)) {
    const found = await fileHash(`${stem}.${extension}`).catch(() => undefined);
    if (found !== expected) return custom(`it is not what this version makes of ${checkpointPath}`);
  }
  return { standing: 'official', encoder };
}

function custom(reason: string): OfficialProof {
  return { standing: 'custom', reason };
}

/** The published network has its authors' activation; a tap is part of the encoder's id. */
function isPublished({ architecture }: OfficialEncoder, conversion: Conversion): boolean {
  if (architecture !== conversion.architecture) return false;
  return conversion.architecture !== 'clip' || (conversion.activation ?? 'quick-gelu') === 'quick-gelu';
}

/** Hashes of the files that a conversion would write, by extension. */
async function convertedHashes(
  checkpointPath: string,
  conversion: Conversion,
  weightsFile: string,
): Promise<Readonly<Record<string, string>>> {
  const checkpoint = await openCheckpoint(checkpointPath);
  try {
    const model = networkModel(await networkPlan(checkpoint, conversion), weightsFile);
    const onnx = await streamHash(model);
    return model.external === null ? { onnx } : { onnx, weights: await streamHash(model.external) };
  } finally {
    await checkpoint.close();
  }
}

async function streamHash(stream: ByteStream): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream.chunks()) hash.update(chunk);
  return hash.digest('hex');
}
