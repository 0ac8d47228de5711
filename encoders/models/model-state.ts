import { stat } from 'node:fs/promises';
import { fileHash } from '../files/file-hash.js';
import type { OfficialEncoder } from '../networks/encoder-catalog.js';
import { modelFiles } from './model-files.js';
import { officialProof } from './official-network.js';

/** What is in a models folder of a published network. */
export interface ModelState {
  readonly encoder: OfficialEncoder;
  readonly checkpoint: {
    readonly path: string;
    /** `partial`: a download was interrupted; `other`: a file of that name and another size or hash */
    readonly state: 'missing' | 'partial' | 'there' | 'published' | 'other';
    readonly sizeBytes: number | null;
    /** of what is there; null unless it was looked at */
    readonly sha256: string | null;
  };
  readonly network: {
    readonly path: string;
    readonly state: 'missing' | 'there' | 'official' | 'custom';
    readonly sizeBytes: number | null;
    readonly sha256: string | null;
    /** why it is not official */
    readonly reason: string | null;
  };
}

/**
 * What there is of a network: by name and size (`listed`), or with every byte read, the checkpoint compared with the
 * published hash and the network with what the checkpoint converts to (`verified`).
 */
export async function modelState(
  encoder: OfficialEncoder,
  { folder, depth }: { readonly folder: string; readonly depth: 'listed' | 'verified' },
): Promise<ModelState> {
  const files = modelFiles(encoder, folder);
  return {
    encoder,
    checkpoint: await checkpointState(encoder, files.checkpoint, depth),
    network: await networkState(encoder, files.onnx, depth),
  };
}

async function checkpointState(
  { checkpoint }: OfficialEncoder,
  path: string,
  depth: 'listed' | 'verified',
): Promise<ModelState['checkpoint']> {
  const sizeBytes = await sizeOf(path);
  if (sizeBytes === null) {
    const partial = await sizeOf(`${path}.part`);
    return { path, state: partial === null ? 'missing' : 'partial', sizeBytes: partial, sha256: null };
  }
  if (depth === 'listed') {
    return { path, state: sizeBytes === checkpoint.sizeBytes ? 'there' : 'other', sizeBytes, sha256: null };
  }
  const sha256 = await fileHash(path);
  return { path, state: sha256 === checkpoint.sha256 ? 'published' : 'other', sizeBytes, sha256 };
}

async function networkState(
  encoder: OfficialEncoder,
  path: string,
  depth: 'listed' | 'verified',
): Promise<ModelState['network']> {
  const sizeBytes = await sizeOf(path);
  if (sizeBytes === null) return { path, state: 'missing', sizeBytes, sha256: null, reason: null };
  if (depth === 'listed') return { path, state: 'there', sizeBytes, sha256: null, reason: null };
  const proof = await officialProof(path, { catalog: [encoder], proof: 'anew' });
  const reason = proof.origin === 'official' ? null : proof.reason;
  return { path, state: proof.origin, sizeBytes, sha256: await fileHash(path), reason };
}

async function sizeOf(path: string): Promise<number | null> {
  return (await stat(path).catch(() => undefined))?.size ?? null;
}
