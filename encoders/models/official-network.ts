import { createHash } from 'node:crypto';
import { access, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ByteStream } from '../../onnx/onnx-model.js';
import { openCheckpoint } from '../checkpoints/open-checkpoint.js';
import { fileHash } from '../files/file-hash.js';
import { readTextFile } from '../files/regular-file.js';
import { ENCODER_CATALOG, encoderOfCheckpoint, type OfficialEncoder } from '../networks/encoder-catalog.js';
import { type ConvertedFrom, convertedFrom, convertedId } from './converted-sidecar.js';
import { type Conversion, networkModel, networkPlan } from './network-conversion.js';
import { filesMark, rememberedMark, rememberMark } from './proof-memory.js';

/** Whether an ONNX file is a published network, and if not, why. */
export type OfficialProof =
  | {
      readonly origin: 'official';
      readonly encoder: OfficialEncoder;
      /** the encoder's, with its tap where it has another */
      readonly id: string;
    }
  | { readonly origin: 'custom'; readonly reason: string };

export interface ProofOptions {
  /** the published networks */
  readonly catalog?: readonly OfficialEncoder[];
  /** `remembered` (default) trusts a proof of the very same files, made before; `anew` reads every byte */
  readonly proof?: 'remembered' | 'anew';
}

/**
 * Proves that an ONNX file is a published network: the checkpoint that it was made from has the published bytes, and
 * converting it again gives the file's bytes. What the sidecar says is only where to look.
 *
 * @param path  of the `.onnx` file
 *
 * Cost: reading the checkpoint twice and the network once, the first time; nothing is converted to disk.
 */
export async function officialProof(path: string, options: ProofOptions = {}): Promise<OfficialProof> {
  const { catalog = ENCODER_CATALOG, proof = 'remembered' } = options;
  const stem = path.replace(/\.onnx$/i, '');
  const text = await readTextFile(`${stem}.json`).catch(() => undefined);
  const from = text === undefined ? undefined : await convertedFrom(text);
  if (text === undefined || from === undefined) {
    return custom('its sidecar does not say which checkpoint it was made from');
  }
  const checkpoint = join(dirname(path), from.checkpoint.path);
  const mark = await filesMark([path, checkpoint, ...(await weightsBeside(stem))], text);
  const claimed = encoderOfCheckpoint(from.checkpoint.sha256, catalog);
  if (claimed === undefined) return custom(`its checkpoint ${checkpoint} is not a published one`);
  if (proof === 'remembered' && mark !== undefined && mark === (await rememberedMark(path))) {
    return { origin: 'official', encoder: claimed, id: from.id };
  }
  const result = await provenNow({ stem, checkpoint, from, catalog });
  if (result.origin === 'official' && mark !== undefined) await rememberMark(path, mark);
  return result;
}

/** The file of the weights, where they are in one of their own. */
async function weightsBeside(stem: string): Promise<readonly string[]> {
  const path = `${stem}.weights`;
  return access(path).then(
    () => [path],
    () => [],
  );
}

async function provenNow({
  stem,
  checkpoint,
  from,
  catalog,
}: {
  /** of the network's path, without its extension */
  readonly stem: string;
  readonly checkpoint: string;
  readonly from: ConvertedFrom;
  readonly catalog: readonly OfficialEncoder[];
}): Promise<OfficialProof> {
  // A sidecar may name any path: what has another size than was published is not read.
  const found = await stat(checkpoint).catch(() => undefined);
  const published = catalog.some(
    ({ checkpoint: { sizeBytes } }) => found?.isFile() && found.size === sizeBytes,
  );
  if (found !== undefined && !published) return custom(`its checkpoint ${checkpoint} is not a published one`);
  const sha256 = await fileHash(checkpoint).catch(() => undefined);
  if (sha256 === undefined) return custom(`its checkpoint ${checkpoint} is not there to compare it with`);
  const encoder = encoderOfCheckpoint(sha256, catalog);
  if (encoder === undefined) return custom(`its checkpoint ${checkpoint} is not a published one`);
  const id = convertedId(from.conversion, encoder.id);
  if (from.id !== id) return custom(`its sidecar calls it ${from.id}, and it would be ${id}`);
  if (!isPublished(encoder, from.conversion)) return custom(`it was not converted as ${encoder.id} is`);
  const files = await convertedHashes(checkpoint, from.conversion, `${basename(stem)}.weights`);
  for (const [extension, expected] of Object.entries(files)) {
    const found = await fileHash(`${stem}.${extension}`).catch(() => undefined);
    if (found !== expected) return custom(`it is not what this version makes of ${checkpoint}`);
  }
  return { origin: 'official', encoder, id };
}

function custom(reason: string): OfficialProof {
  return { origin: 'custom', reason };
}

/** The published network has its authors' activation; a tap is part of the encoder's id. */
function isPublished({ architecture }: OfficialEncoder, conversion: Conversion): boolean {
  if (architecture !== conversion.architecture) return false;
  if (conversion.architecture !== 'clip') return true;
  return (conversion.activation ?? 'quick-gelu') === 'quick-gelu' && conversion.heads === undefined;
}

/** Hashes of the files that a conversion would write, by extension. */
async function convertedHashes(
  path: string,
  conversion: Conversion,
  weightsFile: string,
): Promise<Readonly<Record<string, string>>> {
  const checkpoint = await openCheckpoint(path);
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
