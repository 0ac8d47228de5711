import type { Algebra } from '../metrics/numerics/algebra.js';
import { nothingLeft } from './collect-embeddings.js';
import type { EmbeddedSet } from './embedded-set.js';
import type { EncodingRun } from './encode-images.js';
import { MomentsFold } from './moments-fold.js';
import type { SkippedImage } from './provenance.js';
import { SetDigest } from './set-digest.js';

/**
 * Mean and covariance of a run without keeping its embeddings: memory does not grow with n, but for the ids.
 *
 * @param algebra  the engine that makes the covariances; plain TypeScript unless given
 * @returns a set of which the moments are known and not the embeddings
 * @throws SampleSizeError TOO_FEW_SAMPLES for fewer than two images
 * @throws what `encodeImages` throws
 */
export async function foldMoments(run: EncodingRun, algebra?: Algebra): Promise<EmbeddedSet> {
  const fold = new MomentsFold(algebra);
  const digest = new SetDigest();
  const ids: string[] = [];
  const skipped: SkippedImage[] = [];
  for await (const batch of run) {
    ids.push(...batch.ids);
    digest.addAll(batch);
    skipped.push(...batch.skipped);
    await fold.add(batch.embeddings);
  }
  if (ids.length === 0) throw nothingLeft(run.source, skipped);
  return {
    source: run.source,
    n: ids.length,
    ids,
    encoder: run.encoder,
    digest: digest.hex,
    decoding: run.decoding,
    embeddings: null,
    logits: null,
    moments: await fold.moments(run.source),
    skipped,
    warnings: run.warnings,
    imageSizes: run.imageSizes,
  };
}
