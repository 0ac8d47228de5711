import { type EvaluationError, InputError } from '../errors.js';
import type { OfficialEncoder } from './networks/encoder-catalog.js';

/** `91 MB`, `1.2 GB`. */
export function sizeText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} KB`;
}

/** A published network that is not on this machine: what to fetch, from where, and where to put it. */
export function missingModelError(
  { id, checkpoint }: OfficialEncoder,
  { folder, cause }: { readonly folder: string; readonly cause?: EvaluationError },
): InputError {
  const { file, url, sizeBytes, sha256 } = checkpoint;
  return new InputError(
    'MISSING_MODEL',
    {
      where: `--encoder ${id}`,
      expected: `the network must be in ${folder}${cause === undefined ? '' : ', and fetching it failed'}`,
      received: cause === undefined ? 'none there' : (cause.details.received ?? cause.details.expected),
      help:
        `Fetch ${url} (${sizeBytes.toLocaleString('en-US')} bytes, SHA-256 ${sha256}), ` +
        `put it there as ${file}, and run steadfid models pull ${id}. Or try --encoder demo, which needs no download.`,
      id,
      folder,
      url,
      sha256,
    },
    ...(cause === undefined ? [] : [{ cause }]),
  );
}
