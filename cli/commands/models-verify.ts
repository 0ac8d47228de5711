import { DENOISER_CATALOG } from '../../diffusion/models/denoiser-catalog.js';
import {
  reasonOfDenoiserFile,
  type VerifiedDenoiser,
  verifiedDenoiser,
} from '../../diffusion/models/verify-denoiser.js';
import { fileHash } from '../../encoders/files/file-hash.js';
import { type ModelState, modelState } from '../../encoders/models/model-state.js';
import { officialProof } from '../../encoders/models/official-network.js';
import { ENCODER_CATALOG, officialEncoder } from '../../encoders/networks/encoder-catalog.js';
import { InputError } from '../../errors.js';
import type { Outcome } from '../command.js';
import type { Terminal } from '../terminal.js';
import { modelJson } from './model-json.js';
import type { ModelsRequest } from './models-run.js';

/** What was found of one network, and whether it is what it should be. */
interface Finding {
  readonly lines: readonly string[];
  readonly json: object;
  readonly verdict: 'official' | 'not official' | 'not there';
}

/** `steadfid models verify`: without names, all that is in the folder. */
export async function runModelsVerify(
  { names, options, folder }: ModelsRequest,
  terminal: Terminal,
): Promise<Outcome> {
  const findings: Finding[] = [];
  for (const name of names.length > 0
    ? names
    : [...ENCODER_CATALOG, ...DENOISER_CATALOG].map(({ id }) => id)) {
    terminal.progress.show({ task: `reading ${name}`, done: findings.length, total: null, unit: 'networks' });
    const denoiser = DENOISER_CATALOG.find(({ id }) => id === name);
    const finding = /\.onnx$/i.test(name)
      ? await fileFinding(name)
      : denoiser !== undefined
        ? denoiserFinding(await verifiedDenoiser(denoiser, folder))
        : stateFinding(await modelState(officialEncoder(name), { folder, depth: 'verified' }));
    if (names.length > 0 || finding.verdict !== 'not there') findings.push(finding);
  }
  terminal.progress.clear();
  if (options.json === 'on')
    terminal.print(
      JSON.stringify(
        findings.map(({ json }) => json),
        null,
        2,
      ),
    );
  else if (findings.length > 0) terminal.print(findings.flatMap(({ lines }) => lines).join('\n'));
  if (findings.length === 0) terminal.remark(`nothing in ${folder}; fetch by steadfid models pull ID`);
  return findings.every(({ verdict }) => verdict === 'official') ? 'done' : 'check-failed';
}

async function fileFinding(path: string): Promise<Finding> {
  const sha256 = await fileHash(path).catch(() => {
    throw new InputError('UNREADABLE_FILE', { where: path, expected: 'no such file' });
  });
  const proof = await officialProof(path, { proof: 'anew' });
  const isOfficial = proof.origin === 'official';
  const reason = isOfficial ? '' : ((await reasonOfDenoiserFile(path)) ?? proof.reason);
  return {
    lines: [
      isOfficial
        ? `${path}: official, ${proof.id}. SHA-256 ${sha256}`
        : `${path}: custom: ${reason}. SHA-256 ${sha256}`,
    ],
    json: isOfficial
      ? { path, origin: 'official', id: proof.id, sha256 }
      : { path, origin: 'custom', reason, sha256 },
    verdict: isOfficial ? 'official' : 'not official',
  };
}

function stateFinding(state: ModelState): Finding {
  const { encoder, checkpoint, network } = state;
  const { sha256 } = encoder.checkpoint;
  const lines: string[] = [];
  if (checkpoint.state === 'published')
    lines.push(`${checkpoint.path}: the published file. SHA-256 ${sha256}`);
  if (checkpoint.state === 'partial')
    lines.push(`${checkpoint.path}.part: ${checkpoint.sizeBytes} bytes of it fetched`);
  if (checkpoint.state === 'other') {
    lines.push(
      `${checkpoint.path}: not the published file. SHA-256 must be ${sha256}; got ${checkpoint.sha256}`,
    );
  }
  if (network.state === 'official')
    lines.push(`${network.path}: official, ${encoder.id}. SHA-256 ${network.sha256}`);
  if (network.state === 'custom')
    lines.push(`${network.path}: custom: ${network.reason}. SHA-256 ${network.sha256}`);
  const isThere = lines.length > 0;
  if (network.state === 'missing')
    lines.push(`${network.path}: not there; run steadfid models pull ${encoder.id}`);
  const isOfficial = network.state === 'official' && checkpoint.state === 'published';
  return {
    lines,
    json: modelJson(state),
    verdict: isOfficial ? 'official' : isThere ? 'not official' : 'not there',
  };
}

/** Official where the checkpoint is the published one by a stated hash, and the network what it converts to. */
function denoiserFinding({ denoiser, files, network }: VerifiedDenoiser): Finding {
  const { id, title, license, source } = denoiser;
  const lines = files.flatMap(({ published, path, state, sha256 }) => {
    const { hash } = published;
    if (state === 'published')
      return [`${path}: the published file by its ${hash!.algorithm}. SHA-256 ${sha256}`];
    if (state === 'other')
      return [
        `${path}: not the published file. Its ${hash!.algorithm} must be ${hash!.value}. SHA-256 ${sha256}`,
      ];
    if (state === 'missing') return [];
    return [`${path}: not verified: no public source states its hash. SHA-256 ${sha256}`];
  });
  const [checkpoint] = files;
  const isOfficial = network.state === 'converted' && checkpoint!.state === 'published';
  if (network.state === 'converted')
    lines.push(
      `${network.path}: ${isOfficial ? `official, ${id}` : 'what its checkpoint converts to'}. SHA-256 ${network.sha256}`,
    );
  if (network.state === 'other')
    lines.push(`${network.path}: custom: ${network.reason}. SHA-256 ${network.sha256}`);
  const isThere = lines.length > 0;
  if (network.state === 'missing') lines.push(`${network.path}: not there; run steadfid models pull ${id}`);
  return {
    lines,
    json: {
      id,
      title,
      license,
      source,
      files: files.map(({ published, path, state, sha256 }) => ({ published, path, state, sha256 })),
      network,
    },
    verdict: isOfficial ? 'official' : isThere ? 'not official' : 'not there',
  };
}
