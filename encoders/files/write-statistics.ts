import type { GaussianMoments } from '../../numerics/gaussian-moments.js';
import type { EmbeddedSet } from '../embedded-set.js';
import { VERSION } from '../encoder.js';
import { lastingWarnings } from '../merged-facts.js';
import { provenanceBytes } from '../provenance.js';
import { type NpzWriter, openNpzWriter } from './npz-writer.js';
import type { WholeFileOptions } from './whole-file.js';

/**
 * Writes statistics as pytorch-fid and clean-fid read them, `mu` (d) and `sigma` (d, d) in float64, with `n`, what the rounding of
 * `mu` left off (`mu_rest`) and, where the encoder is known, `provenance.json`.
 *
 * @param set      what the moments are of
 * @param moments  the set's own, or those of its embeddings
 * @throws InputError FILE_EXISTS, UNWRITABLE_FILE and InterruptedError as `openWholeFile`
 */
export async function writeStatistics(
  path: string,
  { set, moments }: { readonly set: EmbeddedSet; readonly moments: GaussianMoments },
  options: WholeFileOptions = {},
): Promise<void> {
  const { n } = moments;
  const npz = await openNpzWriter(path, [], options);
  try {
    await writeMoments(npz, moments);
    if (n !== null && (set.encoder.origin !== 'unknown' || set.joined !== undefined))
      await npz.file(
        'provenance.json',
        provenanceBytes({
          schema: 'steadfid/provenance/1',
          version: VERSION,
          encoder: set.encoder,
          decoding: set.decoding,
          source: set.images ?? set.source,
          n,
          digest: set.digest,
          skipped: set.skipped,
          warnings: lastingWarnings(set.warnings),
          imageSizes: set.imageSizes,
          shards: set.shards ?? null,
          joined: set.joined,
          notes: set.notes,
          device: set.device,
          deviceDifference: set.deviceDifference,
        }),
      );
    await npz.commit();
  } finally {
    await npz.abandon();
  }
}

/** The arrays `mu`, `mu_rest` and `sigma`, and `n` where it is known. */
export async function writeMoments(
  npz: Pick<NpzWriter, 'array'>,
  { n, d, mean, meanRest, covariance }: GaussianMoments,
): Promise<void> {
  await npz.array('mu', { shape: [d], data: mean });
  if (meanRest !== undefined) await npz.array('mu_rest', { shape: [d], data: meanRest });
  await npz.array('sigma', { shape: [d, d], data: covariance });
  if (n !== null) await npz.array('n', { shape: [], data: BigInt64Array.of(BigInt(n)) });
}
