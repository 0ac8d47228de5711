import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileExists } from '../../encoders/files/file-exists.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { parsedJson } from '../../encoders/files/json-text.js';
import { EvaluationError } from '../../errors.js';
import { withConversion } from './convert-denoiser.js';
import type { OfficialDenoiser, PublishedFile } from './denoiser-catalog.js';

/** One of a published denoiser's files, as it is here. */
export interface VerifiedFile {
  readonly published: PublishedFile;
  readonly path: string;
  /** `not verified`: there, and no public source states its hash */
  readonly state: 'published' | 'other' | 'not verified' | 'missing';
  /** null if it is missing */
  readonly sha256: string | null;
}

/** What of a published denoiser is here. */
export interface VerifiedDenoiser {
  readonly denoiser: OfficialDenoiser;
  readonly files: readonly VerifiedFile[];
  readonly network: {
    readonly path: string;
    /** `converted`: byte for byte what the checkpoint here converts to, and so its sidecar */
    readonly state: 'converted' | 'other' | 'missing';
    /** why it is none; null if there is nothing to say */
    readonly reason: string | null;
    readonly sha256: string | null;
  };
}

/**
 * Reads every byte of a published denoiser on this machine: its files by the hashes that public sources state, its network by
 * converting the checkpoint again, without writing.
 *
 * @param folder  where networks live
 */
export async function verifiedDenoiser(
  denoiser: OfficialDenoiser,
  folder: string,
): Promise<VerifiedDenoiser> {
  const files: VerifiedFile[] = [];
  for (const published of denoiser.files) {
    const path = join(folder, denoiser.id, published.file);
    const sha256 = (await fileExists(path)) ? await fileHash(path) : null;
    const state = sha256 === null ? 'missing' : await stateOf(path, published, sha256);
    files.push({ published, path, state, sha256 });
  }
  const path = join(folder, `${denoiser.id}.onnx`);
  if (!(await fileExists(path)))
    return { denoiser, files, network: { path, state: 'missing', reason: null, sha256: null } };
  const reason = await differenceOf(denoiser, files[0]!, path);
  const sha256 = await fileHash(path);
  return {
    denoiser,
    files,
    network: { path, state: reason === null ? 'converted' : 'other', reason, sha256 },
  };
}

async function stateOf(
  path: string,
  { hash }: PublishedFile,
  sha256: string,
): Promise<VerifiedFile['state']> {
  if (hash === null) return 'not verified';
  const own = hash.algorithm === 'sha256' ? sha256 : await fileHash(path, hash.algorithm);
  return own === hash.value ? 'published' : 'other';
}

/** What tells the network here from the checkpoint's, in words; null if nothing does. */
async function differenceOf(
  { id, conversion }: OfficialDenoiser,
  checkpoint: VerifiedFile,
  onnx: string,
): Promise<string | null> {
  if (checkpoint.state === 'missing') return 'its checkpoint is not here to be compared with';
  const paths = { checkpoint: checkpoint.path, onnx };
  const stem = onnx.replace(/\.onnx$/, '');
  return withConversion(paths, conversion, { id }, async ({ model, description }) => {
    const pairs = [
      { path: onnx, chunks: model.chunks },
      ...(model.external === null ? [] : [{ path: `${stem}.weights`, chunks: model.external.chunks }]),
    ];
    for (const { path, chunks } of pairs) {
      const hash = createHash('sha256');
      for await (const chunk of chunks()) hash.update(chunk);
      if ((await fileHash(path).catch(() => null)) !== hash.digest('hex'))
        return `${path} is not what the checkpoint converts to`;
    }
    const sidecar = await readFile(`${stem}.json`, 'utf8').catch(() => '{}');
    const stated = parsedJson(sidecar, { where: `${stem}.json` }) as Record<string, unknown>;
    const field = Object.entries(description).find(
      ([name, value]) => JSON.stringify(stated[name]) !== JSON.stringify(value),
    );
    return field === undefined ? null : `${stem}.json has another ${field[0]}`;
  }).catch((error: unknown) => {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  });
}

/** What a converted denoiser's sidecar says of its checkpoint. */
interface ConvertedFrom {
  readonly kind?: unknown;
  readonly checkpoint?: { readonly path?: unknown; readonly sha256?: unknown };
}

/**
 * Why the file of a denoiser is no published network, by the checkpoint that its sidecar names; null if it names none.
 *
 * @param onnx  path of the network, its sidecar beside it
 */
export async function reasonOfDenoiserFile(onnx: string): Promise<string | null> {
  const path = onnx.replace(/\.onnx$/i, '.json');
  if (!(await fileExists(path))) return null;
  const { kind, checkpoint } = (parsedJson(await readFile(path, 'utf8'), { where: path }) ??
    {}) as ConvertedFrom;
  if (kind !== 'denoiser' || typeof checkpoint?.path !== 'string') return null;
  const at = join(dirname(onnx), checkpoint.path);
  if (!(await fileExists(at))) return `its checkpoint ${at} is not here to be compared with`;
  const sha256 = await fileHash(at);
  if (sha256 !== checkpoint.sha256)
    return `its checkpoint ${at} has changed: SHA-256 must be ${String(checkpoint.sha256)}; got ${sha256}`;
  return `its checkpoint ${at} is unchanged, and not a published one`;
}
